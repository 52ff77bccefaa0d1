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
  | 'recovery_codes.created'
  | 'recovery_code.used'
  | 'mail.failed'
  | 'database.moved'
  | 'database.restored'

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
  readonly targetId: string
  /** The person it is about, who reads of it in the security log of the account. */
  readonly subject?: UserId | undefined
  readonly ip: string | undefined
  /** Never a secret; values are short strings. */
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: EpochSeconds
}
