/**
 * What a lost event would mean. `audit` and `security` events tell of acts and of attacks: once a
 * durable backend is configured they are stored with the change they tell of and delivered at least
 * once. `telemetry` is best effort and counted when dropped. Fixed per type, never by backend.
 */
export type EventClass = 'audit' | 'security' | 'telemetry'

export type EventSeverity = 'info' | 'warning' | 'error'

/** Whose events stay in order among themselves; without that name the other one, then the event's own id. */
export type EventKeyRule = 'client' | 'user'

export interface EventTypeRule {
  readonly class: EventClass
  readonly severity: EventSeverity
  readonly key: EventKeyRule
}

function rule(ofClass: EventClass, severity: EventSeverity, key: EventKeyRule): EventTypeRule {
  return Object.freeze({ class: ofClass, severity, key })
}

/** Every type that this server emits. The first thirteen are the names that consumers know of old. */
export const EVENT_TYPES = Object.freeze({
  authorization_code_created: rule('audit', 'info', 'client'),
  authorization_code_validated: rule('telemetry', 'info', 'client'),
  authorization_code_expired: rule('telemetry', 'warning', 'client'),
  token_created: rule('audit', 'info', 'client'),
  token_validated: rule('telemetry', 'info', 'client'),
  token_revoked: rule('audit', 'info', 'client'),
  token_expired: rule('telemetry', 'warning', 'client'),
  client_registered: rule('audit', 'info', 'client'),
  client_validated: rule('telemetry', 'info', 'client'),
  client_deleted: rule('audit', 'info', 'client'),
  user_authenticated: rule('audit', 'info', 'user'),
  user_authentication_failed: rule('security', 'warning', 'user'),
  user_logout: rule('audit', 'info', 'user'),

  authorization_code_refused: rule('security', 'warning', 'client'),
  authorization_code_reused: rule('security', 'error', 'client'),
  refresh_token_refused: rule('security', 'warning', 'client'),
  refresh_token_reused: rule('security', 'error', 'client'),
  client_updated: rule('audit', 'info', 'client'),
  client_secret_rotated: rule('audit', 'info', 'client'),
  client_registration_token_misused: rule('security', 'warning', 'client'),
  initial_access_token_created: rule('audit', 'info', 'user'),
  consent_granted: rule('audit', 'info', 'user'),
  consent_denied: rule('audit', 'info', 'user'),
  consent_withdrawn: rule('audit', 'info', 'user'),
  user_authentication_throttled: rule('security', 'warning', 'user'),
  user_created: rule('audit', 'info', 'user'),
  user_signed_up: rule('audit', 'info', 'user'),
  user_updated: rule('audit', 'info', 'user'),
  user_disabled: rule('audit', 'warning', 'user'),
  user_enabled: rule('audit', 'info', 'user'),
  user_deleted: rule('audit', 'info', 'user'),
  user_exported: rule('audit', 'info', 'user'),
  user_password_changed: rule('audit', 'info', 'user'),
  user_password_reset_requested: rule('security', 'info', 'user'),
  user_email_verified: rule('audit', 'info', 'user'),
  user_email_change_requested: rule('security', 'info', 'user'),
  user_email_changed: rule('audit', 'info', 'user'),
  second_factor_failed: rule('security', 'warning', 'user'),
  second_factor_throttled: rule('security', 'warning', 'user'),
  totp_added: rule('audit', 'info', 'user'),
  totp_removed: rule('security', 'warning', 'user'),
  passkey_added: rule('audit', 'info', 'user'),
  passkey_renamed: rule('audit', 'info', 'user'),
  passkey_removed: rule('security', 'warning', 'user'),
  identity_linked: rule('security', 'info', 'user'),
  identity_unlinked: rule('security', 'warning', 'user'),
  recovery_codes_created: rule('audit', 'info', 'user'),
  recovery_code_used: rule('security', 'warning', 'user'),
  logout_delivered: rule('audit', 'info', 'client'),
  logout_failed: rule('audit', 'warning', 'client'),
  signing_key_created: rule('audit', 'info', 'client'),
  signing_key_rotated: rule('audit', 'info', 'client'),
  setup_link_created: rule('audit', 'info', 'user'),
  setup_link_used: rule('audit', 'info', 'user'),
  mail_failed: rule('audit', 'warning', 'user'),
  database_moved: rule('audit', 'info', 'user'),
  database_restored: rule('security', 'warning', 'user'),
  audit_log_trimmed: rule('audit', 'info', 'user'),
  events_replayed: rule('audit', 'info', 'user'),
  denylist_entry_added: rule('security', 'warning', 'user'),
  denylist_entry_removed: rule('security', 'info', 'user'),
  webhook_test: rule('telemetry', 'info', 'client'),
} satisfies Record<string, EventTypeRule>)

export type EventType = keyof typeof EVENT_TYPES

export function isEventType(name: string): name is EventType {
  return Object.hasOwn(EVENT_TYPES, name)
}

/** The class of a type; what others send in (`/events/ingest`) under a name of their own is telemetry. */
export function eventClass(name: string): EventClass {
  return isEventType(name) ? EVENT_TYPES[name].class : 'telemetry'
}
