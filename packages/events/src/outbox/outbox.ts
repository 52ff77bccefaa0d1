// Owns: which events are stored with a change, and what happens when too many wait for delivery.
// Does not own: delivering them (relay.ts), making them (oauth). Start here: `withEvents`.
import {
  type Change,
  type EventEnvelope,
  type EventOutbox,
  epochSeconds,
  eventClass,
  eventKey,
  temporarilyUnavailable,
} from '@grantd/domain'
import type { EventLog } from '../log.ts'

/** `refuse`: no grant without its event. `continue`: grants go on, their events are lost and counted. */
export const FULL_RULES = ['refuse', 'continue'] as const
export type FullRule = (typeof FULL_RULES)[number]

export interface OutboxOptions {
  readonly log: EventLog
  readonly fullRule: FullRule
  /** Events that may wait for the slowest sink. */
  readonly maxWaiting: number
  /** Called after each commit with events. */
  readonly onCommitted?: () => void
}

/** Changes that give something. What takes away (a revocation, a sign-out) is never refused. */
const GRANTS: ReadonlySet<Change['kind']> = new Set([
  'token.insert',
  'code.insert',
  'session.insert',
  'client.insert',
  'user.insert',
  'initialAccessToken.insert',
])

export class Outbox implements EventOutbox {
  readonly #options: OutboxOptions
  /** As last measured, and what was stored here since. */
  #waiting = 0
  #isFull = false
  #lost = 0

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Events that went untold since the start, because the outbox was full. */
  get lost(): number {
    return this.#lost
  }

  withEvents(changes: readonly Change[], events: readonly EventEnvelope[]): readonly Change[] {
    const stored = events.filter(({ event }) => eventClass(event.event_type) !== 'telemetry')
    if (stored.length === 0) return changes
    if (this.#waiting + stored.length > this.#options.maxWaiting) {
      const isGrant = changes.some(({ kind }) => GRANTS.has(kind))
      if (isGrant && this.#options.fullRule === 'refuse') throw this.#full()
      if (this.#options.fullRule === 'continue') {
        this.#full()
        this.#lost += stored.length
        return changes
      }
    }
    this.#waiting += stored.length
    return [...changes, ...stored.map(append)]
  }

  committed(): void {
    this.#options.onCommitted?.()
  }

  /** `waiting` events have not reached the slowest sink yet. */
  measured(waiting: number): void {
    this.#waiting = waiting
    if (!this.#isFull || waiting >= this.#options.maxWaiting) return
    this.#isFull = false
    this.#options.log.warn({ waiting }, 'the outbox has room again')
  }

  #full(): Error {
    if (!this.#isFull) {
      this.#isFull = true
      const { maxWaiting, fullRule } = this.#options
      this.#options.log.error(
        { waiting: this.#waiting, maxWaiting, rule: fullRule },
        fullRule === 'refuse'
          ? 'the outbox of events is full: nothing is granted until a backend takes events again'
          : 'the outbox of events is full: events are lost until a backend takes some again',
      )
    }
    return temporarilyUnavailable()
  }
}

function append(envelope: EventEnvelope): Change {
  const createdAt = epochSeconds(Date.parse(envelope.produced_at) / 1_000)
  const event = { key: eventKey(envelope), payload: JSON.stringify(envelope), createdAt }
  return { kind: 'outbox.append', event, envelope }
}
