// Owns: events that others send in: each accepted once. Does not own: the HTTP side of it
// (events-endpoints.ts), their form (read-envelope.ts). Start here: `accept`.
import {
  type Clock,
  type EventBus,
  type EventEnvelope,
  idempotencyKey,
  OAuthError,
} from '@grantd/domain'

const REMEMBERED_MS = 5 * 60_000
const MOST_KEYS = 100_000

/** One actor, so that two requests with one key cannot both be the first. */
export class IngestActor {
  readonly #bus: EventBus
  readonly #clock: Clock
  /** Key to the time at which it may come again; in the order of their times. */
  readonly #seen = new Map<string, number>()

  constructor(ports: { readonly bus: EventBus; readonly clock: Clock }) {
    this.#bus = ports.bus
    this.#clock = ports.clock
  }

  /** Throws `temporarily_unavailable` when the backends cannot keep up. */
  accept(event: EventEnvelope): 'accepted' | 'duplicate' {
    const now = this.#clock.nowMs()
    // A key is its producer's own: two of them may choose the same.
    const key = `${event.producer}\n${idempotencyKey(event)}`
    const until = this.#seen.get(key)
    if (until !== undefined && until > now) return 'duplicate'
    if (!this.#bus.hasRoom()) {
      throw new OAuthError('temporarily_unavailable', 'events cannot be taken now; send it again', {
        retryAfter: 5,
      })
    }
    this.#bus.emit(event)
    this.#remember(key, now)
    return 'accepted'
  }

  #remember(key: string, now: number): void {
    this.#seen.delete(key)
    this.#seen.set(key, now + REMEMBERED_MS)
    for (const [old, until] of this.#seen) {
      if (until > now && this.#seen.size <= MOST_KEYS) break
      this.#seen.delete(old)
    }
  }
}
