// Owns: how many clients strangers may register in an hour: a bound for each network and one for all
// (T135). Does not own: who is a stranger (permit.ts), cleaning up what is not used (unused-clients.ts).
import {
  after,
  epochSeconds,
  nowSeconds,
  OAuthError,
  StorageError,
  type Throttle,
} from '@grantd/domain'
import { networkOf } from '../login/network.ts'
import { isWithin } from '../login/throttle.ts'
import type { Services } from '../services.ts'

type QuotaPorts = Pick<Services, 'storage' | 'clock' | 'settings'>

const WINDOW = 3_600
const CAS_TRIES = 16

/** One per process, so that its own requests do not race each other; storage decides between processes. */
export class RegistrationQuota {
  readonly #ports: QuotaPorts

  constructor(ports: QuotaPorts) {
    this.#ports = ports
  }

  /** Counts one registration. Throws `too_many_requests` with the seconds until there is room again. */
  async count(message: { readonly ip: string }): Promise<void> {
    const { registrationsPerNetwork, registrationsTotal } = this.#ports.settings
    const bounds = [
      { key: `register:${networkOf(message.ip)}`, limit: registrationsPerNetwork },
      { key: 'register:all', limit: registrationsTotal },
    ].filter(({ limit }) => limit > 0)
    if (bounds.length === 0) return
    const { storage } = this.#ports
    for (let attempt = 0; attempt < CAS_TRIES; attempt++) {
      const changes = await Promise.all(bounds.map((bound) => this.#oneMore(bound)))
      if ((await storage.commit(changes)).outcome === 'committed') return
    }
    throw new StorageError('unavailable', { message: 'too many registrations at once' })
  }

  async #oneMore({ key, limit }: { readonly key: string; readonly limit: number }) {
    const { storage, clock } = this.#ports
    const at = nowSeconds(clock)
    const stored = await storage.throttles.find(key)
    const isCurrent = stored !== undefined && isWithin(stored, WINDOW, at)
    const windowStartedAt = isCurrent ? stored.windowStartedAt : at
    const expiresAt = after(windowStartedAt, WINDOW)
    const failures = (isCurrent ? stored.failures : 0) + 1
    if (failures > limit) {
      throw new OAuthError(
        'too_many_requests',
        'too many clients were registered; try again later',
        {
          retryAfter: Math.max(1, expiresAt - at),
        },
      )
    }
    const throttle: Throttle = {
      key,
      failures,
      windowStartedAt,
      blockedUntil: epochSeconds(0),
      expiresAt,
    }
    return { kind: 'throttle.put', throttle, seen: stored?.failures ?? 0 } as const
  }
}
