// The section `cache`.
import { Type } from '@grantd/oauth/schema'
import { flag, integer, optionalText } from './setting.ts'

export const cache = Type.Object({
  redis_url: optionalText({
    env: ['OAUTH2_CACHE_REDIS_URL'],
    secret: true,
    shape: 'redis_url',
    description:
      'Redis that all processes share as a cache: `redis://user:password@host:6379`, `rediss://…` for TLS; unset = none.',
  }),
  sessions: flag({
    env: ['OAUTH2_CACHE_SESSIONS'],
    default: false,
    description:
      'Also look up sessions of browsers there; the database stays the judge. Needs `cache.redis_url`.',
  }),
  token_actor_shards: integer({
    env: ['OAUTH2_TOKEN_ACTOR_SHARDS'],
    default: 4,
    minimum: 1,
    maximum: 64,
    description:
      'Mailboxes of a process over which families of tokens are spread; each holds up to 10,000 waiting decisions.',
  }),
})
