// Owns: rate limits as the settings want them: whether, where they are counted, refusing the start, the
// lines in the log. Does not own: what is counted (rate-limits.ts). Start here: `openRateLimits`.
import { createHash } from 'node:crypto'
import type { Clock, SharedBuckets } from '@grantd/domain'
import type { Log } from '@grantd/oauth'
import { bucketsInRedis, type RedisEvent, reasonOf } from '@grantd/storage'
import type { Settings } from '../config/settings.ts'
import type { RateLimits } from '../http/context.ts'
import { StartError } from '../start-error.ts'
import { createRateLimits, type RateObserver } from './rate-limits.ts'
import { RefusalLog } from './refusal-log.ts'

export interface OpenedRateLimits {
  /** `undefined` when they are off. */
  readonly rateLimits: RateLimits | undefined
  /** Of the Redis that they are counted in; absent without one. */
  readonly redis?: { readonly isUp: boolean } | undefined
  close(): Promise<void>
}

export interface RateLimitParts {
  readonly settings: Settings
  /** Deployments that share a Redis do not count together. */
  readonly issuer: string
  readonly clock: Clock
  readonly log: Log
  readonly observer?: RateObserver | undefined
  /** The same buckets, with traces of what is asked of them. */
  readonly trace?: ((shared: SharedBuckets) => SharedBuckets) | undefined
}

/** Throws `E_RATE_LIMIT_REDIS` when the Redis that was asked for cannot be used. */
export async function openRateLimits(parts: RateLimitParts): Promise<OpenedRateLimits> {
  const { settings, issuer, clock, log, observer } = parts
  if (!settings.rate_limit.enabled) return { rateLimits: undefined, close: async () => {} }
  const redis = redisOfLimits(settings) === undefined ? undefined : { isUp: true }
  const shared = await openShared(parts, (isUp) => {
    if (redis !== undefined) redis.isUp = isUp
  })
  const nowMs = () => clock.nowMs()
  const trustsProxies = settings.server.trust_proxy_headers
  const rateLimits = createRateLimits({
    settings: settings.rate_limit,
    scope: createHash('sha256').update(issuer).digest('hex').slice(0, 8),
    nowMs,
    shared,
    observer,
    onRefused: new RefusalLog(log, { nowMs, trustsProxies }).note,
  })
  return { rateLimits, redis, close: async () => shared?.close() }
}

/** The Redis that limits are counted in, by the settings; `undefined` when each process counts for itself. */
export function redisOfLimits({ rate_limit, cache }: Settings): string | undefined {
  if (!rate_limit.enabled || rate_limit.backend !== 'redis') return undefined
  return rate_limit.redis_url ?? cache.redis_url
}

export function rateLimitRefusal(url: string, reason: string): StartError {
  return new StartError(
    'E_RATE_LIMIT_REDIS',
    `the Redis of OAUTH2_RATE_LIMIT_REDIS_URL at ${new URL(url).host} cannot be used: ${reason}`,
    'start it, or correct the URL and what its user may do (docs/guide/limits.md), or set OAUTH2_RATE_LIMIT_BACKEND=in_memory',
  )
}

async function openShared(
  { settings, log, observer, trace }: RateLimitParts,
  onState: (isUp: boolean) => void,
): Promise<SharedBuckets | undefined> {
  const url = redisOfLimits(settings)
  if (url === undefined) return undefined
  try {
    const shared = await bucketsInRedis({
      url,
      answerTimeoutMs: settings.rate_limit.redis_timeout_ms,
      onEvent: (event) => {
        if (event.type !== 'refuses') onState(event.type === 'back')
        logEvent(event, log)
      },
      onAsked: (outcome, seconds) => observer?.onRedis?.('take', outcome, seconds),
    })
    return trace?.(shared) ?? shared
  } catch (error) {
    throw rateLimitRefusal(url, reasonOf(error))
  }
}

function logEvent(event: RedisEvent, log: Log): void {
  if (event.type === 'back') log.info({}, 'the Redis of the rate limits is back')
  else log.warn({ reason: reasonOf(event.cause) }, TROUBLE[event.type])
}

const TROUBLE: Readonly<Record<'lost' | 'refuses', string>> = {
  lost: 'the Redis of the rate limits is gone; each process counts for itself until it is back',
  refuses: 'the Redis of the rate limits refuses to count; each process counts for itself',
}
