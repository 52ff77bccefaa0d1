import { invalidRequest, OAuthError } from '@grantd/domain'
import { bearerOf, requireAdmin, requireAdminRequest } from '../admin.ts'
import type { Endpoint } from '../endpoint.ts'
import { Type } from '../schema.ts'
import { EVENT_FILTER, eventFilterOf } from './event-filter.ts'
import { notTaken } from './event-schemas.ts'
import { LiveStream } from './live-stream.ts'
import { ambientOrigin } from './origin.ts'

const PURPOSE = 'the event stream'
const PLACE = /^[\w-]{1,64}$/
/** A look at a token that is nothing to tell of: it happens all the time while a stream is open. */
const UNTOLD = { tell: () => undefined }

/** Events as they happen, for consoles; of this process alone. */
export const eventStreamEndpoint: Endpoint = {
  id: 'events.stream',
  method: 'GET',
  path: '/events/stream',
  spec: 'delivery of events, for administrators',
  summary: 'Sends events as they happen, as server-sent events.',
  tag: 'Admin',
  caller: 'none',
  bearer: ['admin_token'],
  body: 'none',
  parameters: Type.Object(EVENT_FILTER),
  headers: Type.Object({
    'Last-Event-ID': Type.Optional(Type.String({ description: 'Where the reader left off.' })),
  }),
  answers: [
    { status: 200, says: 'Events, until either side ends.', type: 'text/event-stream' },
    notTaken('eventing_disabled'),
  ],
  async handle(input, services) {
    const { client } = await requireAdminRequest(input, services, PURPOSE)
    const { bus } = services.events
    if (!bus.isEnabled) {
      const error_description = 'events are turned off here (OAUTH2_EVENTS_ENABLED)'
      return { kind: 'json', status: 503, body: { error: 'eventing_disabled', error_description } }
    }
    const filter = eventFilterOf(input.params)
    const after = placeOf(input.request.headers.lastEventId)
    const token = bearerOf(input) ?? ''
    const checking = { ...services, events: UNTOLD }
    let stream: LiveStream | undefined
    const reader = bus.feed.open({ after, filter, wake: () => stream?.pump() })
    if (reader === undefined) {
      throw new OAuthError('temporarily_unavailable', 'too many event streams are open', {
        retryAfter: 30,
      })
    }
    return {
      kind: 'event_stream',
      start(out) {
        const parts = {
          reader,
          out,
          heartbeatMs: services.settings.eventStreamHeartbeatMs,
          recheck: () => requireAdmin(token, checking, PURPOSE),
          log: services.log,
          clientId: client.id,
        }
        // The request is answered; what the stream does from now on belongs to no trace of its.
        stream = ambientOrigin.exit(() => new LiveStream(parts))
        return stream
      },
    }
  },
}

/** Where a reader that comes back left off. One that is no place of ours is as good as forgotten. */
function placeOf(lastEventId: string | undefined): string | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined
  if (PLACE.test(lastEventId)) return lastEventId
  throw invalidRequest('Last-Event-ID must be the id of an event of this stream')
}
