import type { Brand } from './brand.ts'
import type { UserClaims } from './claims.ts'
import type { EpochSeconds } from './clock.ts'
import type { SessionId, UserId } from './ids.ts'
import type { SecretHash } from './secret.ts'

/** A PHC string such as `$argon2id$v=19$…`. */
export type PasswordHash = Brand<string, 'PasswordHash'>

export type Role = 'user' | 'admin'

export interface User {
  readonly id: UserId
  readonly username: string
  /** `username` folded by `foldName`; unique, so that twins of a name are one account. */
  readonly usernameKey: string
  readonly email: string | undefined
  readonly emailKey: string | undefined
  /** Absent until a password is set, for example through a set-up link. */
  readonly passwordHash: PasswordHash | undefined
  readonly role: Role
  readonly claims: UserClaims
  readonly isEnabled: boolean
  readonly createdAt: EpochSeconds
  readonly updatedAt: EpochSeconds
  readonly version: number
}

/**
 * One key for all spellings of a name: NFKC, lower case, no zero-width characters, no surrounding
 * spaces, no trailing dot. Lockout counters and accounts share it (CVE-2025-24806).
 */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .trim()
    .toLowerCase()
    .replace(/\.+$/, '')
}

/** A signed-in browser. The cookie holds `<id>.<secret>`; storage holds the secret's hash. */
export interface Session {
  readonly id: SessionId
  readonly secretHash: SecretHash
  readonly userId: UserId
  /** When the person last proved who they are (`auth_time`, OIDC Core §2). */
  readonly authTime: EpochSeconds
  /** How, as RFC 8176 values. */
  readonly amr: readonly string[]
  readonly userAgent: string | undefined
  readonly ip: string | undefined
  readonly createdAt: EpochSeconds
  readonly lastSeenAt: EpochSeconds
  /** The absolute end; the idle end is `lastSeenAt` plus the configured time. */
  readonly expiresAt: EpochSeconds
  readonly revokedAt: EpochSeconds | undefined
}
