import type { AuditAction, AuditRecord, EventType, NewEvent } from '@grantd/domain'

/** Each audited act is an event too; an act without a line here does not compile. */
const TYPES: Readonly<Record<AuditAction, EventType>> = {
  'code.reused': 'authorization_code_reused',
  'code.foreign_client': 'authorization_code_refused',
  'code.pkce_failed': 'authorization_code_refused',
  'refresh.reused': 'refresh_token_reused',
  'refresh.foreign_client': 'refresh_token_refused',
  'token.revoked': 'token_revoked',
  'consent.granted': 'consent_granted',
  'consent.denied': 'consent_denied',
  'consent.withdrawn': 'consent_withdrawn',
  'session.started': 'user_authenticated',
  'session.ended': 'user_logout',
  'login.failed': 'user_authentication_failed',
  'login.throttled': 'user_authentication_throttled',
  'client.created': 'client_registered',
  'client.updated': 'client_updated',
  'client.deleted': 'client_deleted',
  'client.secret_rotated': 'client_secret_rotated',
  'client.registration_token_misused': 'client_registration_token_misused',
  'user.created': 'user_created',
  'user.disabled': 'user_disabled',
  'user.enabled': 'user_enabled',
  'user.password_changed': 'user_password_changed',
  'user.signed_up': 'user_signed_up',
  'user.deleted': 'user_deleted',
  'user.exported': 'user_exported',
  'user.claims_changed': 'user_updated',
  'user.password_reset_requested': 'user_password_reset_requested',
  'user.email_verified': 'user_email_verified',
  'user.email_change_requested': 'user_email_change_requested',
  'user.email_changed': 'user_email_changed',
  'logout.delivered': 'logout_delivered',
  'logout.failed': 'logout_failed',
  'key.created': 'signing_key_created',
  'key.rotated': 'signing_key_rotated',
  'initial_access_token.created': 'initial_access_token_created',
  'setup_link.created': 'setup_link_created',
  'setup_link.used': 'setup_link_used',
  'factor.failed': 'second_factor_failed',
  'factor.throttled': 'second_factor_throttled',
  'totp.added': 'totp_added',
  'totp.removed': 'totp_removed',
  'passkey.added': 'passkey_added',
  'passkey.renamed': 'passkey_renamed',
  'passkey.removed': 'passkey_removed',
  'identity.linked': 'identity_linked',
  'identity.unlinked': 'identity_unlinked',
  'recovery_codes.created': 'recovery_codes_created',
  'recovery_code.used': 'recovery_code_used',
  'mail.failed': 'mail_failed',
  'database.moved': 'database_moved',
  'database.restored': 'database_restored',
  'audit.trimmed': 'audit_log_trimmed',
  'events.replayed': 'events_replayed',
  'denylist.added': 'denylist_entry_added',
  'denylist.removed': 'denylist_entry_removed',
}

/** Two acts that share a type are told apart by this. */
const REASONS: Partial<Record<AuditAction, string>> = {
  'code.foreign_client': 'foreign_client',
  'code.pkce_failed': 'pkce_failed',
  'refresh.foreign_client': 'foreign_client',
}

/** What an audit record says, as an event. Its `client` and `user` become those of the event. */
export function eventOfAudit(record: AuditRecord): NewEvent {
  const { action, targetKind, targetId } = record
  const { client, user, ...metadata } = record.metadata
  return {
    type: TYPES[action],
    clientId: client ?? (targetKind === 'client' ? targetId : undefined),
    userId: user ?? record.subject ?? (targetKind === 'user' ? targetId : undefined),
    metadata: {
      ...metadata,
      reason: metadata.reason ?? REASONS[action],
      actor: record.actor,
      target_kind: targetKind,
      // The name that was typed at a failed sign-in may be a password typed into the wrong field.
      target_id: targetKind === 'account' ? undefined : targetId,
      ip: record.ip,
    },
  }
}
