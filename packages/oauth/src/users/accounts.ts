import {
  after,
  type Change,
  foldName,
  mintCredential,
  nowSeconds,
  type PasswordHash,
  PREFIX,
  type Role,
  type Session,
  type SetupLink,
  type SetupLinkId,
  type User,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'
import { isCommonPassword } from './common-passwords.ts'

export const MINIMUM_PASSWORD_LENGTH = 12
const MAX_PASSWORD_BYTES = 1_024

/** Why a password is refused, as a sentence for its owner; `undefined` when it is fine. No composition rules. */
export function passwordProblem(password: string, username: string): string | undefined {
  if ([...password].length < MINIMUM_PASSWORD_LENGTH) {
    return `use at least ${MINIMUM_PASSWORD_LENGTH} characters`
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES)
    return `use at most ${MAX_PASSWORD_BYTES} bytes`
  if (password.includes('\0')) return 'use no NUL character'
  const own = [username, ...username.split('@')].map(foldName)
  if (own.includes(foldName(password))) return 'use something other than your name'
  if (isCommonPassword(password, own)) return 'use one that is not easy to guess'
  return undefined
}

/**
 * The changes that create a user or give an existing one a new password. A new password ends every
 * session and every grant of the account.
 */
export async function userWithPassword(
  wish: {
    readonly existing: User | undefined
    readonly username: string
    readonly email?: string | undefined
    readonly role: Role
    readonly password: string
  },
  services: Pick<Services, 'passwords' | 'ids' | 'clock'>,
): Promise<{ readonly user: User; readonly changes: readonly Change[] }> {
  const at = nowSeconds(services.clock)
  const passwordHash = await services.passwords.hash(wish.password)
  const { existing } = wish
  if (existing === undefined) {
    const user: User = {
      id: services.ids.next(),
      username: wish.username,
      usernameKey: foldName(wish.username),
      email: wish.email,
      emailKey: wish.email === undefined ? undefined : foldName(wish.email),
      passwordHash,
      role: wish.role,
      claims: {},
      isEnabled: true,
      createdAt: at,
      updatedAt: at,
      version: 1,
    }
    return { user, changes: [{ kind: 'user.insert', user }, note('user.created', user, services)] }
  }
  const { user, changes } = renewed(existing, passwordHash, undefined, services)
  return { user, changes: [...changes, note('user.password_changed', user, services)] }
}

/**
 * The changes that give an account a new password: every session but `kept` ends, and every grant.
 * Who writes them adds the audit record, which says how it came about.
 */
export async function withNewPassword(
  existing: User,
  password: string,
  kept: Session | undefined,
  services: Pick<Services, 'passwords' | 'clock'>,
): Promise<{ readonly user: User; readonly changes: readonly Change[] }> {
  return renewed(existing, await services.passwords.hash(password), kept, services)
}

function renewed(
  existing: User,
  passwordHash: PasswordHash,
  kept: Session | undefined,
  services: Pick<Services, 'clock'>,
): { readonly user: User; readonly changes: readonly Change[] } {
  const at = nowSeconds(services.clock)
  const user: User = { ...existing, passwordHash, updatedAt: at, version: existing.version + 1 }
  return {
    user,
    changes: [
      { kind: 'user.update', user },
      { kind: 'session.revokeByUser', userId: user.id, at, ...(kept && { except: kept.id }) },
      { kind: 'family.revokeByUser', userId: user.id, at },
    ],
  }
}

function note(
  action: 'user.created' | 'user.password_changed',
  user: User,
  services: Pick<Services, 'ids' | 'clock'>,
): Change {
  return auditChange({ action, targetKind: 'user', targetId: user.id }, services)
}

/** A one-time set-up code for `username`, valid for `lifetime` seconds; stored hashed. */
export async function createSetupLink(
  username: string,
  lifetime: number,
  services: Pick<Services, 'ids' | 'clock' | 'random' | 'storage'>,
): Promise<{ readonly code: string; readonly link: SetupLink }> {
  const at = nowSeconds(services.clock)
  const id = services.ids.next<SetupLinkId>()
  const minted = mintCredential(PREFIX.setupLink, id, services.random)
  const link: SetupLink = {
    id,
    secretHash: minted.secretHash,
    username,
    createdAt: at,
    expiresAt: after(at, lifetime),
    usedAt: undefined,
  }
  await services.storage.commit([
    { kind: 'setupLink.insert', link },
    auditChange(
      { action: 'setup_link.created', targetKind: 'account', targetId: username },
      services,
    ),
  ])
  return { code: minted.value, link }
}
