// Owns: what the JSON of the event endpoints looks like, for its documentation. Does not own: which
// envelopes are taken (read-envelope.ts).

import type { TSchema } from 'typebox'
import type { Answer } from '../endpoint.ts'
import { Type } from '../schema.ts'

const optional = (schema: TSchema) => Type.Optional(Type.Union([schema, Type.Null()]))
const text = () => optional(Type.String())
const texts = () => optional(Type.Record(Type.String(), Type.String()))

export const EnvelopeSchema = Type.Object(
  {
    event: Type.Object({
      id: Type.String({ description: 'A UUID.' }),
      event_type: Type.String(),
      timestamp: Type.String({ description: 'RFC 3339.' }),
      severity: optional(Type.String({ enum: ['info', 'warning', 'error'] })),
      user_id: text(),
      client_id: text(),
      metadata: texts(),
      error: text(),
    }),
    idempotency_key: text(),
    traceparent: text(),
    tracestate: text(),
    correlation_id: text(),
    producer: text(),
    produced_at: text(),
    attributes: texts(),
  },
  { $id: 'EventEnvelope', additionalProperties: true },
)

export const EventHealthSchema = Type.Object({
  enabled: Type.Boolean(),
  plugins: Type.Array(
    Type.Object({
      name: Type.String(),
      healthy: Type.Boolean(),
      waiting: Type.Integer(),
      dropped: Type.Integer(),
    }),
  ),
  streams: Type.Object({
    open: Type.Integer(),
    refused: Type.Integer(),
    ended: Type.Record(Type.String(), Type.Integer()),
  }),
})

export const ResultsSchema = Type.Array(
  Type.Object({
    backend: Type.String(),
    outcome: Type.String({ enum: ['published', 'retry', 'rejected'] }),
    reason: Type.Optional(Type.String()),
    ms: Type.Integer(),
  }),
)

const about = { backend: Type.String(), event_id: Type.String(), event_type: Type.String() }

export const DeliveriesSchema = Type.Object({
  deliveries: Type.Array(
    Type.Object({
      ...about,
      at: Type.String(),
      outcome: Type.String({ enum: ['delivered', 'retry', 'dead'] }),
      status: Type.Union([Type.Integer(), Type.Null()]),
      error: Type.Union([Type.String(), Type.Null()]),
      ms: Type.Number(),
    }),
  ),
  dead: Type.Array(Type.Object(about)),
})

/** 503 of an endpoint that is switched off. */
export function notTaken(...codes: readonly string[]): Answer {
  return {
    status: 503,
    says: 'Switched off here.',
    type: 'application/json',
    schema: Type.Object({
      error: Type.String({ enum: [...codes] }),
      error_description: Type.String(),
    }),
  }
}
