import {
  after,
  type Change,
  foldName,
  mintCredential,
  nowSeconds,
  type PasswordHash,
  PREFIX,
  type Role,
  type SetupLink,
  type SetupLinkId,
  type User,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'
import { endOtherSessions } from '../sessions/end-others.ts'
import { isCommonPassword } from './common-passwords.ts'

export const MINIMUM_PASSWORD_LENGTH = 12
const MAX_PASSWORD_BYTES = 1_024
const MAX_NAME = 256
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Why a name cannot be a username; `undefined` when it can. */
export function usernameProblem(username: string): string | undefined {
  if (foldName(username) === '') return 'it is empty'
  if (username.length > MAX_NAME) return `it is longer than ${MAX_NAME} characters`
  if (INVISIBLE.test(username)) return 'it has invisible or control characters'
  if (username.trim() !== username) return 'it has spaces around it'
  return undefined
}

/** Why a text cannot be an e-mail address; only a mail that arrives would prove that it is one. */
export function emailProblem(email: string): string | undefined {
  if (email.length > MAX_NAME) return `it is longer than ${MAX_NAME} characters`
  return /^[^\s@]+@[^\s@]+$/.test(email) && !INVISIBLE.test(email)
    ? undefined
    : 'it is not of the form name@host'
}

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
    /** Opens a locked account too; an existing one stays as it is when absent. */
    readonly isEnabled?: true
    readonly password: string
    /** For the audit record. */
    readonly actor?: string
  },
  services: Pick<Services, 'storage' | 'passwords' | 'ids' | 'clock'>,
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
    return {
      user,
      changes: [{ kind: 'user.insert', user }, note('user.created', user, wish.actor, services)],
    }
  }
  const next = { ...existing, role: wish.role, isEnabled: wish.isEnabled ?? existing.isEnabled }
  const { user, changes } = renewed(next, passwordHash, services)
  return {
    user,
    changes: [
      ...changes,
      ...(await endOtherSessions(user, undefined, services)),
      note('user.password_changed', user, wish.actor, services),
    ],
  }
}

/**
 * The changes that give an account a new password and end every grant. Who writes them adds the end of
 * its sessions, and the audit record, which says how it came about.
 */
export async function withNewPassword(
  existing: User,
  password: string,
  services: Pick<Services, 'passwords' | 'clock'>,
): Promise<{ readonly user: User; readonly changes: readonly Change[] }> {
  return renewed(existing, await services.passwords.hash(password), services)
}

function renewed(
  existing: User,
  passwordHash: PasswordHash,
  services: Pick<Services, 'clock'>,
): { readonly user: User; readonly changes: readonly Change[] } {
  const at = nowSeconds(services.clock)
  const user: User = { ...existing, passwordHash, updatedAt: at, version: existing.version + 1 }
  return {
    user,
    changes: [
      { kind: 'user.update', user },
      { kind: 'family.revokeByUser', userId: user.id, at },
    ],
  }
}

/** The changes that lock an account, ending its sessions and grants, or open it again. */
export async function userEnabled(
  wish: { readonly existing: User; readonly isEnabled: boolean; readonly actor: string },
  services: Pick<Services, 'storage' | 'ids' | 'clock'>,
): Promise<{ readonly user: User; readonly changes: readonly Change[] }> {
  const at = nowSeconds(services.clock)
  const { existing, isEnabled, actor } = wish
  const user: User = { ...existing, isEnabled, updatedAt: at, version: existing.version + 1 }
  const update: Change = { kind: 'user.update', user }
  if (isEnabled) return { user, changes: [update, note('user.enabled', user, actor, services)] }
  return {
    user,
    changes: [
      update,
      ...(await endOtherSessions(user, undefined, services)),
      { kind: 'family.revokeByUser', userId: user.id, at },
      note('user.disabled', user, actor, services),
    ],
  }
}

function note(
  action: 'user.created' | 'user.password_changed' | 'user.disabled' | 'user.enabled',
  user: User,
  actor: string | undefined,
  services: Pick<Services, 'ids' | 'clock'>,
): Change {
  return auditChange({ action, actor, targetKind: 'user', targetId: user.id }, services)
}

/** A one-time set-up code for `username`, valid for `lifetime` seconds; stored hashed. */
export async function createSetupLink(
  username: string,
  lifetime: number,
  services: Pick<Services, 'ids' | 'clock' | 'random' | 'storage'>,
  actor?: string,
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
      { action: 'setup_link.created', actor, targetKind: 'account', targetId: username },
      services,
    ),
  ])
  return { code: minted.value, link }
}
