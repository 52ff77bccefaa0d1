import { invalidRequest } from '@grantd/domain'
import { requireAdminRequest } from '../admin.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Params } from '../params.ts'
import { Type } from '../schema.ts'
import { EVENT_FILTER, eventFilterOf } from './event-filter.ts'
import { notTaken } from './event-schemas.ts'

const USUAL = 25
const MOST = 200
/** No ring is longer. */
const LAST_OFFSET = 100_000

const Texts = Type.Record(Type.String(), Type.String())
const TextOrNull = Type.Union([Type.String(), Type.Null()])

const Envelope = Type.Object({
  event: Type.Object({
    id: Type.String(),
    event_type: Type.String(),
    timestamp: Type.String({ format: 'date-time' }),
    severity: Type.String(),
    user_id: TextOrNull,
    client_id: TextOrNull,
    metadata: Texts,
    error: TextOrNull,
  }),
  idempotency_key: TextOrNull,
  traceparent: TextOrNull,
  tracestate: TextOrNull,
  correlation_id: Type.String(),
  producer: Type.String(),
  produced_at: Type.String({ format: 'date-time' }),
  attributes: Texts,
})

/** What this process remembers of the events that happened in it: the reader of `in_memory`. */
export const recentEventsEndpoint: Endpoint = {
  id: 'admin.events.recent',
  method: 'GET',
  path: '/admin/api/events/recent',
  spec: 'delivery of events, for administrators',
  summary: 'Lists the newest events that this process keeps in memory.',
  tag: 'Admin',
  caller: 'none',
  bearer: ['admin_token'],
  body: 'none',
  parameters: Type.Object({
    ...EVENT_FILTER,
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST, default: USUAL, description: 'Most items.' }),
    ),
    offset: Type.Optional(
      Type.Integer({ minimum: 0, maximum: LAST_OFFSET, default: 0, description: 'Items passed.' }),
    ),
  }),
  response: Type.Object({
    items: Type.Array(Envelope, { description: 'Newest first.' }),
    total: Type.Integer(),
    limit: Type.Integer(),
    offset: Type.Integer(),
  }),
  answers: [notTaken('eventing_disabled', 'recent_events_not_kept')],
  async handle(input, services) {
    await requireAdminRequest(input, services, 'the list of recent events')
    const { params } = input
    const limit = numberOf(params, 'limit', { least: 1, most: MOST, usual: USUAL })
    const offset = numberOf(params, 'offset', { least: 0, most: LAST_OFFSET, usual: 0 })
    const { bus } = services.events
    const found = bus.recent({ filter: eventFilterOf(params), limit, offset })
    if (found === undefined) return { kind: 'json', status: 503, body: whyNot(bus.isEnabled) }
    return { kind: 'json', status: 200, body: { ...found, limit, offset } }
  },
}

function whyNot(isEnabled: boolean): object {
  return isEnabled
    ? {
        error: 'recent_events_not_kept',
        error_description:
          'this server keeps no events in memory: add in_memory to OAUTH2_EVENTS_BACKEND',
      }
    : {
        error: 'eventing_disabled',
        error_description: 'events are turned off here (OAUTH2_EVENTS_ENABLED)',
      }
}

function numberOf(
  params: Params,
  name: string,
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
): number {
  const text = params.get(name)
  if (text === undefined) return usual
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw invalidRequest(`${name} must be a whole number from ${least} to ${most}`)
}
