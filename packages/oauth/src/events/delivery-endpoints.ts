import { EVENT_PRODUCER, invalidRequest, makeEvent, OAuthError } from '@grantd/domain'
import { requireAdminRequest } from '../admin.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import { isRecord } from '../json.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import { DeliveriesSchema, ResultsSchema } from './event-schemas.ts'

const PURPOSE = 'event delivery'
const NEWEST = 200

const ADMIN = {
  spec: 'delivery of events, for administrators',
  tag: 'Admin',
  caller: 'none',
  bearer: ['admin_token'],
} as const satisfies Partial<Endpoint>

/** What was posted to webhooks lately, and what they refused for good. */
export const eventDeliveriesEndpoint: Endpoint = {
  ...ADMIN,
  id: 'events.deliveries',
  method: 'GET',
  path: '/events/deliveries',
  summary: 'Lists the newest deliveries to webhooks and the events that they refused.',
  body: 'none',
  response: DeliveriesSchema,
  async handle(input, services) {
    await requireAdminRequest(input, services, PURPOSE)
    return { kind: 'json', status: 200, body: services.events.bus.deliveries(NEWEST) }
  },
}

/** Offers a refused event once more to the webhook that refused it. */
export const eventRedeliverEndpoint: Endpoint = {
  ...ADMIN,
  id: 'events.redeliver',
  method: 'POST',
  path: '/events/redeliver',
  summary: 'Posts a refused event to its webhook again.',
  body: 'json',
  parameters: Type.Object({ event_id: Type.String() }),
  response: Type.Object({ results: ResultsSchema }),
  refuses: ['not_found'],
  async handle(input, services) {
    await requireAdminRequest(input, services, PURPOSE)
    const results = await services.events.bus.redeliver(eventIdOf(input))
    if (results.length > 0) return { kind: 'json', status: 200, body: { results } }
    throw new OAuthError('not_found', 'no webhook refused an event of this id since the start')
  },
}

/** Tries every backend with an event that says nothing. */
export const eventTestEndpoint: Endpoint = {
  ...ADMIN,
  id: 'events.test',
  method: 'POST',
  path: '/events/test',
  summary: 'Sends a test event to every backend and tells what became of it.',
  body: 'none',
  response: Type.Object({ event_id: Type.String(), results: ResultsSchema }),
  async handle(input, services) {
    const { client } = await requireAdminRequest(input, services, PURPOSE)
    const event = testEvent(client.id, input, services)
    const results = await services.events.bus.test(event)
    return { kind: 'json', status: 200, body: { event_id: event.event.id, results } }
  },
}

function testEvent(clientId: string, { request }: Input, { ids, clock }: Services) {
  return makeEvent(
    { type: 'webhook_test', clientId },
    {
      id: ids.next(),
      nowMs: clock.nowMs(),
      producer: EVENT_PRODUCER,
      origin: { correlationId: request.requestId, source: 'http' },
    },
  )
}

function eventIdOf({ json }: Input): string {
  const id = isRecord(json) ? json.event_id : undefined
  if (typeof id === 'string' && id !== '') return id
  throw invalidRequest('event_id is required')
}
