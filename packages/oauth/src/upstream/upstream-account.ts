// Owns: whose account a proven login is. Does not own: proving it (social), the session.
import {
  type Change,
  foldName,
  nowSeconds,
  type UpstreamIdentityId,
  type UpstreamProfile,
  type User,
  type UserClaims,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { isInGoodStanding } from '../denylist/standing.ts'
import type { Input } from '../endpoint.ts'
import { factorsOf } from '../evidence/evidence.ts'
import type { ToldIdentity } from '../identities/linked-logins.ts'
import { languageOf } from '../language/page-language.ts'
import { tellOwner } from '../mail/mail-queue.ts'
import type { Services } from '../services.ts'
import { endOtherSessions } from '../sessions/end-others.ts'
import { usernameProblem } from '../users/accounts.ts'

/** The account, and what makes or keeps the login its own: part of the unit that signs it in. */
export interface Account {
  readonly user: User
  readonly changes: readonly Change[]
}

export interface NoAccount {
  readonly problem: 'refused' | 'no_account' | 'address_taken' | 'not_believed'
  /** Whom it would have been. */
  readonly user: User | undefined
}

/**
 * By the login alone, never by an address: an address may be anybody's (CVE-2026-9092). One that a local
 * account has leads to that account only where the operator says so and both sides have proven it.
 */
export async function accountFor(
  told: ToldIdentity,
  profile: UpstreamProfile,
  input: Input,
  services: Services,
): Promise<Account | NoAccount> {
  const { storage } = services
  const identity = await storage.identities.find(told.provider, told.subject)
  const at = nowSeconds(services.clock)
  if (identity !== undefined) {
    const user = await storage.users.find(identity.userId)
    // The name of the provider stands for somebody else now; what it calls a person says nothing.
    if (identity.issuer !== undefined && identity.issuer !== told.issuer)
      return { problem: 'not_believed', user }
    if (!isInGoodStanding(user, services)) return { problem: 'refused', user }
    const { id, userId } = identity
    const { email, name } = told
    const changes: Change[] = [
      { kind: 'user.requireActive', id: userId },
      { kind: 'identity.used', id, userId, email, name, at },
    ]
    return { user, changes }
  }
  const local =
    told.email === undefined ? undefined : await storage.users.findByLogin(foldName(told.email))
  if (local !== undefined) return byAddress(local, told, profile, input, services)
  if (!services.settings.upstreamSignUp) return { problem: 'no_account', user: undefined }
  return newAccount(told, profile, input, services)
}

/**
 * Evidence: two proven addresses, which is one factor. As with every change of credentials the other
 * sessions of the account end.
 */
async function byAddress(
  local: User,
  told: ToldIdentity,
  profile: UpstreamProfile,
  { request }: Input,
  services: Services,
): Promise<Account | NoAccount> {
  const isSame = told.email !== undefined && local.emailKey === foldName(told.email)
  const isProven = isSame && profile.isEmailVerified && local.claims.email_verified === true
  const isAsked = services.settings.upstreamLinksByEmail && isProven
  // Whoever could get at an administrator's mail would be one, and whoever has a second factor would get a
  // further login without it; both link it themselves.
  const isOpen =
    isAsked && local.role !== 'admin' && !(await factorsOf(local, services)).isProtected
  if (!isOpen) return { problem: 'address_taken', user: local }
  if (!isInGoodStanding(local, services)) return { problem: 'refused', user: local }
  const changes: Change[] = [
    { kind: 'user.requireActive', id: local.id },
    ...identityOf(local, told, services),
    noteOf('identity.linked', local, told, request.ip, services),
    ...(await endOtherSessions(local, undefined, services)),
    ...tellOwner(local, 'identity_linked', services),
  ]
  return { user: local, changes }
}

/** Without a password, and without an address that the provider does not vouch for: it may be another's. */
async function newAccount(
  told: ToldIdentity,
  profile: UpstreamProfile,
  input: Input,
  services: Services,
): Promise<Account | NoAccount> {
  const at = nowSeconds(services.clock)
  const email = profile.isEmailVerified ? told.email : undefined
  const username = await freeName(email, told, services)
  const user: User = {
    id: services.ids.next(),
    username,
    usernameKey: foldName(username),
    email,
    emailKey: email === undefined ? undefined : foldName(email),
    passwordHash: undefined,
    role: 'user',
    claims: claimsOf(profile, email, languageOf(input, services)),
    isEnabled: true,
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
  if (!isInGoodStanding(user, services)) return { problem: 'refused', user: undefined }
  const { ip } = input.request
  const changes: Change[] = [
    { kind: 'user.insert', user },
    ...identityOf(user, told, services),
    noteOf('user.signed_up', user, told, ip, services),
  ]
  return { user, changes }
}

async function freeName(
  email: string | undefined,
  { provider, subject }: ToldIdentity,
  { storage, ids }: Pick<Services, 'storage' | 'ids'>,
): Promise<string> {
  const wished = email ?? `${provider}:${subject}`
  const isUsable =
    usernameProblem(wished) === undefined &&
    (await storage.users.findByLogin(foldName(wished))) === undefined
  return isUsable ? wished : `${provider}:${ids.next()}`
}

function claimsOf(
  { name, username, picture }: UpstreamProfile,
  email: string | undefined,
  locale: string,
): UserClaims {
  const isWeb = picture !== undefined && URL.parse(picture)?.protocol === 'https:'
  return {
    locale,
    ...(email !== undefined && { email_verified: true }),
    ...(name !== undefined && { name }),
    ...(username !== undefined && { preferred_username: username }),
    ...(isWeb && { picture }),
  }
}

function identityOf(
  user: User,
  told: ToldIdentity,
  { ids, clock }: Pick<Services, 'ids' | 'clock'>,
): readonly Change[] {
  const at = nowSeconds(clock)
  const id = ids.next<UpstreamIdentityId>()
  const identity = { ...told, id, userId: user.id, createdAt: at, lastUsedAt: at }
  return [{ kind: 'identity.insert', identity }]
}

function noteOf(
  action: 'user.signed_up' | 'identity.linked',
  user: User,
  { provider }: ToldIdentity,
  ip: string,
  services: Services,
): Change {
  const about = { actor: user.id, targetKind: 'user', targetId: user.id, ip } as const
  return auditChange({ action, ...about, metadata: { provider } }, services)
}
