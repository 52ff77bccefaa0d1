// Owns: the page between the password and the session. Until its form is accepted there is a ticket
// and no session, so a sign-in that stops here is valid nowhere (T28, T159, T160).
import { type Session, TICKET_PREFIX, type Ticket, type User } from '@grantd/domain'
import type { SecondFactorPage } from '../account-pages.ts'
import { auditChange } from '../audit.ts'
import { isInGoodStanding } from '../denylist/standing.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import { factorsOf } from '../evidence/evidence.ts'
import { askForPasskey } from '../factors/passkeys.ts'
import { newRecoveryCodes } from '../factors/recovery-codes.ts'
import { acceptTotpOffer, offerTotp, openTotpOffer } from '../factors/totp.ts'
import { formFields } from '../form-fields.ts'
import { languageOf } from '../language/page-language.ts'
import { tellOwner } from '../mail/mail-queue.ts'
import type { CookieChange, Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { opStateCookies } from '../session-management/session-state.ts'
import { startSession } from '../sessions/session-life.ts'
import { supersedeSession } from '../sessions/supersede-session.ts'
import { findTicket } from '../tickets/tickets.ts'
import { type FirstFactor, WAITING } from './first-factor.ts'
import { DEVICE_SECONDS, rememberDevice } from './known-device.ts'
import { loginPath, safeReturnTo } from './return-to.ts'
import { countAttempt } from './throttle.ts'

/** Guesses at the first code of a new app. */
const MAX_ATTEMPTS = 5

interface Pending {
  readonly ticket: Ticket
  /** What was proven before. */
  readonly first: FirstFactor
  readonly user: User
}

/** The sign-in that waits in this browser; `undefined` leads back to its start. */
async function findPending(input: Input, services: Services): Promise<Pending | undefined> {
  const { pending } = input.request
  const first = pending?.startsWith(TICKET_PREFIX[WAITING.fed]) ? 'fed' : 'pwd'
  const ticket = await findTicket(WAITING[first], pending, services)
  if (ticket?.userId === undefined) return undefined
  const user = await services.storage.users.find(ticket.userId)
  // A change of the account in between, such as a new password, starts the sign-in over.
  const isSame = isInGoodStanding(user, services) && user.version === ticket.userVersion
  return isSame ? { ticket, first, user } : undefined
}

const startOver = (returnTo: string | undefined): Reply => ({
  kind: 'redirect',
  location: loginPath(returnTo ?? '/profile', { error: 'login_required' }),
  cookies: [{ name: 'pending', value: undefined, maxAge: 0 }],
})

async function showPage(
  pending: Pending,
  view: { status: number; notice: SecondFactorPage['notice']; retryAfter?: number; seed?: string },
  input: Input,
  services: Services,
): Promise<Reply> {
  const { user, ticket } = pending
  const browser = input.request.browser ?? ''
  const { hasTotp, hasPasskey, isProtected } = await factorsOf(user, services)
  const allowed = hasPasskey ? await services.storage.passkeys.listByUser(user.id) : []
  const codes = await services.storage.recoveryCodes.listByUser(user.id)
  return {
    kind: 'page',
    status: view.status,
    language: languageOf(input, services, { user }),
    ...(view.retryAfter !== undefined && { retryAfter: view.retryAfter }),
    page: {
      page: 'second_factor',
      csrf: services.forms.issue('second_factor', browser, ticket.id),
      returnTo: safeReturnTo(input.params.get('return_to')),
      username: user.username,
      hasTotp,
      hasRecoveryCodes: codes.some((code) => code.usedAt === undefined),
      passkey: hasPasskey
        ? JSON.stringify(await askForPasskey('passkey.second_factor', browser, allowed, services))
        : undefined,
      offer: isProtected ? undefined : offerTotp(user, services, view.seed),
      notice: view.notice,
      retryAfter: view.retryAfter,
    },
  }
}

export const secondFactorForm: Endpoint = {
  id: 'second_factor.form',
  method: 'GET',
  path: '/auth/second-factor',
  spec: 'second factor page',
  summary: 'Asks for the second factor of a sign-in.',
  parameters: formFields('return_to?'),
  caller: 'session',
  body: 'none',
  async handle(input, services) {
    const pending = await findPending(input, services)
    if (pending === undefined) return startOver(safeReturnTo(input.params.get('return_to')))
    return showPage(pending, { status: 200, notice: undefined }, input, services)
  },
}

export const secondFactorSubmit: Endpoint = {
  id: 'second_factor.submit',
  method: 'POST',
  path: '/auth/second-factor',
  spec: 'second factor form',
  summary: 'Completes a sign-in with a second factor.',
  parameters: formFields('csrf', 'code?', 'credential?', 'seed?', 'return_to?'),
  caller: 'session',
  rateClass: 'credentials',
  body: 'form',
  async handle(input, services) {
    const { params, request, signedIn } = input
    const returnTo = safeReturnTo(params.get('return_to'))
    const pending = await findPending(input, services)
    if (pending === undefined) return startOver(returnTo)
    const { user, ticket, first } = pending
    const browser = request.browser ?? ''
    const guard = services.forms.check(params.get('csrf'), 'second_factor', browser, ticket.id)
    if (guard.verdict !== 'valid')
      return showPage(pending, { status: 403, notice: 'expired' }, input, services)
    const { isProtected } = await factorsOf(user, services)
    if (!isProtected) return enrol(pending, input, services)
    const result = await services.factors.for(user.id).complete({
      user,
      ticket,
      first,
      code: params.get('code'),
      passkey: params.get('credential'),
      browser,
      ip: request.ip,
      userAgent: request.userAgent,
      former: signedIn?.session,
    })
    if (result.outcome === 'throttled') {
      const { retryAfter } = result
      const view = { status: 429, notice: 'too_many_attempts', retryAfter } as const
      return showPage(pending, view, input, services)
    }
    if (result.outcome === 'refused')
      return showPage(pending, { status: 403, notice: 'invalid_code' }, input, services)
    services.mails.tell.deliver({})
    await supersedeSession(signedIn?.session, result.session, request.ip, services)
    return {
      kind: 'redirect',
      location: returnTo ?? '/profile',
      cookies: signedInCookies(result, user, services),
    }
  },
}

/** An administrator without a second factor sets one up before the first session starts. */
async function enrol(pending: Pending, input: Input, services: Services): Promise<Reply> {
  const { user, ticket, first } = pending
  const { params, request, signedIn } = input
  const seed = openTotpOffer(user, params.get('seed'), services)
  if (seed === undefined)
    return showPage(pending, { status: 403, notice: 'expired' }, input, services)
  const retryAfter = await countAttempt(`totp:${user.id}`, services, { limit: MAX_ATTEMPTS })
  if (retryAfter > 0) {
    const view = { status: 429, notice: 'too_many_attempts', retryAfter, seed } as const
    return showPage(pending, view, input, services)
  }
  const code = params.get('code')?.replace(/\s/g, '') ?? ''
  const insert = acceptTotpOffer(user, seed, code, services)
  if (insert === undefined)
    return showPage(pending, { status: 403, notice: 'invalid_code', seed }, input, services)
  const start = startSession(
    {
      ip: request.ip,
      userAgent: request.userAgent,
      user,
      amr: [first, 'otp', 'mfa'],
      former: undefined,
    },
    services,
  )
  const recovery = newRecoveryCodes(user, services)
  const at = start.session.createdAt
  const about = { actor: user.id, targetKind: 'user', targetId: user.id, ip: request.ip } as const
  const result = await services.storage.commit([
    { kind: 'ticket.use', id: ticket.id, purpose: ticket.purpose, at },
    insert,
    ...recovery.changes,
    ...start.changes,
    { kind: 'throttle.clear', key: `totp:${user.id}` },
    auditChange({ action: 'totp.added', ...about }, services),
    ...tellOwner(user, 'totp_added', services),
  ])
  if (result.outcome === 'refused') return startOver(safeReturnTo(params.get('return_to')))
  services.mails.tell.deliver({})
  await supersedeSession(signedIn?.session, start.session, request.ip, services)
  return {
    kind: 'page',
    status: 200,
    cookies: signedInCookies(start, user, services),
    page: {
      page: 'recovery_codes',
      codes: recovery.codes,
      wayOn: safeReturnTo(params.get('return_to')) ?? '/profile',
    },
  }
}

/** The session, the end of the pending sign-in, and the mark of a browser that is known from now on. */
export function signedInCookies(
  { cookie, session }: { readonly cookie: string; readonly session: Pick<Session, 'id'> },
  user: User,
  services: Services,
): readonly CookieChange[] {
  return [
    { name: 'session', value: cookie, maxAge: services.settings.sessionLifetime },
    ...opStateCookies(session.id, services),
    { name: 'pending', value: undefined, maxAge: 0 },
    { name: 'device', value: rememberDevice(user, services), maxAge: DEVICE_SECONDS },
  ]
}
