// Owns: taking one's data along, closing the account for a while, deleting it.
import { foldName, nowSeconds } from '@grantd/domain'
import { LEADS_ON } from '../answers.ts'
import { auditChange } from '../audit.ts'
import type { Answer } from '../endpoint.ts'
import type { RecentAuthentication } from '../evidence/evidence.ts'
import { formFields } from '../form-fields.ts'
import { tellOwner } from '../mail/mail-queue.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import { opStateCookies } from '../session-management/session-state.ts'
import { endOtherSessions } from '../sessions/end-others.ts'
import { accountCsrf, backToConsole, sensitiveForm, sensitivePage } from './account-action.ts'
import { donePage, formPage } from './account-form.ts'

const DELETE_PATH = '/profile/delete'
const DISABLE_PATH = '/profile/disable'
const LOG_ROWS = 1_000
const LAST_ADMINISTRATOR: Answer = {
  status: 409,
  says: 'The last administrator has to stay.',
  type: 'text/html',
}

export const exportSubmit = sensitiveForm({
  id: 'account.export',
  response: Type.Object({}, { additionalProperties: true }),
  answers: [LEADS_ON],
  path: '/profile/export',
  page: '/profile',
  summary: 'All that is stored about the person, as a JSON file.',
  parameters: formFields('csrf'),
  async act({ request }, proof, services) {
    const { user } = proof
    const about = { actor: user.id, targetKind: 'user', targetId: user.id, ip: request.ip } as const
    await services.storage.commit([
      ...proof.changes,
      auditChange({ action: 'user.exported', ...about }, services),
    ])
    return {
      kind: 'json',
      status: 200,
      body: await exportOf(proof, services),
      filename: 'my-account.json',
    }
  },
})

/** Facts about the person; no hash, key or secret is theirs to read. */
async function exportOf({ user }: RecentAuthentication, { storage }: Services): Promise<object> {
  const [sessions, consents, families, identities, passkeys, totp, codes, log] = await Promise.all([
    storage.sessions.listByUser(user.id),
    storage.consents.listByUser(user.id),
    storage.families.listByUser(user.id),
    storage.identities.listByUser(user.id),
    storage.passkeys.listByUser(user.id),
    storage.totp.find(user.id),
    storage.recoveryCodes.listByUser(user.id),
    storage.audit.listBySubject(user.id, { limit: LOG_ROWS }),
  ])
  return {
    account: {
      id: user.id,
      username: user.username,
      email: user.email,
      role: user.role,
      claims: user.claims,
      created_at: user.createdAt,
      updated_at: user.updatedAt,
    },
    sessions: sessions.map(
      ({ id, authTime, amr, userAgent, ip, createdAt, lastSeenAt, revokedAt }) => ({
        ...{ id, auth_time: authTime, amr, user_agent: userAgent, ip },
        ...{ created_at: createdAt, last_seen_at: lastSeenAt, ended_at: revokedAt },
      }),
    ),
    apps: families.map(({ clientId, scope, createdAt }) => ({
      client_id: clientId,
      scope,
      since: createdAt,
    })),
    consents: consents.map(({ clientId, scope, createdAt }) => ({
      client_id: clientId,
      scope,
      since: createdAt,
    })),
    linked_logins: identities.map((identity) => ({
      provider: identity.provider,
      issuer: identity.issuer,
      subject: identity.subject,
      email: identity.email,
      name: identity.name,
      created_at: identity.createdAt,
      last_used_at: identity.lastUsedAt,
    })),
    passkeys: passkeys.map(({ name, createdAt, lastUsedAt, isBackedUp }) => ({
      name,
      created_at: createdAt,
      last_used_at: lastUsedAt,
      backed_up: isBackedUp,
    })),
    authenticator_app: totp === undefined ? null : { created_at: totp.createdAt },
    recovery_codes_left: codes.filter((code) => code.usedAt === undefined).length,
    security_log: log.map(({ action, ip, metadata, createdAt }) => ({
      action,
      ip,
      metadata,
      at: createdAt,
    })),
  }
}

const leavePage = (form: 'delete' | 'disable', path: string) =>
  sensitivePage({
    id: `account.${form}.form`,
    path,
    summary: `Asks whether to ${form} the account.`,
    show: (_input, proof, services) =>
      formPage(form, {
        csrf: accountCsrf(path, proof, services),
        values: { expected: proof.user.username },
      }),
  })

export const deletePage = leavePage('delete', DELETE_PATH)
export const disablePage = leavePage('disable', DISABLE_PATH)

const gone = (done: 'deleted' | 'disabled', services: Services) => ({
  ...donePage(done),
  cookies: [
    { name: 'session', value: undefined, maxAge: 0 } as const,
    ...opStateCookies(undefined, services),
  ],
})

async function isLastAdministrator(
  { user }: RecentAuthentication,
  services: Services,
): Promise<boolean> {
  return user.role === 'admin' && (await services.storage.users.countAdmins()) <= 1
}

export const deleteSubmit = sensitiveForm({
  id: 'account.delete.submit',
  answers: [LAST_ADMINISTRATOR],
  path: DELETE_PATH,
  page: DELETE_PATH,
  summary: 'Deletes the account and all that belongs to it.',
  parameters: formFields('csrf', 'confirm'),
  async act({ params, request }, proof, services) {
    const { user } = proof
    const csrf = accountCsrf(DELETE_PATH, proof, services)
    const values = { expected: user.username }
    if (foldName(params.get('confirm') ?? '') !== user.usernameKey)
      return formPage('delete', { csrf, status: 400, notice: 'not_confirmed', values })
    if (await isLastAdministrator(proof, services))
      return formPage('delete', { csrf, status: 409, notice: 'last_administrator', values })
    const at = nowSeconds(services.clock)
    const about = { actor: user.id, targetKind: 'user', targetId: user.id, ip: request.ip } as const
    const result = await services.storage.commit([
      ...proof.changes,
      ...(await endOtherSessions(user, undefined, services)),
      { kind: 'user.delete', userId: user.id, at },
      auditChange({ action: 'user.deleted', ...about }, services),
      ...tellOwner(user, 'deleted', services),
    ])
    services.logouts.tell.deliver()
    return result.outcome === 'committed' ? gone('deleted', services) : backToConsole('again')
  },
})

export const disableSubmit = sensitiveForm({
  id: 'account.disable.submit',
  answers: [LAST_ADMINISTRATOR],
  path: DISABLE_PATH,
  page: DISABLE_PATH,
  summary: 'Closes the account until an administrator opens it again.',
  parameters: formFields('csrf', 'confirm'),
  async act({ params, request }, proof, services) {
    const { user } = proof
    const csrf = accountCsrf(DISABLE_PATH, proof, services)
    const values = { expected: user.username }
    if (foldName(params.get('confirm') ?? '') !== user.usernameKey)
      return formPage('disable', { csrf, status: 400, notice: 'not_confirmed', values })
    if (await isLastAdministrator(proof, services))
      return formPage('disable', { csrf, status: 409, notice: 'last_administrator', values })
    const at = nowSeconds(services.clock)
    const about = { actor: user.id, targetKind: 'user', targetId: user.id, ip: request.ip } as const
    const result = await services.storage.commit([
      ...proof.changes,
      {
        kind: 'user.update',
        user: { ...user, isEnabled: false, updatedAt: at, version: user.version + 1 },
      },
      ...(await endOtherSessions(user, undefined, services)),
      { kind: 'family.revokeByUser', userId: user.id, at },
      auditChange({ action: 'user.disabled', ...about }, services),
      ...tellOwner(user, 'disabled', services),
    ])
    services.logouts.tell.deliver()
    return result.outcome === 'committed' ? gone('disabled', services) : backToConsole('again')
  },
})
