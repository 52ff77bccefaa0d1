import { type EventEnvelope, type EventSeverity, invalidRequest } from '@grantd/domain'
import { isRecord } from '../json.ts'
import { isTraceparent, isTracestate } from './origin.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const TYPE = /^[a-z][a-z0-9_.]{0,63}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/
const KEY = /^[\x21-\x7e]{1,256}$/
const NAME = /^[\w.-]{1,64}$/
const SEVERITIES: readonly string[] = ['info', 'warning', 'error'] satisfies EventSeverity[]
const MOST_ENTRIES = 64
const LONGEST = 1_024

/** What a request says beside its body. */
export interface IngestRequest {
  readonly requestId: string
  /** The `Idempotency-Key` header; it counts before the body. */
  readonly idempotencyKey: string | undefined
  readonly nowMs: number
}

/**
 * An envelope from outside, every field checked and bounded; members of no meaning are left out. It
 * is marked as sent in, whatever it says itself. Throws `invalid_request` naming the field.
 */
export function readEnvelope(json: unknown, request: IngestRequest): EventEnvelope {
  if (!isRecord(json)) throw invalidRequest('the body must be an event envelope')
  const { event } = json
  if (!isRecord(event)) throw invalidRequest('event must be an object')
  const now = new Date(request.nowMs).toISOString()
  const key = request.idempotencyKey ?? json.idempotency_key
  return {
    event: {
      id: matching(event.id, UUID, 'event.id must be a UUID').toLowerCase(),
      event_type: matching(
        event.event_type,
        TYPE,
        'event.event_type must be lower case letters, digits, _ and .',
      ),
      timestamp: timeOf(event.timestamp, 'event.timestamp'),
      severity: severityOf(event.severity),
      user_id: optionalText(event.user_id, 'event.user_id'),
      client_id: optionalText(event.client_id, 'event.client_id'),
      metadata: mapOf(event.metadata, 'event.metadata'),
      error: optionalText(event.error, 'event.error'),
    },
    idempotency_key: isAbsent(key)
      ? null
      : matching(key, KEY, 'the idempotency key must be 1 to 256 visible ASCII characters'),
    traceparent: isTraceparent(json.traceparent) ? json.traceparent : null,
    tracestate: isTracestate(json.tracestate) ? json.tracestate : null,
    correlation_id: optionalText(json.correlation_id, 'correlation_id') ?? request.requestId,
    producer: optionalText(json.producer, 'producer') ?? 'external',
    produced_at: isAbsent(json.produced_at) ? now : timeOf(json.produced_at, 'produced_at'),
    attributes: { ...mapOf(json.attributes, 'attributes'), source: 'ingest' },
  }
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

function matching(value: unknown, shape: RegExp, what: string): string {
  if (typeof value !== 'string' || !shape.test(value)) throw invalidRequest(what)
  return value
}

function optionalText(value: unknown, name: string): string | null {
  if (isAbsent(value)) return null
  if (typeof value !== 'string' || value === '' || value.length > LONGEST) {
    throw invalidRequest(`${name} must be a text of 1 to ${LONGEST} characters`)
  }
  return storable(value, name)
}

/** Databases and brokers differ in what they make of a NUL and of half a surrogate pair: none keeps it. */
function storable(text: string, name: string): string {
  if (text.isWellFormed() && !text.includes('\0')) return text
  throw invalidRequest(`${name} must be Unicode text without NUL`)
}

function timeOf(value: unknown, name: string): string {
  const text = typeof value === 'string' && TIME.test(value) ? value : ''
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalidRequest(`${name} must be an RFC 3339 time`)
  return new Date(ms).toISOString()
}

function severityOf(value: unknown): EventSeverity {
  if (isAbsent(value)) return 'info'
  if (typeof value === 'string' && SEVERITIES.includes(value)) return value as EventSeverity // just checked
  throw invalidRequest('event.severity must be info, warning or error')
}

function mapOf(value: unknown, name: string): Readonly<Record<string, string>> {
  if (isAbsent(value)) return {}
  if (!isRecord(value)) throw invalidRequest(`${name} must be an object`)
  const entries = Object.entries(value)
  if (entries.length > MOST_ENTRIES) {
    throw invalidRequest(`${name} may have ${MOST_ENTRIES} members`)
  }
  const kept: [string, string][] = entries.map(([key, one]) => {
    if (!NAME.test(key)) throw invalidRequest(`${name} has a member that is no plain name`)
    if (typeof one !== 'string' || one.length > LONGEST) {
      throw invalidRequest(`${name}.${key} must be a text of at most ${LONGEST} characters`)
    }
    return [key, storable(one, `${name}.${key}`)]
  })
  return Object.fromEntries(kept)
}
