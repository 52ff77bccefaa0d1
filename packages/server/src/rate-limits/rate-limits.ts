// Owns: which buckets there are, what each holds, what a request is counted in.
// Does not own: the arithmetic (@grantd/limits), answering (http/), the connection to Redis (open.ts).
// Start here: `createRateLimits`.
import type { IncomingMessage } from 'node:http'
import { Lately } from '@grantd/limits'
import type { RateClass } from '@grantd/oauth'
import { networkOf } from '@grantd/oauth'
import type { Settings } from '../config/settings.ts'
import type { RateBucket, RateLimits, RateVerdict } from '../http/context.ts'
import { ipPrefix } from './ip-prefix.ts'
import { type CountingOptions, SharedOrOwn } from './shared-or-own.ts'

/** Hears what metrics want to know; nothing here may throw. */
export interface RateObserver {
  /** A request was refused; `prefix` is one of a few hundred at most (ip-prefix.ts). */
  onRejected?(prefix: string, bucket: RateBucket): void
  /** What a request left in the bucket of its network. */
  onRemaining?(remaining: number): void
  /** One question to Redis. */
  onRedis?(operation: 'take', outcome: 'success' | 'failure' | 'timeout', seconds: number): void
}

export interface RateLimitOptions extends CountingOptions {
  readonly settings: Settings['rate_limit']
  readonly observer?: RateObserver | undefined
  /** Hears of refusals, for the log. */
  readonly onRefused?: (ip: string, request: IncomingMessage) => void
}

/** Files of a page are cheap, and a page without its style helps nobody: they have a bucket of their own. */
const ASSETS_PER_REQUEST = 10
const CLIENT_SHARE = 10
/** A client that has proved itself from a network within this time is judged there, come what may. */
const PROVEN_MS = 15 * 60_000
const MOST_PROVEN = 10_000

/** Zero counts as one, as the settings say. */
const atLeastOne = (count: number): number => Math.max(1, count)

export function createRateLimits(options: RateLimitOptions): RateLimits {
  const { settings, observer, onRefused, nowMs, scope } = options
  const windowMs = atLeastOne(settings.window_secs) * 1_000
  const most = atLeastOne(settings.max_requests)
  const shared = (name: RateBucket, capacity: number, more?: { readonly maxKeys: number }) =>
    new SharedOrOwn(name, { capacity: atLeastOne(capacity), windowMs }, { ...options, ...more })
  const networks = shared('network', most)
  const clients = shared('client', settings.client_max_requests || CLIENT_SHARE * most)
  // Their keys are the longest, and a stranger chooses them.
  const failures = shared('invalid_client', settings.invalid_client_max_requests, {
    maxKeys: 16_384,
  })
  const stricter: Readonly<Record<Exclude<RateClass, 'asset'>, SharedOrOwn>> = {
    credentials: shared('credentials', settings.credentials_max_requests),
    registration: shared('registration', settings.registration_max_requests),
  }
  // Never asked of Redis: that would cost more than the file.
  const assetRule = { capacity: ASSETS_PER_REQUEST * most, windowMs }
  const assets = new SharedOrOwn('asset', assetRule, { nowMs, scope })
  const proven = new Lately({ periodMs: PROVEN_MS, maxPairs: MOST_PROVEN, nowMs })

  const counted = (verdict: RateVerdict): RateVerdict => {
    observer?.onRemaining?.(verdict.remaining)
    return verdict
  }
  const ofNetwork = (network: string): RateVerdict | Promise<RateVerdict> => {
    const verdict = networks.take(network)
    if (observer?.onRemaining === undefined) return verdict
    return verdict instanceof Promise ? verdict.then(counted) : counted(verdict)
  }
  /** The stricter bucket first: what it refuses costs the network nothing, nor the other way round. */
  const ofBoth = (bucket: SharedOrOwn, network: string): RateVerdict | Promise<RateVerdict> => {
    const left = networks.look(network)
    if (!left.isAllowed) return left
    const goOn = (first: RateVerdict): RateVerdict | Promise<RateVerdict> => {
      if (!first.isAllowed) return first
      const second = ofNetwork(network)
      return second instanceof Promise
        ? second.then((late) => nearer(first, late))
        : nearer(first, second)
    }
    const first = bucket.take(network)
    return first instanceof Promise ? first.then(goOn) : goOn(first)
  }

  return {
    request(ip, rateClass) {
      const network = networkKey(ip)
      if (rateClass === undefined) return ofNetwork(network)
      if (rateClass === 'asset') return assets.take(network)
      return ofBoth(stricter[rateClass], network)
    },
    client(id, ip) {
      proven.note(id, networkKey(ip))
      return clients.take(id)
    },
    hasNoFailures: () => failures.own.isQuiet,
    guessing(id, ip) {
      return proven.has(id, networkKey(ip)) ? undefined : failures.look(pairOf(id, ip))
    },
    failure(id, ip) {
      const pair = pairOf(id, ip)
      const verdict = failures.take(pair)
      if (!(verdict instanceof Promise)) return verdict
      return verdict.then((late) => {
        // From now on this process need not ask to know it.
        if (!late.isAllowed) failures.own.empty(pair)
        return late
      })
    },
    refused({ bucket = 'network' }, ip, request) {
      observer?.onRejected?.(ipPrefix(ip), bucket)
      onRefused?.(ip, request)
    },
  }
}

function nearer(first: RateVerdict, second: RateVerdict): RateVerdict {
  return second.isAllowed && first.remaining < second.remaining ? first : second
}

/** IPv4 addresses are networks of their own; the address has one spelling already. */
function networkKey(ip: string): string {
  return ip.includes(':') ? networkOf(ip) : ip
}

/** No client id and no network has a line break. */
function pairOf(id: string, ip: string): string {
  return `${id}\n${networkKey(ip)}`
}
