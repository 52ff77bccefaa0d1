// Owns: signing in with a passkey alone. No counter stands in its way: it cannot be guessed, and it is
// the way in that guesses of others leave open (T156).

import { isInGoodStanding } from '../denylist/standing.ts'
import type { Endpoint } from '../endpoint.ts'
import { askForPasskey, checkPasskey } from '../factors/passkeys.ts'
import { formFields } from '../form-fields.ts'
import { Type } from '../schema.ts'
import { startSession } from '../sessions/session-life.ts'
import { supersedeSession } from '../sessions/supersede-session.ts'
import { loginPath, safeReturnTo } from './return-to.ts'
import { signedInCookies } from './second-factor-endpoints.ts'

export const passkeyQuestion: Endpoint = {
  id: 'passkey.question',
  method: 'GET',
  path: '/auth/passkey',
  spec: 'WebAuthn Level 3 §5.1.4',
  summary: 'What the sign-in page asks the browser for, as JSON.',
  caller: 'session',
  body: 'none',
  response: Type.Object({ challenge: Type.String() }, { additionalProperties: true }),
  async handle({ request }, services) {
    const browser = request.browser ?? ''
    return {
      kind: 'json',
      status: 200,
      body: await askForPasskey('passkey.sign_in', browser, [], services),
    }
  },
}

export const passkeySubmit: Endpoint = {
  id: 'passkey.submit',
  method: 'POST',
  path: '/auth/passkey',
  spec: 'WebAuthn Level 3 §7.2',
  summary: 'Signs a person in with a passkey.',
  parameters: formFields('csrf', 'credential', 'return_to?'),
  caller: 'session',
  rateClass: 'credentials',
  body: 'form',
  async handle({ params, request, signedIn }, services) {
    const returnTo = safeReturnTo(params.get('return_to')) ?? '/profile'
    const browser = request.browser ?? ''
    const refused = (error: string) =>
      ({ kind: 'redirect', location: loginPath(returnTo, { error }) }) as const
    const guard = services.forms.check(params.get('csrf'), 'login', browser)
    if (guard.verdict !== 'valid') return refused('login_required')
    const answered = await checkPasskey(
      { answer: params.get('credential'), use: 'passkey.sign_in', binding: browser },
      services,
    )
    const user = answered && (await services.storage.users.find(answered.passkey.userId))
    if (answered === undefined || !isInGoodStanding(user, services))
      return refused('passkey_refused')
    const amr = [...answered.methods, 'mfa']
    const start = startSession(
      { ip: request.ip, userAgent: request.userAgent, user, amr, former: undefined },
      services,
    )
    const result = await services.storage.commit([...answered.guards, ...start.changes])
    if (result.outcome === 'refused') return refused('passkey_refused')
    await supersedeSession(signedIn?.session, start.session, request.ip, services)
    return {
      kind: 'redirect',
      location: returnTo,
      cookies: signedInCookies(start, user, services),
    }
  },
}
