// Owns: the sign-in page and form, sign-out. Does not own: judging an attempt (login-actor.ts).
import { type Client, foldName, redirectTarget } from '@grantd/domain'
import { judgeAuthorizationRequest } from '../authorize/authorization-request.ts'
import { fromQuery } from '../authorize/request-text.ts'
import { clientAccent, clientWords } from '../clients/client-words.ts'
import type { Endpoint, Input, RequestInfo } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'
import { languageOf } from '../language/page-language.ts'
import type { LoginPage } from '../pages.ts'
import type { CookieChange, Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { opStateCookies } from '../session-management/session-state.ts'
import { endSession } from '../sessions/session-life.ts'
import { TICKET_LIFETIME } from '../tickets/tickets.ts'
import { providerLinks } from '../upstream/provider-links.ts'
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
const MAX_NAME = 256

interface LoginView {
  readonly status: number
  readonly notice: LoginPage['notice']
  readonly username: string
  readonly retryAfter?: number
}

async function loginPage(view: LoginView, input: Input, services: Services): Promise<Reply> {
  const returnTo = safeReturnTo(input.params.get('return_to'))
  const asking = await askingClient(returnTo, services)
  const words = asking.client && clientWords(asking.client, languageOf(input, services))
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
      username: view.username.slice(0, MAX_NAME),
      signedInAs: view.notice === 'reauthenticate' ? undefined : input.signedIn?.user.username,
      clientName: words?.clientName,
      logo: words?.logo,
      accent: asking.client && clientAccent(asking.client),
      policyUri: words?.policyUri,
      tosUri: words?.tosUri,
      notice: view.notice,
      retryAfter: view.retryAfter,
      isDev: services.settings.isDev,
      maySignUp: services.settings.signUpOpen,
      mayRecover: services.settings.mailIsOn,
      providers: providerLinks(returnTo, services),
    },
  }
}

/** Whose request is waiting; only for display and CSP, it is validated again on the way on. */
async function askingClient(
  returnTo: string | undefined,
  services: Services,
): Promise<{ client: Client | undefined; formAction: readonly string[] }> {
  if (returnTo === undefined || !returnTo.includes('?'))
    return { client: undefined, formAction: [] }
  const query = fromQuery(returnTo.slice(returnTo.indexOf('?') + 1))
  const judged = await judgeAuthorizationRequest(query, services, true)
  if (judged.outcome === 'page') return { client: undefined, formAction: [] }
  const { client, redirectUri } = judged.outcome === 'valid' ? judged.request : judged.target
  const { origin, isCustomScheme } = redirectTarget(redirectUri)
  return { client, formAction: isCustomScheme ? [] : [origin] }
}

export const loginForm: Endpoint = {
  id: 'login.form',
  method: 'GET',
  path: '/auth/login',
  spec: 'sign-in page',
  summary: 'Shows the sign-in form.',
  parameters: formFields('return_to?', 'error?', 'login_hint?'),
  caller: 'session',
  body: 'none',
  async handle(input, services) {
    const { params, signedIn } = input
    if (signedIn !== undefined && params.get('return_to') === undefined) {
      return { kind: 'redirect', location: '/profile' }
    }
    const notice = noticeOf(input)
    const username = nameToBeginWith(input, notice)
    return loginPage({ status: 200, notice, username }, input, services)
  },
}

function noticeOf({ params, request, signedIn }: Input): LoginPage['notice'] {
  const error = params.get('error')
  const notice = NOTICES.find((known) => known === error)
  // Of an address from before the sign-in, seen again by the back button, nothing holds any more.
  const isStale = signedIn !== undefined && request.typedName === undefined
  return isStale && notice !== 'reauthenticate' ? undefined : notice
}

/** Nobody should type a name twice: after a refusal, when the app knows it, to confirm a sign-in. */
function nameToBeginWith(input: Input, notice: LoginPage['notice']): string {
  const { typedName } = input.request
  if (notice === 'invalid_credentials' && typedName !== undefined) {
    return Buffer.from(typedName, 'base64url').toString()
  }
  const known = notice === 'reauthenticate' ? input.signedIn?.user.username : undefined
  return input.params.get('login_hint') ?? known ?? ''
}

function forgetName({ typedName }: RequestInfo): readonly CookieChange[] {
  return typedName === undefined ? [] : [{ name: 'typedName', value: undefined, maxAge: 0 }]
}

/** A cookie, because a query would put what was typed, perhaps a password, into logs and history. */
function rememberName(username: string): readonly CookieChange[] {
  if (username === '' || username.length > MAX_NAME) return []
  const value = Buffer.from(username).toString('base64url')
  return [{ name: 'typedName', value, maxAge: 60 }]
}

export const loginSubmit: Endpoint = {
  id: 'login.submit',
  method: 'POST',
  path: '/auth/login',
  spec: 'sign-in form',
  summary: 'Signs a person in.',
  parameters: formFields('csrf', 'username', 'password', 'return_to?'),
  caller: 'session',
  rateClass: 'credentials',
  body: 'form',
  async handle(input, services) {
    const { params, request, signedIn } = input
    const username = params.get('username') ?? ''
    const password = params.get('password') ?? ''
    const guard = services.forms.check(params.get('csrf'), 'login', request.browser ?? '')
    if (guard.verdict !== 'valid') {
      return loginPage({ status: 403, notice: 'expired', username }, input, services)
    }
    const returnTo = safeReturnTo(params.get('return_to'))
    const isPlausible =
      foldName(username) !== '' &&
      username.length <= MAX_NAME &&
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
            ...opStateCookies(result.sessionId, services),
            ...forgetName(request),
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
            ...forgetName(request),
            { name: 'pending', value: result.pending, maxAge: TICKET_LIFETIME.second_factor },
          ],
        }
      case 'throttled':
        return loginPage(
          { status: 429, notice: 'too_many_attempts', username, retryAfter: result.retryAfter },
          input,
          services,
        )
      case 'refused':
        return {
          kind: 'redirect',
          location: loginPath(returnTo ?? '/profile', { error: 'invalid_credentials' }),
          cookies: rememberName(username),
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
  parameters: formFields('csrf?'),
  caller: 'session',
  body: 'form',
  async handle({ params, request, signedIn }, services) {
    if (signedIn !== undefined) {
      const guard = services.forms.check(params.get('csrf'), 'logout', signedIn.session.id)
      if (guard.verdict !== 'valid')
        return { kind: 'page', status: 403, page: { page: 'message', notice: 'sign_out_expired' } }
      await endSession(signedIn.session, request.ip, services)
      services.logouts.tell.deliver()
    }
    return {
      kind: 'redirect',
      location: '/auth/login?error=signed_out',
      cookies: [
        { name: 'session', value: undefined, maxAge: 0 },
        ...opStateCookies(undefined, services),
      ],
    }
  },
}
