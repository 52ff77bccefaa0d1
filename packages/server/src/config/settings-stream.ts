// The section `events.stream`.
import { Type } from '@grantd/oauth/schema'
import { integer, seconds } from './setting.ts'

export const stream = Type.Object({
  max: integer({
    env: ['OAUTH2_EVENTS_STREAM_MAX'],
    default: 20,
    minimum: 0,
    maximum: 10_000,
    description: 'Live streams (`/events/stream`) that one process serves at once; 0 = none.',
  }),
  buffer: integer({
    env: ['OAUTH2_EVENTS_STREAM_BUFFER'],
    default: 10_000,
    minimum: 100,
    maximum: 1_000_000,
    description:
      'Events that a live stream may be behind, and from which it can go on; kept while somebody watches.',
  }),
  heartbeat_secs: seconds({
    env: ['OAUTH2_EVENTS_STREAM_HEARTBEAT_SECS'],
    default: 15,
    maximum: 300,
    description: 'How often a live stream sends a sign of life and its token is looked at again.',
  }),
})
