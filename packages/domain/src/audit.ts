import type { EpochSeconds } from './clock.ts'
import type { AuditId, UserId } from './ids.ts'

/** Security-relevant acts, each written in the transaction of the change it tells of. */
export type AuditAction =
  | 'code.reused'
  | 'code.foreign_client'
  | 'code.pkce_failed'
  | 'refresh.reused'
  | 'refresh.foreign_client'
  | 'token.revoked'
  | 'consent.granted'
  | 'consent.denied'
  | 'consent.withdrawn'
  | 'session.started'
  | 'session.ended'
  | 'login.failed'
  | 'login.throttled'
  | 'client.created'
  | 'client.updated'
  | 'client.deleted'
  | 'client.secret_rotated'
  | 'user.created'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.password_changed'
  | 'client.registration_token_misused'
  | 'logout.delivered'
  | 'logout.failed'
  | 'key.created'
  | 'key.rotated'
  | 'initial_access_token.created'
  | 'setup_link.created'
  | 'setup_link.used'
  | 'user.signed_up'
  | 'user.deleted'
  | 'user.exported'
  | 'user.claims_changed'
  | 'user.password_reset_requested'
  | 'user.email_verified'
  | 'user.email_change_requested'
  | 'user.email_changed'
  | 'factor.failed'
  | 'factor.throttled'
  | 'totp.added'
  | 'totp.removed'
  | 'passkey.added'
  | 'passkey.renamed'
  | 'passkey.removed'
  | 'identity.linked'
  | 'identity.unlinked'
  | 'recovery_codes.created'
  | 'recovery_code.used'
  | 'mail.failed'
  | 'database.moved'
  | 'database.restored'
  | 'audit.trimmed'
  | 'events.replayed'
  | 'denylist.added'
  | 'denylist.removed'

export interface AuditRecord {
  readonly id: AuditId
  readonly action: AuditAction
  /** Who did it: a user id, a client id, or `cli`. */
  readonly actor: string | undefined
  readonly targetKind:
    | 'client'
    | 'user'
    | 'family'
    | 'token'
    | 'code'
    | 'session'
    | 'key'
    | 'account'
    | 'mail'
    | 'database'
    | 'audit'
    | 'event'
    | 'denial'
  readonly targetId: string
  /** The person it is about, who reads of it in the security log of the account. */
  readonly subject?: UserId | undefined
  readonly ip: string | undefined
  /** Never a secret; values are short strings. */
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: EpochSeconds
}

/** A record with its place in the chain: changing, removing or moving any record breaks it. */
export interface ChainedRecord {
  readonly record: AuditRecord
  readonly seq: number
  /** SHA-256 over the hash before it, its place and its content; base64url. */
  readonly hash: string
}

/** A place of the chain that is kept outside its records. */
export interface AuditMark {
  readonly seq: number
  readonly hash: string
  /** HMAC of both by a key that is not in the database. */
  readonly mac: string
}

/** Where the chain begins (after what retention removed) and where it ends. */
export interface AuditChain {
  readonly base: AuditMark
  readonly head: AuditMark
}

/** Which records are wanted; all that is named must hold. */
export interface AuditFilter {
  readonly action?: string
  readonly actor?: string
  readonly targetId?: string
  /** From this moment on. */
  readonly since?: EpochSeconds
  /** Before this moment. */
  readonly until?: EpochSeconds
}
