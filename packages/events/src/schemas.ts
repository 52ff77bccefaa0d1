// Owns: the JSON Schema of every event type. Does not own: the types (domain), who emits them (oauth).
// Start here: `eventSchema`; scripts/event-schemas.ts writes them to docs/reference/events/.
import { EVENT_TYPES, type EventType } from '@grantd/domain'
import { schemaUri } from './cloud-events.ts'

interface MetadataOf {
  readonly always: readonly string[]
  readonly sometimes: readonly string[]
}

function has(always: string, sometimes = ''): MetadataOf {
  return { always: words(always), sometimes: words(sometimes) }
}

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ')
}

/** Of each event that stands in the audit log as well. */
const ACT = 'target_kind'
const OF_ACT = 'actor target_id ip'

/** An act with what else it says. */
function act(always = '', sometimes = ''): MetadataOf {
  return has(`${ACT} ${always}`.trim(), `${OF_ACT} ${sometimes}`.trim())
}

/** Which values of `metadata` a type has. A new one may be added; one that is here never goes. */
export const EVENT_METADATA: Readonly<Record<EventType, MetadataOf>> = {
  authorization_code_created: has('scope redirect_uri code_id'),
  authorization_code_validated: has('scope code_id'),
  authorization_code_expired: has('code_id'),
  token_created: has('scope grant_type has_refresh_token token_id', 'family_id'),
  token_validated: has('scope token_id'),
  token_revoked: act(),
  token_expired: has('scope token_id'),
  client_registered: act('client_name scope'),
  client_validated: has('success'),
  client_deleted: act(),
  user_authenticated: act(),
  user_authentication_failed: act(),
  user_logout: act('', 'which'),
  authorization_code_refused: act('reason'),
  authorization_code_reused: act('', 'reason'),
  refresh_token_refused: act('reason'),
  refresh_token_reused: act(),
  client_updated: act(),
  client_secret_rotated: act(),
  client_registration_token_misused: act(),
  initial_access_token_created: act('uses'),
  consent_granted: act('scope'),
  consent_denied: act('scope'),
  consent_withdrawn: act(),
  user_authentication_throttled: act(),
  user_created: act(),
  user_signed_up: act(),
  user_updated: act(),
  user_disabled: act(),
  user_enabled: act(),
  user_deleted: act(),
  user_exported: act(),
  user_password_changed: act('', 'how at'),
  user_password_reset_requested: act(),
  user_email_verified: act(),
  user_email_change_requested: act(),
  user_email_changed: act(),
  second_factor_failed: act('factor'),
  second_factor_throttled: act('factor'),
  totp_added: act(),
  totp_removed: act(),
  passkey_added: act('', 'name'),
  passkey_renamed: act('name'),
  passkey_removed: act(),
  identity_linked: act('provider'),
  identity_unlinked: act('provider'),
  recovery_codes_created: act(),
  recovery_code_used: act(),
  logout_delivered: act(),
  logout_failed: act('reason'),
  signing_key_created: act('algorithm to'),
  signing_key_rotated: act('algorithm from to'),
  setup_link_created: act(),
  setup_link_used: act(),
  mail_failed: act('topic why'),
  database_moved: act('from rows'),
  database_restored: act('made_at epoch'),
  audit_log_trimmed: act('records'),
  events_replayed: act('sink', 'from letters'),
  denylist_entry_added: act('kind value', 'reason expires_at'),
  denylist_entry_removed: act('kind value'),
  webhook_test: has(''),
}

const TEXT = { type: 'string' } as const
const NULLABLE_TEXT = { type: ['string', 'null'] } as const
const TIME = { type: 'string', format: 'date-time' } as const

/** JSON Schema 2020-12 of the envelope with an event of this type. */
export function eventSchema(type: EventType): object {
  const { always, sometimes } = EVENT_METADATA[type]
  const metadata = Object.fromEntries([...always, ...sometimes].map((name) => [name, TEXT]))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaUri(type),
    title: type,
    description: `Class ${EVENT_TYPES[type].class}; in order by ${EVENT_TYPES[type].key}.`,
    ...object({
      event: object({
        id: { type: 'string', format: 'uuid' },
        event_type: { const: type },
        timestamp: TIME,
        severity: { const: EVENT_TYPES[type].severity },
        user_id: NULLABLE_TEXT,
        client_id: NULLABLE_TEXT,
        metadata: {
          type: 'object',
          properties: metadata,
          required: always,
          additionalProperties: TEXT,
        },
        error: NULLABLE_TEXT,
      }),
      idempotency_key: NULLABLE_TEXT,
      traceparent: NULLABLE_TEXT,
      tracestate: NULLABLE_TEXT,
      correlation_id: TEXT,
      producer: TEXT,
      produced_at: TIME,
      attributes: { type: 'object', properties: { source: TEXT }, additionalProperties: TEXT },
    }),
  }
}

function object(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', properties, required: Object.keys(properties) }
}

/** What an envelope lacks, or has that its type does not announce; empty when it keeps to its schema. */
export function breachesOf(envelope: {
  readonly event: {
    readonly event_type: EventType
    readonly metadata: Readonly<Record<string, string>>
  }
}): readonly string[] {
  const { event_type: type, metadata } = envelope.event
  const { always, sometimes } = EVENT_METADATA[type]
  const missing = always.filter((name) => metadata[name] === undefined)
  const unannounced = Object.keys(metadata).filter(
    (name) => ![...always, ...sometimes].includes(name),
  )
  return [
    ...missing.map((name) => `${type} lacks ${name}`),
    ...unannounced.map((name) => `${type} has ${name}, which its schema does not name`),
  ]
}
