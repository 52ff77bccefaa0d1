import { EVENT_PRODUCER, type EventEnvelope, eventKey, idempotencyKey } from '@grantd/domain'

/** CloudEvents 1.0, JSON format, structured mode. */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly subject?: string
  readonly datacontenttype: 'application/json'
  readonly dataschema: string
  readonly correlationid: string
  readonly idempotencykey: string
  readonly partitionkey: string
  readonly recordedtime: string
  readonly traceparent?: string
  readonly tracestate?: string
  readonly data: {
    readonly severity: string
    readonly user_id: string | null
    readonly client_id: string | null
    readonly metadata: Readonly<Record<string, string>>
    readonly error: string | null
    readonly attributes: Readonly<Record<string, string>>
  }
}

/** `token_created` to `grantd.auth.token_created.v1`. */
export function cloudEventType(eventType: string): string {
  return `grantd.auth.${eventType}.v1`
}

/** The `$id` of the published JSON Schema of a type. */
export function schemaUri(eventType: string): string {
  return `urn:grantd:event:${eventType}:v1`
}

/**
 * The envelope as a CloudEvent. Its source is the issuer; what others sent in has a source of its
 * own, so that nobody outside can speak as this server. A repeated delivery keeps source and id.
 */
export function toCloudEvent(envelope: EventEnvelope, issuer: string): CloudEvent {
  const { event, producer, traceparent, tracestate } = envelope
  const { user_id, client_id, severity, metadata, error } = event
  const subject = user_id ?? client_id
  const isOurs = producer === EVENT_PRODUCER && envelope.attributes.source !== 'ingest'
  return {
    specversion: '1.0',
    id: event.id,
    source: isOurs ? issuer : `${issuer}/events/ingest/${encodeURIComponent(producer)}`,
    type: cloudEventType(event.event_type),
    time: event.timestamp,
    ...(subject !== null && { subject }),
    datacontenttype: 'application/json',
    dataschema: schemaUri(event.event_type),
    correlationid: envelope.correlation_id,
    idempotencykey: idempotencyKey(envelope),
    partitionkey: eventKey(envelope),
    recordedtime: envelope.produced_at,
    ...(traceparent !== null && { traceparent }),
    ...(tracestate !== null && { tracestate }),
    data: { severity, user_id, client_id, metadata, error, attributes: envelope.attributes },
  }
}
