// Owns: a forgotten password: asking for a link, and the page behind it. The link is spent by the form,
// never by opening the page: mail scanners open links.
import { nowSeconds, type User } from '@grantd/domain'
import { donePage, formPage } from '../account/account-form.ts'
import type { AccountFormPage } from '../account-pages.ts'
import { auditChange } from '../audit.ts'
import { isInGoodStanding } from '../denylist/standing.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import { MailProof } from '../evidence/evidence.ts'
import { formFields } from '../form-fields.ts'
import { languageOf } from '../language/page-language.ts'
import { tellOwner } from '../mail/mail-queue.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { endOtherSessions } from '../sessions/end-others.ts'
import { MINIMUM_PASSWORD_LENGTH, passwordProblem, withNewPassword } from '../users/accounts.ts'
import { afterAnswer } from './after-answer.ts'

export const forgotForm: Endpoint = {
  id: 'forgot.form',
  method: 'GET',
  path: '/auth/forgot',
  spec: 'forgotten password page',
  summary: 'Asks whose password was forgotten.',
  caller: 'session',
  body: 'none',
  handle: ({ request }, services) =>
    formPage('forgot', { csrf: services.forms.issue('forgot', request.browser ?? '') }),
}

export const forgotSubmit: Endpoint = {
  id: 'forgot.submit',
  method: 'POST',
  path: '/auth/forgot',
  spec: 'forgotten password form',
  summary: 'Mails a link for a new password.',
  parameters: formFields('csrf', 'username'),
  caller: 'session',
  rateClass: 'credentials',
  body: 'form',
  handle(input, services) {
    const { params, request } = input
    const browser = request.browser ?? ''
    const login = params.get('username')?.slice(0, 256) ?? ''
    const guard = services.forms.check(params.get('csrf'), 'forgot', browser)
    if (guard.verdict !== 'valid') {
      const csrf = services.forms.issue('forgot', browser)
      return formPage('forgot', {
        csrf,
        status: 403,
        notice: 'expired',
        values: { username: login },
      })
    }
    const language = languageOf(input, services)
    const asked = { login, ip: request.ip, language }
    afterAnswer(() => services.recoveries.tell.forgot(asked))
    return donePage('reset_mailed')
  },
}

function resetPage(
  input: Input,
  services: Services,
  view: { status?: number; notice?: AccountFormPage['notice']; user?: User },
): Reply {
  const ticket = input.params.get('ticket') ?? ''
  return formPage('reset', {
    csrf: services.forms.issue('reset', input.request.browser ?? '', ticket),
    status: view.status ?? 200,
    notice: view.notice,
    values: { ticket, username: view.user?.username ?? '' },
    ...(view.user && { language: languageOf(input, services, { user: view.user }) }),
    minimumPasswordLength: MINIMUM_PASSWORD_LENGTH,
  })
}

export const resetForm: Endpoint = {
  id: 'reset.form',
  method: 'GET',
  path: '/auth/reset',
  spec: 'new password page',
  summary: 'Asks for a new password.',
  parameters: formFields('ticket'),
  caller: 'session',
  body: 'none',
  async handle(input, services) {
    const proof = await MailProof.check('reset_password', input.params.get('ticket'), services)
    const user = proof && (await ownerOf(proof, services))
    if (user === undefined) return donePage('link_spent')
    return resetPage(input, services, { user })
  },
}

export const resetSubmit: Endpoint = {
  id: 'reset.submit',
  method: 'POST',
  path: '/auth/reset',
  spec: 'new password form',
  summary: 'Sets a new password with a mailed link.',
  parameters: formFields('csrf', 'ticket', 'password', 'password_again'),
  caller: 'session',
  rateClass: 'credentials',
  body: 'form',
  async handle(input, services) {
    const { params, request } = input
    const ticket = params.get('ticket') ?? ''
    const guard = services.forms.check(params.get('csrf'), 'reset', request.browser ?? '', ticket)
    if (guard.verdict !== 'valid')
      return resetPage(input, services, { status: 403, notice: 'expired' })
    const proof = await MailProof.check('reset_password', ticket, services)
    const user = proof && (await ownerOf(proof, services))
    if (proof === undefined || user === undefined) return donePage('link_spent')
    const password = params.get('password') ?? ''
    const again = { status: 400, user }
    if (password !== params.get('password_again'))
      return resetPage(input, services, { ...again, notice: 'mismatch' })
    if (passwordProblem(password, user.username) !== undefined)
      return resetPage(input, services, { ...again, notice: 'weak_password' })
    const isDone = await resetPassword(proof, password, request.ip, services)
    return donePage(isDone ? 'password_reset' : 'link_spent')
  },
}

async function ownerOf(proof: MailProof<'reset_password'>, services: Services) {
  const { userId, userVersion } = proof.ticket
  const user = userId === undefined ? undefined : await services.storage.users.find(userId)
  // Whatever changed the account since then made the link worthless, a new password above all.
  return isInGoodStanding(user, services) && user.version === userVersion ? user : undefined
}

/**
 * Sets the password. Evidence: the mail. It signs nobody in, and a second factor stays asked for. All
 * sessions and grants end. False when the link was spent in the meantime.
 */
export async function resetPassword(
  proof: MailProof<'reset_password'>,
  password: string,
  ip: string,
  services: Services,
): Promise<boolean> {
  const user = await ownerOf(proof, services)
  if (user === undefined) return false
  const { user: changed, changes } = await withNewPassword(user, password, services)
  const claims =
    changed.email === proof.email ? { ...changed.claims, email_verified: true } : changed.claims
  const result = await services.storage.commit([
    ...proof.changes,
    ...changes.map((change) =>
      change.kind === 'user.update' ? { ...change, user: { ...changed, claims } } : change,
    ),
    ...(await endOtherSessions(user, undefined, services)),
    { kind: 'throttle.clear', key: `account:${user.usernameKey}` },
    auditChange(
      {
        action: 'user.password_changed',
        actor: user.id,
        targetKind: 'user',
        targetId: user.id,
        ip,
        metadata: { how: 'mail', at: String(nowSeconds(services.clock)) },
      },
      services,
    ),
    ...tellOwner(user, 'password', services),
  ])
  services.mails.tell.deliver({})
  services.logouts.tell.deliver()
  return result.outcome === 'committed'
}
