import {
  EVENT_PRODUCER,
  type EventEnvelope,
  hashSecret,
  isEventType,
  OAuthError,
  sameHash,
} from '@grantd/domain'
import type { Endpoint, Input } from '../endpoint.ts'
import type { Reply } from '../reply.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import { EnvelopeSchema, EventHealthSchema, notTaken } from './event-schemas.ts'
import { readEnvelope } from './read-envelope.ts'

const REFUSALS = {
  event_ingest_auth_not_configured:
    'set OAUTH2_EVENTS_INGEST_BEARER_TOKEN, or OAUTH2_EVENTS_PUBLIC_INGEST to take events of everybody',
  eventing_disabled: 'events are turned off here (OAUTH2_EVENTS_ENABLED)',
} as const

/** Which backends would take an event now. */
export const eventsHealthEndpoint: Endpoint = {
  id: 'events.health',
  method: 'GET',
  path: '/events/health',
  spec: 'state of the event backends',
  summary: 'Tells which event backends answer, and how many events wait or were dropped.',
  tag: 'Observability',
  response: EventHealthSchema,
  caller: 'none',
  body: 'none',
  handle: async (_input, services) => ({
    kind: 'health',
    status: 200,
    body: await services.events.bus.health(),
  }),
}

/** Events of other systems, for the same backends. */
export const eventsIngestEndpoint: Endpoint = {
  id: 'events.ingest',
  method: 'POST',
  path: '/events/ingest',
  spec: 'intake of events of other systems',
  summary: 'Takes an event envelope; the same Idempotency-Key is taken once in five minutes.',
  caller: 'none',
  tag: 'Observability',
  bearer: ['ingest_token'],
  allowsNoBearer: ({ eventIngest }) => eventIngest.isPublic,
  headers: Type.Object({ 'Idempotency-Key': Type.Optional(Type.String()) }),
  body: 'json',
  parameters: EnvelopeSchema,
  responseStatus: 202,
  answers: [notTaken(...Object.keys(REFUSALS))],
  response: Type.Object({
    status: Type.String(),
    idempotency_key: Type.String(),
    event_id: Type.String(),
  }),
  async handle(input, services) {
    const { isPublic, tokenHash } = services.settings.eventIngest
    if (!isPublic && tokenHash === undefined) return refused('event_ingest_auth_not_configured')
    const isTrusted = isBearer(input, services)
    if (!isPublic && !isTrusted) throw wrongBearer(input)
    if (!services.events.bus.isEnabled) return refused('eventing_disabled')
    const { requestId, headers } = input.request
    const event = readEnvelope(input.json, {
      requestId,
      idempotencyKey: headers.idempotencyKey,
      nowMs: services.clock.nowMs(),
    })
    // Whoever shows no token must not be able to report sign-ins and revocations of this server.
    if (!isTrusted && isInOurName(event)) {
      throw new OAuthError('invalid_token', 'events of this type or producer need the token', {
        challenge: 'Bearer',
      })
    }
    const status = await services.ingest.accept(event)
    const { id } = event.event
    const idempotency_key = event.idempotency_key ?? id
    return { kind: 'json', status: 202, body: { status, idempotency_key, event_id: id } }
  },
}

function isInOurName({ event, producer }: EventEnvelope): boolean {
  return isEventType(event.event_type) || producer === EVENT_PRODUCER
}

function isBearer({ request }: Input, { settings }: Services): boolean {
  const expected = settings.eventIngest.tokenHash
  const presented = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(request.headers.authorization ?? '')
  if (expected === undefined || presented?.[1] === undefined) return false
  return sameHash(hashSecret(presented[1]), expected)
}

function wrongBearer({ request }: Input): OAuthError {
  return new OAuthError('invalid_token', 'events are taken with the token of this endpoint only', {
    challenge: 'Bearer',
    isAnonymous: request.headers.authorization === undefined,
  })
}

function refused(error: keyof typeof REFUSALS): Reply {
  return { kind: 'json', status: 503, body: { error, error_description: REFUSALS[error] } }
}
