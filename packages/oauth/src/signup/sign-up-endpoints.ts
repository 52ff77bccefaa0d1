// Owns: accounts that people make themselves. There is no account before its mail address is proven,
// and the password is chosen behind the mailed link: nobody can prepare an account for somebody else.
import {
  foldName,
  nowSeconds,
  OAuthError,
  parseEmail,
  StorageError,
  type User,
} from '@grantd/domain'
import { donePage, formPage } from '../account/account-form.ts'
import type { AccountFormPage } from '../account-pages.ts'
import { auditChange } from '../audit.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import { MailProof } from '../evidence/evidence.ts'
import { formFields } from '../form-fields.ts'
import { languageOf } from '../language/page-language.ts'
import { afterAnswer } from '../recovery/after-answer.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import type { OAuthSettings } from '../settings.ts'
import { providerLinks } from '../upstream/provider-links.ts'
import { MINIMUM_PASSWORD_LENGTH, passwordProblem } from '../users/accounts.ts'

function isOpen({ signUpOpen }: OAuthSettings): boolean {
  return signUpOpen
}

function requireOpen({ settings }: Services): void {
  if (!isOpen(settings))
    throw new OAuthError('not_found', 'accounts are made by an administrator here')
}

function askPage(
  input: Input,
  services: Services,
  view: { status?: number; notice?: AccountFormPage['notice']; email?: string },
): Reply {
  return formPage('sign_up', {
    csrf: services.forms.issue('sign_up', input.request.browser ?? ''),
    status: view.status ?? 200,
    notice: view.notice,
    values: { email: view.email ?? '' },
    providers: services.settings.upstreamSignUp ? providerLinks(undefined, services) : [],
  })
}

export const signUpForm: Endpoint = {
  id: 'sign_up.form',
  method: 'GET',
  path: '/auth/sign-up',
  spec: 'sign-up page',
  summary: 'Asks for the e-mail address of a new account.',
  isOn: isOpen,
  refuses: ['not_found'],
  caller: 'session',
  body: 'none',
  handle(input, services) {
    requireOpen(services)
    return askPage(input, services, {})
  },
}

export const signUpSubmit: Endpoint = {
  id: 'sign_up.submit',
  method: 'POST',
  path: '/auth/sign-up',
  spec: 'sign-up form',
  summary: 'Mails a link to make an account.',
  isOn: isOpen,
  refuses: ['not_found'],
  parameters: formFields('csrf', 'email'),
  caller: 'session',
  rateClass: 'credentials',
  body: 'form',
  handle(input, services) {
    requireOpen(services)
    const { params, request } = input
    const typed = params.get('email')?.slice(0, 300) ?? ''
    const guard = services.forms.check(params.get('csrf'), 'sign_up', request.browser ?? '')
    if (guard.verdict !== 'valid')
      return askPage(input, services, { status: 403, notice: 'expired', email: typed })
    const email = parseEmail(typed)
    if (email === undefined)
      return askPage(input, services, { status: 400, notice: 'invalid_email', email: typed })
    const language = languageOf(input, services)
    const asked = { email, ip: request.ip, language }
    afterAnswer(() => services.recoveries.tell.signUp(asked))
    return donePage('sign_up_mailed')
  },
}

function finishPage(
  input: Input,
  services: Services,
  email: string,
  view: { status?: number; notice?: AccountFormPage['notice'] },
): Reply {
  const ticket = input.params.get('ticket') ?? ''
  return formPage('sign_up_finish', {
    csrf: services.forms.issue('sign_up_finish', input.request.browser ?? '', ticket),
    status: view.status ?? 200,
    notice: view.notice,
    values: { ticket, username: email, name: input.params.get('name')?.slice(0, 100) ?? '' },
    minimumPasswordLength: MINIMUM_PASSWORD_LENGTH,
  })
}

export const signUpFinishForm: Endpoint = {
  id: 'sign_up_finish.form',
  method: 'GET',
  path: '/auth/sign-up/finish',
  spec: 'last page of a sign-up',
  summary: 'Asks for the name and password of a new account.',
  isOn: isOpen,
  refuses: ['not_found'],
  parameters: formFields('ticket'),
  caller: 'session',
  body: 'none',
  async handle(input, services) {
    requireOpen(services)
    const proof = await MailProof.check('sign_up', input.params.get('ticket'), services)
    if (proof === undefined) return donePage('link_spent')
    return finishPage(input, services, proof.email, {})
  },
}

export const signUpFinishSubmit: Endpoint = {
  id: 'sign_up_finish.submit',
  method: 'POST',
  path: '/auth/sign-up/finish',
  spec: 'last form of a sign-up',
  summary: 'Makes an account for a proven e-mail address.',
  isOn: isOpen,
  refuses: ['not_found'],
  parameters: formFields('csrf', 'ticket', 'password', 'password_again', 'name?'),
  caller: 'session',
  rateClass: 'credentials',
  body: 'form',
  async handle(input, services) {
    requireOpen(services)
    const { params, request } = input
    const ticket = params.get('ticket') ?? ''
    const proof = await MailProof.check('sign_up', ticket, services)
    if (proof === undefined) return donePage('link_spent')
    const browser = request.browser ?? ''
    const guard = services.forms.check(params.get('csrf'), 'sign_up_finish', browser, ticket)
    const again = (status: number, notice: AccountFormPage['notice']) =>
      finishPage(input, services, proof.email, { status, notice })
    if (guard.verdict !== 'valid') return again(403, 'expired')
    const password = params.get('password') ?? ''
    if (password !== params.get('password_again')) return again(400, 'mismatch')
    if (passwordProblem(password, proof.email) !== undefined) return again(400, 'weak_password')
    const name = params.get('name')?.trim().slice(0, 100)
    const wish = { name, password, locale: languageOf(input, services), ip: request.ip }
    const isDone = await signUp(proof, wish, services)
    return donePage(isDone ? 'signed_up' : 'link_spent')
  },
}

/** Makes the account. Evidence: the mail. False when the link or the address was taken meanwhile. */
export async function signUp(
  proof: MailProof<'sign_up'>,
  wish: {
    readonly name: string | undefined
    readonly password: string
    /** The language of the sign-up; it stays the account's until its owner says another. */
    readonly locale: string
    readonly ip: string
  },
  services: Services,
): Promise<boolean> {
  const at = nowSeconds(services.clock)
  const user: User = {
    id: services.ids.next(),
    username: proof.email,
    usernameKey: foldName(proof.email),
    email: proof.email,
    emailKey: foldName(proof.email),
    passwordHash: await services.passwords.hash(wish.password),
    role: 'user',
    claims: {
      email_verified: true,
      locale: wish.locale,
      ...(wish.name !== undefined && wish.name !== '' && { name: wish.name }),
    },
    isEnabled: true,
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
  const about = { actor: user.id, targetKind: 'user', targetId: user.id, ip: wish.ip } as const
  try {
    const result = await services.storage.commit([
      ...proof.changes,
      { kind: 'user.insert', user },
      auditChange({ action: 'user.signed_up', ...about }, services),
    ])
    return result.outcome === 'committed'
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'conflict') return false
    throw error
  }
}
