// The section `rate_limit`: how many requests a network and a client may send.
import { Type } from '@grantd/oauth/schema'
import { choice, flag, integer, optionalText, seconds } from './setting.ts'

const MOST = 10_000_000
const A_DAY = 86_400

export const rateLimit = Type.Object({
  enabled: flag({
    env: ['OAUTH2_RATE_LIMIT_ENABLED'],
    default: true,
    description: 'Refuse requests of a network or a client that sends too many (429).',
  }),
  backend: choice(['in_memory', 'redis'], {
    env: ['OAUTH2_RATE_LIMIT_BACKEND'],
    default: 'in_memory',
    description: 'Where it is counted: in each process for itself, or in a Redis for all of them.',
  }),
  redis_url: optionalText({
    env: ['OAUTH2_RATE_LIMIT_REDIS_URL'],
    secret: true,
    shape: 'redis_url',
    defaultText: '`cache.redis_url`',
    description: 'Redis of the backend `redis`.',
  }),
  redis_timeout_ms: integer({
    env: ['OAUTH2_RATE_LIMIT_REDIS_TIMEOUT_MS'],
    default: 100,
    minimum: 5,
    maximum: 5_000,
    description:
      'Milliseconds that a request waits for that Redis at most; then its process judges by itself.',
  }),
  max_requests: integer({
    env: ['OAUTH2_RATE_LIMIT_MAX_REQUESTS'],
    default: 100,
    minimum: 0,
    maximum: MOST,
    defaultText: '`100`; with `grantd dev` `10000`',
    description:
      'Requests of one network (IPv4 address, IPv6 /64) at once, and as many again in each window; 0 counts as 1.',
  }),
  window_secs: seconds({
    env: ['OAUTH2_RATE_LIMIT_WINDOW_SECS'],
    default: 60,
    minimum: 0,
    maximum: A_DAY,
    description: 'The window of all these limits; 0 counts as 1.',
  }),
  invalid_client_max_requests: integer({
    env: ['OAUTH2_RATE_LIMIT_INVALID_CLIENT_MAX_REQUESTS'],
    default: 5,
    minimum: 0,
    maximum: MOST,
    defaultText: '`5`; with `grantd dev` `100`',
    description:
      'Failed authentications of one client from one network before the next are refused unread; 0 counts as 1.',
  }),
  client_max_requests: integer({
    env: ['OAUTH2_RATE_LIMIT_CLIENT_MAX_REQUESTS'],
    default: 0,
    minimum: 0,
    maximum: MOST,
    defaultText: '`0`: ten times `rate_limit.max_requests`',
    description: 'Requests of one client that proved itself, from all networks together.',
  }),
  credentials_max_requests: integer({
    env: ['OAUTH2_RATE_LIMIT_CREDENTIALS_MAX_REQUESTS'],
    default: 20,
    minimum: 0,
    maximum: MOST,
    defaultText: '`20`; with `grantd dev` `1000`',
    description:
      'Posts of one network that try a password, a second factor or a link, or ask for one; 0 counts as 1.',
  }),
  registration_max_requests: integer({
    env: ['OAUTH2_RATE_LIMIT_REGISTRATION_MAX_REQUESTS'],
    default: 10,
    minimum: 0,
    maximum: MOST,
    defaultText: '`10`; with `grantd dev` `1000`',
    description: 'Registrations of clients that one network may ask for; 0 counts as 1.',
  }),
})
