// The section `cache`.
import Type from 'typebox'
import { flag, optionalText } from './setting.ts'

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
})
