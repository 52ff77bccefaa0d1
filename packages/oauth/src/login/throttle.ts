import {
  after,
  type EpochSeconds,
  epochSeconds,
  nowSeconds,
  type Storage,
  StorageError,
  type Throttle,
} from '@grantd/domain'
import type { Services } from '../services.ts'

type ThrottlePorts = Pick<Services, 'storage' | 'clock' | 'settings'>

/** The first failures of a window cost nothing; then each doubles the wait. */
const FREE_FAILURES = 5
const CAS_TRIES = 8
/** Clocks of two machines may differ by so much; a window from further ahead is of a clock that was set back. */
const MOST_SKEW = 300

/** Whether `at` lies in the window of so many seconds that `throttle` began. */
export function isWithin({ windowStartedAt }: Throttle, window: number, at: EpochSeconds): boolean {
  return at < windowStartedAt + window && at >= windowStartedAt - MOST_SKEW
}

export interface ThrottleRule {
  /** Attempts within one window; those for signing in by default. */
  readonly limit?: number
  /** Attempts before each further one doubles the wait. */
  readonly free?: number
}

/**
 * Counts one attempt *before* it is judged, so that guesses in parallel, also from other processes,
 * cannot pass the limit. Resolves to the seconds to wait when it must not be judged, else 0. Every
 * lock ends with its window: nobody is locked out for good by the guesses of others.
 */
export async function countAttempt(
  key: string,
  ports: ThrottlePorts,
  { limit = ports.settings.loginMaxAttempts, free = FREE_FAILURES }: ThrottleRule = {},
): Promise<number> {
  const { storage, clock, settings } = ports
  for (let attempt = 0; attempt < CAS_TRIES; attempt++) {
    const at = nowSeconds(clock)
    const stored = await storage.throttles.find(key)
    const isCurrent = stored !== undefined && isWithin(stored, settings.loginWindow, at)
    if (isCurrent && at < stored.blockedUntil) return stored.blockedUntil - at
    const windowStartedAt = isCurrent ? stored.windowStartedAt : at
    const windowEnd = after(windowStartedAt, settings.loginWindow)
    const failures = (isCurrent ? stored.failures : 0) + 1
    if (failures > limit) return Math.max(1, windowEnd - at)
    const backoff = failures > free ? 2 ** (failures - free - 1) : 0
    const throttle: Throttle = {
      key,
      failures,
      windowStartedAt,
      blockedUntil: epochSeconds(Math.min(at + backoff, windowEnd)),
      expiresAt: windowEnd,
    }
    const result = await storage.commit([
      { kind: 'throttle.put', throttle, seen: stored?.failures ?? 0 },
    ])
    if (result.outcome === 'committed') return 0
  }
  throw new StorageError('unavailable', { message: 'too many attempts at once' })
}

/**
 * Takes back one counted attempt that turned out to be no failure. Others of the same key may count or
 * take back at the same moment, in this process or another: each try starts from what is stored.
 */
export async function giveBack(key: string, storage: Storage): Promise<void> {
  for (let attempt = 0; attempt < CAS_TRIES; attempt++) {
    const stored = await storage.throttles.find(key)
    if (stored === undefined) return
    if (stored.failures <= 1) {
      await storage.commit([{ kind: 'throttle.clear', key }])
      return
    }
    const throttle = { ...stored, failures: stored.failures - 1, blockedUntil: epochSeconds(0) }
    const result = await storage.commit([{ kind: 'throttle.put', throttle, seen: stored.failures }])
    if (result.outcome === 'committed') return
  }
  // The person is signed in; an attempt too many is forgotten with its window.
}
