// Owns: the Redis that processes share, as the server uses it: refusing the start, its lines in the log.
// Does not own: what is kept there, or what happens when it is gone (@grantd/storage).
import type { Clock, SharedCache } from '@grantd/domain'
import type { Log } from '@grantd/oauth'
import {
  type CachedStorage,
  cacheInRedis,
  type OpenedStorage,
  type RedisEvent,
  reasonOf,
} from '@grantd/storage'
import type { Settings } from './config/settings.ts'
import { StartError } from './start-error.ts'

export interface SharedCacheOptions {
  readonly settings: Pick<Settings, 'cache'>
  readonly issuer: string
  readonly encryptionKey: Uint8Array
  readonly clock?: Clock
  readonly log: Log
  /** Kept true and false as Redis comes and goes. */
  readonly state?: { isUp: boolean } | undefined
  readonly observed?: ((shared: SharedCache) => SharedCache) | undefined
}

/**
 * The storage behind the configured Redis, or as it is where none is configured. Closes it and throws
 * `E_CACHE_REDIS` when Redis cannot be used.
 */
export async function behindSharedCache(
  storage: OpenedStorage,
  options: SharedCacheOptions,
): Promise<OpenedStorage & Partial<CachedStorage>> {
  const { redis_url: url, sessions } = options.settings.cache
  if (url === undefined) return storage
  const { encryptionKey, issuer, clock, log, observed, state } = options
  try {
    return await cacheInRedis(storage, {
      url,
      encryptionKey,
      scope: issuer,
      sessions,
      observed,
      ...(clock && { clock }),
      onEvent: (event) => {
        if (state !== undefined) state.isUp = event.type !== 'lost'
        logEvent(event, log)
      },
    })
  } catch (error) {
    await storage.close()
    throw redisRefusal(url, reasonOf(error))
  }
}

export function redisRefusal(url: string, reason: string): StartError {
  return new StartError(
    'E_CACHE_REDIS',
    `the Redis of OAUTH2_CACHE_REDIS_URL at ${new URL(url).host} cannot be used: ${reason}`,
    'start it, or correct the URL and what its user may do (docs/guide/redis.md), or unset the setting',
  )
}

function logEvent(event: RedisEvent, log: Log): void {
  if (event.type === 'back') log.info({}, 'Redis is back')
  else log.warn({ reason: reasonOf(event.cause) }, TROUBLE[event.type])
}

const TROUBLE: Readonly<Record<'lost' | 'refuses', string>> = {
  lost: 'Redis is gone; tokens are looked up in the database until it is back',
  refuses: 'Redis refuses to keep values; tokens are looked up in the database more often',
}
