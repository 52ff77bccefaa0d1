import { EVENT_TYPES, type EventSeverity, type EventType, isEventType } from './event-types.ts'
import type { IdMaker, TimeOrderedId } from './ids.ts'

/**
 * An event ready for transport: `JSON.stringify` of it is what every backend publishes, so the names
 * are those on the wire. Times are RFC 3339 in UTC, values of maps are strings. Never holds a secret.
 */
export interface EventEnvelope {
  readonly event: EventBody
  /** Chosen by whoever sent the event in; the id of the event counts when it is null. */
  readonly idempotency_key: string | null
  readonly traceparent: string | null
  readonly tracestate: string | null
  /** The request that caused it: the same text stands in the access log. */
  readonly correlation_id: string
  readonly producer: string
  readonly produced_at: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface EventBody {
  /** A UUID; a repeated delivery carries the same one. */
  readonly id: string
  /** An `EventType`, or the name that an outside producer gave. */
  readonly event_type: string
  readonly timestamp: string
  readonly severity: EventSeverity
  readonly user_id: string | null
  readonly client_id: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly error: string | null
}

/** What a flow says of an event; the rest is known from its type and its origin. */
export interface NewEvent {
  readonly type: EventType
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
  /** Short texts, never a secret; `undefined` values are left out. */
  readonly metadata?: Readonly<Record<string, string | undefined>>
  readonly error?: string
}

/** The request or the task behind an event. */
export interface EventOrigin {
  readonly correlationId: string
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
  /** `http`, `task` or `cli`. */
  readonly source: string
}

/**
 * An event that was told of, and whose envelope is made when somebody looks at it: of the events that
 * a busy server keeps in memory hardly any is ever read, and the envelope is most of what one costs.
 */
export class DraftEvent {
  readonly type: EventType
  readonly #event: NewEvent
  readonly #nowMs: number
  readonly #origin: EventOrigin | undefined
  readonly #id: TimeOrderedId<string> | IdMaker
  #envelope: EventEnvelope | undefined

  /** Without an id of its own it gets the next one then; without an origin it is a task's. */
  constructor(
    event: NewEvent,
    nowMs: number,
    origin: EventOrigin | undefined,
    id: TimeOrderedId<string> | IdMaker,
  ) {
    this.type = event.type
    this.#event = event
    this.#nowMs = nowMs
    this.#origin = origin
    this.#id = id
  }

  /** The same for whoever asks. */
  get envelope(): EventEnvelope {
    this.#envelope ??= this.#make()
    return this.#envelope
  }

  #make(): EventEnvelope {
    const id = typeof this.#id === 'string' ? this.#id : this.#id.next()
    return makeEvent(this.#event, {
      id,
      nowMs: this.#nowMs,
      producer: EVENT_PRODUCER,
      origin: this.#origin ?? { correlationId: uuidText(id), source: 'task' },
    })
  }
}

export interface EventStamp {
  readonly id: TimeOrderedId<string>
  readonly nowMs: number
  readonly producer: string
  readonly origin: EventOrigin
}

export const EVENT_PRODUCER = 'oauth2_server'

export function makeEvent(event: NewEvent, stamp: EventStamp): EventEnvelope {
  const at = timestampOf(stamp.nowMs)
  const { origin } = stamp
  return {
    event: {
      id: uuidText(stamp.id),
      event_type: event.type,
      timestamp: at,
      severity: EVENT_TYPES[event.type].severity,
      user_id: event.userId ?? null,
      client_id: event.clientId ?? null,
      metadata: definedOnly(event.metadata ?? {}),
      error: event.error ?? null,
    },
    idempotency_key: null,
    traceparent: origin.traceparent ?? null,
    tracestate: origin.tracestate ?? null,
    correlation_id: origin.correlationId,
    producer: stamp.producer,
    produced_at: at,
    attributes: { source: origin.source },
  }
}

let latest = { ms: Number.NaN, text: '' }

/** A busy server makes many events in one millisecond, and this text is half of what an event costs. */
function timestampOf(ms: number): string {
  if (ms !== latest.ms) latest = { ms, text: new Date(ms).toISOString() }
  return latest.text
}

/** Events of one key are delivered in the order in which they were stored. */
export function eventKey({ event }: EventEnvelope): string {
  const first = isEventType(event.event_type) ? EVENT_TYPES[event.event_type].key : 'user'
  const { user_id: user, client_id: client } = event
  return (first === 'client' ? (client ?? user) : (user ?? client)) ?? event.id
}

/** By this two deliveries are known to be the same event. */
export function idempotencyKey(envelope: EventEnvelope): string {
  return envelope.idempotency_key ?? envelope.event.id
}

/** The 36 characters of RFC 9562 §4 for an id of this server. */
export function uuidText(id: TimeOrderedId<string>): string {
  const hex = Buffer.from(id, 'base64url').toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function definedOnly(
  values: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) if (value !== undefined) kept[name] = value
  return kept
}
