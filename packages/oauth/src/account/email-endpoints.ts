// Owns: the mail address of an account. A new one counts once its mail was read; the old one hears of
// the wish before that.
import { foldName, nowSeconds, parseEmail, StorageError, type User } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { isInGoodStanding } from '../denylist/standing.ts'
import type { Endpoint } from '../endpoint.ts'
import { MailProof } from '../evidence/evidence.ts'
import { formFields } from '../form-fields.ts'
import { languageOf } from '../language/page-language.ts'
import { countAttempt } from '../login/throttle.ts'
import { mailChange, tellOwner } from '../mail/mail-queue.ts'
import type { Services } from '../services.ts'
import { endOtherSessions } from '../sessions/end-others.ts'
import { issueTicket } from '../tickets/tickets.ts'
import {
  accountCsrf,
  accountForm,
  backToConsole,
  sensitiveForm,
  sensitivePage,
} from './account-action.ts'
import { donePage, formPage } from './account-form.ts'

const PATH = '/profile/email'
const VERIFY_PATH = '/profile/email/verify'
const MAX_LETTERS = 3

export const emailPage = sensitivePage({
  id: 'account.email.form',
  path: PATH,
  summary: 'Asks for a new e-mail address.',
  show: (_input, proof, services) =>
    formPage('email', {
      csrf: accountCsrf(PATH, proof, services),
      values: { email: proof.user.email ?? '' },
    }),
})

export const emailSubmit = sensitiveForm({
  id: 'account.email.submit',
  path: PATH,
  page: PATH,
  summary: 'Mails a link to the new address.',
  parameters: formFields('csrf', 'email'),
  async act(input, proof, services) {
    const { params, request } = input
    const { user } = proof
    if (!services.settings.mailIsOn) return backToConsole('no_mail')
    const typed = params.get('email')?.slice(0, 300) ?? ''
    const email = parseEmail(typed)
    if (email === undefined) {
      const csrf = accountCsrf(PATH, proof, services)
      return formPage('email', {
        csrf,
        status: 400,
        notice: 'invalid_email',
        values: { email: typed },
      })
    }
    if ((await countAttempt(`email:${user.id}`, services, { limit: MAX_LETTERS })) > 0)
      return backToConsole('too_many_letters')
    const ticket = issueTicket('change_email', { user, email }, services)
    const link = `${services.settings.baseUrl}/auth/email?ticket=${ticket.value}`
    await services.storage.commit([
      ...proof.changes,
      ticket.change,
      mailChange(
        email,
        { topic: 'change_email', username: user.username, link },
        languageOf(input, services),
        services,
      ),
      ...tellOwner(user, 'email_requested', services),
      auditChange(
        {
          action: 'user.email_change_requested',
          actor: user.id,
          targetKind: 'user',
          targetId: user.id,
          ip: request.ip,
        },
        services,
      ),
    ])
    return backToConsole('email_mailed')
  },
})

/** Proves the address that the account has already. */
export const verifySubmit = accountForm({
  id: 'account.email.verify',
  path: VERIFY_PATH,
  page: '/profile',
  rateClass: 'credentials',
  summary: 'Mails a link that proves the e-mail address of the account.',
  parameters: formFields('csrf'),
  async act(input, { user }, services) {
    if (!services.settings.mailIsOn) return backToConsole('no_mail')
    const email = user.email === undefined ? undefined : parseEmail(user.email)
    if (email === undefined || user.claims.email_verified === true) return backToConsole('again')
    if ((await countAttempt(`email:${user.id}`, services, { limit: MAX_LETTERS })) > 0)
      return backToConsole('too_many_letters')
    const ticket = issueTicket('verify_email', { user, email }, services)
    const link = `${services.settings.baseUrl}/auth/email?ticket=${ticket.value}`
    await services.storage.commit([
      ticket.change,
      mailChange(
        email,
        { topic: 'verify_email', username: user.username, link },
        languageOf(input, services),
        services,
      ),
    ])
    return backToConsole('email_mailed')
  },
})

const PURPOSES = ['change_email', 'verify_email'] as const
type EmailProof = MailProof<(typeof PURPOSES)[number]>

async function proofOf(
  ticket: string | undefined,
  services: Services,
): Promise<EmailProof | undefined> {
  for (const purpose of PURPOSES) {
    const proof = await MailProof.check(purpose, ticket, services)
    if (proof !== undefined) return proof
  }
  return undefined
}

export const emailProofForm: Endpoint = {
  id: 'email.form',
  method: 'GET',
  path: '/auth/email',
  spec: 'page behind a mailed link',
  summary: 'Asks to confirm an e-mail address; opening the link alone changes nothing.',
  parameters: formFields('ticket'),
  caller: 'session',
  body: 'none',
  async handle({ params, request }, services) {
    const ticket = params.get('ticket') ?? ''
    const proof = await proofOf(ticket, services)
    if (proof === undefined) return donePage('link_spent')
    const csrf = services.forms.issue('email', request.browser ?? '', ticket)
    return formPage('email_proof', { csrf, values: { ticket, email: proof.email } })
  },
}

export const emailProofSubmit: Endpoint = {
  id: 'email.submit',
  method: 'POST',
  path: '/auth/email',
  spec: 'form behind a mailed link',
  summary: 'Confirms an e-mail address.',
  parameters: formFields('csrf', 'ticket'),
  caller: 'session',
  body: 'form',
  rateClass: 'credentials',
  async handle({ params, request }, services) {
    const ticket = params.get('ticket') ?? ''
    const proof = await proofOf(ticket, services)
    if (proof === undefined) return donePage('link_spent')
    const browser = request.browser ?? ''
    if (services.forms.check(params.get('csrf'), 'email', browser, ticket).verdict !== 'valid') {
      const csrf = services.forms.issue('email', browser, ticket)
      const values = { ticket, email: proof.email }
      return formPage('email_proof', { csrf, status: 403, notice: 'expired', values })
    }
    const isDone = await confirmEmail(proof, request.ip, services)
    return donePage(isDone ? 'email_confirmed' : 'link_spent')
  },
}

/** Takes over the proven address. Evidence: its mail. Another address than before ends all sessions. */
async function confirmEmail(proof: EmailProof, ip: string, services: Services): Promise<boolean> {
  const { userId, userVersion } = proof.ticket
  const user = userId === undefined ? undefined : await services.storage.users.find(userId)
  if (!isInGoodStanding(user, services) || user.version !== userVersion) return false
  const isNew = proof.purpose === 'change_email'
  const changed: User = {
    ...user,
    email: proof.email,
    emailKey: foldName(proof.email),
    claims: { ...user.claims, email_verified: true },
    updatedAt: nowSeconds(services.clock),
    version: user.version + 1,
  }
  const action = isNew ? 'user.email_changed' : 'user.email_verified'
  try {
    const result = await services.storage.commit([
      ...proof.changes,
      { kind: 'user.update', user: changed },
      ...(isNew ? await endOtherSessions(user, undefined, services) : []),
      auditChange({ action, actor: user.id, targetKind: 'user', targetId: user.id, ip }, services),
      // The address that was: its owner must hear that it opens this account no longer.
      ...(isNew ? tellOwner(user, 'email', services) : []),
    ])
    services.mails.tell.deliver({})
    services.logouts.tell.deliver()
    return result.outcome === 'committed'
  } catch (error) {
    // Somebody else has that address by now.
    if (error instanceof StorageError && error.kind === 'conflict') return false
    throw error
  }
}
