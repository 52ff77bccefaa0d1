// Owns: the sign-in page and form, sign-out. Does not own: judging an attempt (login-actor.ts).
import { foldName, matchRedirectUri, redirectTarget } from '@grantd/domain'
import type { Endpoint, Input } from '../endpoint.ts'
import type { LoginPage } from '../pages.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { endSession } from '../sessions/session-life.ts'
import { TICKET_LIFETIME } from '../tickets/tickets.ts'
import { DEVICE_SECONDS, rememberDevice } from './known-device.ts'
import { loginPath, safeReturnTo } from './return-to.ts'

const NOTICES = [
  'invalid_credentials',
  'too_many_attempts',
  'login_required',
  'signed_out',
  'reauthenticate',
  'passkey_refused',
] as const
const MAX_PASSWORD_BYTES = 1_024

interface LoginView {
  readonly status: number
  readonly notice: LoginPage['notice']
  readonly username?: string
  readonly retryAfter?: number
}

async function loginPage(view: LoginView, input: Input, services: Services): Promise<Reply> {
  const returnTo = safeReturnTo(input.params.get('return_to'))
  const asking = await askingClient(returnTo, services)
  return {
    kind: 'page',
    status: view.status,
    // The submit may be redirected straight through to the app when consent is remembered.
    formAction: asking.formAction,
    ...(view.retryAfter !== undefined && { retryAfter: view.retryAfter }),
    page: {
      page: 'login',
      csrf: services.forms.issue('login', input.request.browser ?? ''),
      returnTo,
      username: view.username ?? '',
      clientName: asking.name,
      notice: view.notice,
      retryAfter: view.retryAfter,
      isDev: services.settings.isDev,
      maySignUp: services.settings.signUpOpen,
      mayRecover: services.settings.mailIsOn,
    },
  }
}

/** Whose request is waiting; only for display and CSP, it is validated again on the way on. */
async function askingClient(
  returnTo: string | undefined,
  services: Services,
): Promise<{ name: string | undefined; formAction: readonly string[] }> {
  if (returnTo === undefined || !returnTo.includes('?')) return { name: undefined, formAction: [] }
  const query = new URLSearchParams(returnTo.slice(returnTo.indexOf('?') + 1))
  const id = query.get('client_id') ?? ''
  const client = id === '' ? undefined : await services.clients.for(id).find({ id: id as never })
  if (client === undefined || !client.isEnabled) return { name: undefined, formAction: [] }
  const uri = matchRedirectUri(
    client.redirectUris,
    query.get('redirect_uri') ?? '',
    client.applicationType,
  )
  const target = uri === undefined ? undefined : redirectTarget(uri)
  const formAction = target === undefined || target.isCustomScheme ? [] : [target.origin]
  return { name: client.name, formAction }
}

export const loginForm: Endpoint = {
  id: 'login.form',
  method: 'GET',
  path: '/auth/login',
  spec: 'sign-in page',
  summary: 'Shows the sign-in form.',
  caller: 'session',
  body: 'none',
  async handle(input, services) {
    const { params, signedIn } = input
    if (signedIn !== undefined && params.get('return_to') === undefined) {
      return { kind: 'redirect', location: '/profile' }
    }
    const error = params.get('error')
    const notice = NOTICES.find((known) => known === error)
    const username = params.get('login_hint')?.slice(0, 256) ?? ''
    return loginPage({ status: 200, notice, username }, input, services)
  },
}

export const loginSubmit: Endpoint = {
  id: 'login.submit',
  method: 'POST',
  path: '/auth/login',
  spec: 'sign-in form',
  summary: 'Signs a person in.',
  caller: 'session',
  body: 'form',
  async handle(input, services) {
    const { params, request, signedIn } = input
    const username = params.get('username') ?? ''
    const password = params.get('password') ?? ''
    const guard = services.forms.check(params.get('csrf'), 'login', request.browser ?? '')
    if (guard.verdict !== 'valid') {
      return loginPage(
        { status: 403, notice: 'expired', username: username.slice(0, 256) },
        input,
        services,
      )
    }
    const returnTo = safeReturnTo(params.get('return_to'))
    const isPlausible =
      foldName(username) !== '' &&
      username.length <= 256 &&
      password !== '' &&
      Buffer.byteLength(password) <= MAX_PASSWORD_BYTES
    const result = isPlausible
      ? await services.logins.for(foldName(username)).attempt({
          username,
          password,
          ip: request.ip,
          userAgent: request.userAgent,
          former: signedIn?.session,
          device: request.device,
        })
      : ({ outcome: 'refused' } as const)
    switch (result.outcome) {
      case 'signed_in':
        return {
          kind: 'redirect',
          location: returnTo ?? '/profile',
          cookies: [
            { name: 'session', value: result.cookie, maxAge: services.settings.sessionLifetime },
            {
              name: 'device',
              value: rememberDevice(result.user, services),
              maxAge: DEVICE_SECONDS,
            },
          ],
        }
      case 'second_factor':
        return {
          kind: 'redirect',
          location: `/auth/second-factor?${new URLSearchParams({ return_to: returnTo ?? '/profile' })}`,
          cookies: [
            { name: 'pending', value: result.pending, maxAge: TICKET_LIFETIME.second_factor },
          ],
        }
      case 'throttled':
        return loginPage(
          { status: 429, notice: 'too_many_attempts', retryAfter: result.retryAfter },
          input,
          services,
        )
      case 'refused':
        return {
          kind: 'redirect',
          location: loginPath(returnTo ?? '/profile', { error: 'invalid_credentials' }),
        }
    }
  },
}

export const logout: Endpoint = {
  id: 'logout',
  method: 'POST',
  path: '/auth/logout',
  spec: 'sign-out form',
  summary: 'Ends the session of this browser.',
  caller: 'session',
  body: 'form',
  async handle({ params, request, signedIn }, services) {
    if (signedIn !== undefined) {
      const guard = services.forms.check(params.get('csrf'), 'logout', signedIn.session.id)
      if (guard.verdict !== 'valid') return signOutExpired()
      await endSession(signedIn.session, request.ip, services)
    }
    return {
      kind: 'redirect',
      location: '/auth/login?error=signed_out',
      cookies: [{ name: 'session', value: undefined, maxAge: 0 }],
    }
  },
}

function signOutExpired(): Reply {
  return {
    kind: 'page',
    status: 403,
    page: {
      page: 'message',
      title: 'Please try again',
      message: 'This page had expired, so you are still signed in.',
      wayOn: { href: '/profile', label: 'Back to your profile' },
    },
  }
}
