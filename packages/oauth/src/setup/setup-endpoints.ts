// Owns: the one-time link by which an operator gives the first administrator a password.
import {
  foldName,
  nowSeconds,
  PREFIX,
  parseCredential,
  type SetupLink,
  type SetupLinkId,
  sameHash,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'
import type { SetupPage } from '../pages.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { MINIMUM_PASSWORD_LENGTH, passwordProblem, userWithPassword } from '../users/accounts.ts'

function setupPage(
  view: {
    status: number
    notice: SetupPage['notice']
    code?: string
    username?: string | undefined
  },
  input: Input,
  services: Services,
): Reply {
  return {
    kind: 'page',
    status: view.status,
    page: {
      page: 'setup',
      csrf: services.forms.issue('setup', input.request.browser ?? ''),
      code: view.code ?? '',
      notice: view.notice,
      username: view.username,
      minimumPasswordLength: MINIMUM_PASSWORD_LENGTH,
    },
  }
}

export const setupForm: Endpoint = {
  id: 'setup.form',
  method: 'GET',
  path: '/setup',
  spec: 'set-up page',
  summary: 'Asks for the set-up code and a password.',
  caller: 'session',
  body: 'none',
  handle: (input, services) => setupPage({ status: 200, notice: undefined }, input, services),
}

export const setupSubmit: Endpoint = {
  id: 'setup.submit',
  method: 'POST',
  path: '/setup',
  spec: 'set-up form',
  summary: 'Sets the first password of an administrator.',
  parameters: formFields('csrf', 'code', 'password', 'password_again'),
  caller: 'session',
  rateClass: 'credentials',
  body: 'form',
  async handle(input, services) {
    const { params, request } = input
    const code = params.get('code') ?? ''
    const guard = services.forms.check(params.get('csrf'), 'setup', request.browser ?? '')
    if (guard.verdict !== 'valid')
      return setupPage({ status: 403, notice: 'expired', code }, input, services)
    const link = await findLink(code.trim(), services)
    if (link === undefined)
      return setupPage({ status: 403, notice: 'invalid_code' }, input, services)
    const password = params.get('password') ?? ''
    const again = { status: 400, code, username: link.username }
    if (password !== params.get('password_again'))
      return setupPage({ ...again, notice: 'mismatch' }, input, services)
    if (passwordProblem(password, link.username) !== undefined) {
      return setupPage({ ...again, notice: 'weak_password' }, input, services)
    }
    const isDone = await finish(link, password, request.ip, services)
    if (!isDone) return setupPage({ status: 403, notice: 'invalid_code' }, input, services)
    return setupPage({ status: 200, notice: 'done', username: link.username }, input, services)
  },
}

async function findLink(code: string, services: Services): Promise<SetupLink | undefined> {
  const presented = parseCredential<SetupLinkId>(PREFIX.setupLink, code)
  const link = presented && (await services.storage.setupLinks.find(presented.id))
  if (
    presented === undefined ||
    link === undefined ||
    !sameHash(link.secretHash, presented.secretHash)
  )
    return undefined
  const isUsable = link.usedAt === undefined && nowSeconds(services.clock) < link.expiresAt
  return isUsable ? link : undefined
}

/** Spends the link and stores the administrator in one transaction; false when another was faster. */
async function finish(
  link: SetupLink,
  password: string,
  ip: string,
  services: Services,
): Promise<boolean> {
  const at = nowSeconds(services.clock)
  const existing = await services.storage.users.findByLogin(foldName(link.username))
  const write = await userWithPassword(
    // The way back in for an operator: also for an account that was locked, or no administrator yet.
    { existing, username: link.username, role: 'admin', isEnabled: true, password },
    services,
  )
  const result = await services.storage.commit([
    { kind: 'setupLink.use', id: link.id, at },
    ...write.changes,
    { kind: 'throttle.clear', key: `account:${foldName(link.username)}` },
    auditChange(
      {
        action: 'setup_link.used',
        actor: write.user.id,
        targetKind: 'user',
        targetId: write.user.id,
        ip,
      },
      services,
    ),
  ])
  return result.outcome === 'committed'
}
