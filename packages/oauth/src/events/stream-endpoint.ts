import { type EventSeverity, type FeedFilter, invalidRequest, OAuthError } from '@grantd/domain'
import Type from 'typebox'
import { bearerOf, requireAdmin, requireAdminRequest } from '../admin.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Params } from '../params.ts'
import { notTaken } from './event-schemas.ts'
import { LiveStream } from './live-stream.ts'
import { ambientOrigin } from './origin.ts'

const PURPOSE = 'the event stream'
const PLACE = /^[\w-]{1,64}$/
const TYPE = /^[a-z][a-z0-9_.]{0,63}$/
const SEVERITIES: readonly string[] = ['info', 'warning', 'error'] satisfies EventSeverity[]
const LONGEST_ID = 256
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
  parameters: Type.Object({
    type: Type.Optional(Type.String({ description: 'Event types, separated by commas.' })),
    severity: Type.Optional(
      Type.String({ description: `Of ${SEVERITIES.join(', ')}, separated by commas.` }),
    ),
    client: Type.Optional(Type.String({ description: 'A client id.' })),
    user: Type.Optional(Type.String({ description: 'A user id.' })),
  }),
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
    const filter = filterOf(input.params)
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

function filterOf(params: Params): FeedFilter {
  const types = listOf(params, 'type')
  if (types?.some((type) => !TYPE.test(type))) throw invalidRequest('type must be event types')
  const severities = listOf(params, 'severity')
  if (severities?.some((severity) => !SEVERITIES.includes(severity))) {
    throw invalidRequest('severity must be info, warning or error, or several of them')
  }
  return {
    types: types && new Set(types),
    severities: severities && new Set(severities as EventSeverity[]), // looked at above
    clientId: idOf(params, 'client'),
    userId: idOf(params, 'user'),
  }
}

function listOf(params: Params, name: string): readonly string[] | undefined {
  return params
    .get(name)
    ?.split(',')
    .map((part) => part.trim())
}

function idOf(params: Params, name: string): string | undefined {
  const id = params.get(name)
  if (id !== undefined && id.length > LONGEST_ID) throw invalidRequest(`${name} is too long`)
  return id
}

/** Where a reader that comes back left off. One that is no place of ours is as good as forgotten. */
function placeOf(lastEventId: string | undefined): string | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined
  if (PLACE.test(lastEventId)) return lastEventId
  throw invalidRequest('Last-Event-ID must be the id of an event of this stream')
}
