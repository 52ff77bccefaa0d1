import type { SharedBuckets } from '@grantd/domain'
import { reasonOf } from '../cache/open.ts'
import type { RedisBucketsOptions } from './redis-buckets.ts'

export type { RedisBucketsOptions, RedisOutcome } from './redis-buckets.ts'

/** Buckets in the Redis of `options.url`. Rejects with the reason when it cannot be used. */
export async function bucketsInRedis(options: RedisBucketsOptions): Promise<SharedBuckets> {
  // The package of Redis is large: it is loaded where it is used.
  const { openRedisBuckets } = await import('./redis-buckets.ts')
  return openRedisBuckets(options)
}

/** Why Redis could not be used for limits just now, in its own words; `undefined` when it could. */
export async function bucketsProblem(url: string, timeoutMs: number): Promise<string | undefined> {
  try {
    const buckets = await bucketsInRedis({ url, connectTimeoutMs: timeoutMs })
    await buckets.close()
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}
