// Owns: the account console: who is signed in where, which apps have access, factors, the security log.
// Does not own: what its forms do (the files beside this one).
import type { Client, Session, User } from '@grantd/domain'
import { nowSeconds } from '@grantd/domain'
import type { AccountForms } from '../account-pages.ts'
import { clientWords } from '../clients/client-words.ts'
import { initiateLoginUrl } from '../clients/initiate-login.ts'
import type { Input, SignedIn } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'
import { languageOf } from '../language/page-language.ts'
import type { ProfilePage } from '../pages.ts'
import type { Services } from '../services.ts'
import { accountCsrf, accountPage } from './account-action.ts'
import { deviceName } from './device-name.ts'
import { linkedLogin } from './login-endpoints.ts'

const LOG_ROWS = 20

/** The forms that are on the console itself. */
const FORMS: Readonly<Record<keyof AccountForms, string>> = {
  endSession: '/profile/sessions/end',
  endOthers: '/profile/sessions/end-others',
  revokeApp: '/profile/apps/revoke',
  verifyEmail: '/profile/email/verify',
  renamePasskey: '/profile/passkeys/rename',
  removePasskey: '/profile/passkeys/remove',
  removeTotp: '/profile/totp/remove',
  recoveryCodes: '/profile/recovery-codes',
  export: '/profile/export',
}

export const profileEndpoint = accountPage({
  id: 'profile',
  path: '/profile',
  summary: 'The account console.',
  parameters: formFields('done?'),
  async show(input, signedIn, services) {
    return {
      kind: 'page',
      status: 200,
      page: await consoleOf(signedIn, input, services),
    }
  },
})

async function consoleOf(
  signedIn: SignedIn,
  input: Input,
  services: Services,
): Promise<ProfilePage> {
  const { user, session } = signedIn
  const { storage, settings } = services
  const [identities, passkeys, totp, codes, log] = await Promise.all([
    storage.identities.listByUser(user.id),
    storage.passkeys.listByUser(user.id),
    storage.totp.find(user.id),
    storage.recoveryCodes.listByUser(user.id),
    storage.audit.listBySubject(user.id, { limit: LOG_ROWS }),
  ])
  const forms = Object.fromEntries(
    Object.entries(FORMS).map(([name, path]) => [name, accountCsrf(path, signedIn, services)]),
  ) as unknown as AccountForms // one token for each name of FORMS
  const done = input.params.get('done')?.slice(0, 32)
  return {
    page: 'profile',
    csrf: services.forms.issue('logout', session.id),
    forms,
    done,
    username: user.username,
    email: user.email,
    isEmailVerified: user.claims.email_verified === true,
    role: user.role,
    userId: user.id,
    sessionStartedAt: session.createdAt,
    sessions: await sessionsOf(user, session, services),
    apps: await appsOf(user, languageOf(input, services), services),
    passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt, isBackedUp }) => ({
      ...{ id, name, createdAt, lastUsedAt, isBackedUp },
    })),
    // Only now: an older page that comes back would disown what was added since.
    accepted:
      done === 'passkey_removed' ? services.passkeyChecks.accepted(user.id, passkeys) : undefined,
    linkedLogins: identities.map((identity) => linkedLogin(identity, services)),
    hasLogins: identities.length > 0 || services.upstream !== undefined,
    hasPassword: user.passwordHash !== undefined,
    totpSince: totp?.createdAt,
    recoveryCodesLeft: codes.filter((code) => code.usedAt === undefined).length,
    log: log.map(({ action, ip, createdAt }) => ({ action, ip, at: createdAt })),
    issuer: settings.issuer,
  }
}

async function sessionsOf(
  user: User,
  current: Session,
  { storage, clock, settings }: Services,
): Promise<ProfilePage['sessions']> {
  const at = nowSeconds(clock)
  const isLive = (session: Session) =>
    session.revokedAt === undefined &&
    at < session.expiresAt &&
    at < session.lastSeenAt + settings.sessionIdle
  const sessions = await storage.sessions.listByUser(user.id)
  return sessions
    .filter(isLive)
    .toSorted((a, b) => Number(b.id === current.id) - Number(a.id === current.id))
    .map((session) => ({
      id: session.id,
      isThis: session.id === current.id,
      ...deviceName(session.userAgent),
      ip: session.ip,
      startedAt: session.createdAt,
      lastSeenAt: session.lastSeenAt,
    }))
}

/** One row for each app: its grants together with what was allowed to be remembered. */
async function appsOf(
  user: User,
  language: string,
  services: Services,
): Promise<ProfilePage['apps']> {
  const { storage } = services
  const [families, consents] = await Promise.all([
    storage.families.listByUser(user.id),
    storage.consents.listByUser(user.id),
  ])
  const grants = [...families, ...consents]
  const ids = [...new Set(grants.map(({ clientId }) => clientId))]
  return Promise.all(
    ids.map(async (id) => {
      const own = grants.filter(({ clientId }) => clientId === id)
      const client: Client | undefined = await services.clients.for(id).find({ id })
      return {
        clientId: id,
        clientName: client === undefined ? id : clientWords(client, language).clientName,
        openUri: initiateLoginUrl(client, services),
        scope: [...new Set(own.flatMap(({ scope }) => scope.split(' ')))].join(' '),
        since: Math.min(...own.map(({ createdAt }) => createdAt)),
        lastUsedAt: Math.max(
          ...own.map((grant) => ('updatedAt' in grant ? grant.updatedAt : grant.createdAt)),
        ),
      }
    }),
  )
}
