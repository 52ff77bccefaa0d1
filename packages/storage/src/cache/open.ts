import { readFileSync } from 'node:fs'
import { type Clock, type SharedCache, systemClock } from '@grantd/domain'
import type { OpenedStorage } from '../options.ts'
import type { RedisEvent } from '../redis/kept-link.ts'
import { type CachedStorage, withSharedCache } from './cached-storage.ts'
import { CacheCipher } from './cipher.ts'

export interface RedisOptions {
  /** `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. */
  readonly url: string
  /** The key of the deployment; names and values are hashed and sealed with keys made of it. */
  readonly encryptionKey: Uint8Array
  /** What all processes of the deployment share and no other has: the issuer. */
  readonly scope: string
  readonly sessions: boolean
  readonly clock?: Clock
  readonly onEvent?: (event: RedisEvent) => void
  readonly connectTimeoutMs?: number
  /** Stands for the Redis that is used. */
  readonly observe?: (cache: SharedCache) => SharedCache
}

/**
 * `storage` behind the Redis of `options.url`; closing it closes both. Rejects with the reason when Redis
 * cannot be reached; `storage` is open then.
 */
export async function cacheInRedis(
  storage: OpenedStorage,
  options: RedisOptions,
): Promise<CachedStorage> {
  const cipher = new CacheCipher({
    encryptionKey: options.encryptionKey,
    scope: options.scope,
    shape: `${releaseOf()} ${storage.migrations.version}`,
  })
  const { openRedisCache } = await import('../redis/redis-cache.ts')
  const { clock = systemClock, sessions, observe = (cache: SharedCache) => cache } = options
  const shared = observe(await openRedisCache({ ...options, channel: cipher.channel }))
  return withSharedCache(storage, { shared, cipher, clock, sessions })
}

/** Releases hear each other but do not read each other's values, which may look different. */
function releaseOf(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return String(JSON.parse(manifest).version)
}

/** Why Redis could not be used just now, in its own words; `undefined` when it could. */
export async function redisProblem(url: string, timeoutMs: number): Promise<string | undefined> {
  const { openRedisCache } = await import('../redis/redis-cache.ts')
  try {
    const shared = await openRedisCache({ url, channel: 'probe', connectTimeoutMs: timeoutMs })
    await shared.close()
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

/** Some errors of the system have no message of their own but name what went wrong. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message || error.name : String(error)
}
