// Owns: which wishes for rate limits are refused.
import type { Finding } from './rules.ts'
import type { Settings } from './settings.ts'

/** A backend that has no server to count on would silently count alone. */
export function limitsWithoutRedis({ rate_limit, cache }: Settings): Finding[] {
  if (!rate_limit.enabled || rate_limit.backend !== 'redis') return []
  if ((rate_limit.redis_url ?? cache.redis_url) !== undefined) return []
  return [
    {
      code: 'E_CONFIG_RATE_LIMIT',
      key: 'rate_limit.backend',
      what: 'is redis although there is no Redis',
      why: 'requests are to be counted in one place for all processes',
      fix: 'set OAUTH2_RATE_LIMIT_REDIS_URL (or OAUTH2_CACHE_REDIS_URL), or OAUTH2_RATE_LIMIT_BACKEND=in_memory',
    },
  ]
}
