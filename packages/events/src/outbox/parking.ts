// Owns: events that one sink will not take, and those that wait behind them: when each is tried next,
// when it is given up. Does not own: offering and storing them (lane.ts). Start here: `Parking`.
import {
  after,
  type Change,
  type EpochSeconds,
  type OutboxEntry,
  type OutboxStore,
  type ParkedEvent,
} from '@grantd/domain'

/** Attempts before an event becomes a dead letter: over seventeen minutes, as the pauses double. */
export const MAX_ATTEMPTS = 10
/** More than these do not wait behind one event: it is given up early. */
const MAX_BEHIND = 1_000
const LONGEST_PAUSE_SECONDS = 900
const PAGE = 10_000

type Attempted = Extract<Change, { kind: 'outbox.attempted' }>

/** The parked events of a sink, by key and in order. The database has the same. */
export class Parking {
  readonly #sink: string
  #byKey = new Map<string, ParkedEvent[]>()

  constructor(sink: string) {
    this.#sink = sink
  }

  async load(outbox: Pick<OutboxStore, 'parked'>): Promise<void> {
    const byKey = new Map<string, ParkedEvent[]>()
    for (const parked of await outbox.parked(this.#sink, PAGE)) {
      const waiting = byKey.get(parked.key)
      if (waiting === undefined) byKey.set(parked.key, [parked])
      else waiting.push(parked)
    }
    this.#byKey = byKey
  }

  has(key: string): boolean {
    return this.#byKey.has(key)
  }

  add(
    { seq, key, payload, createdAt }: OutboxEntry,
    attempts: number,
    error: string | undefined,
    at: EpochSeconds,
  ): ParkedEvent {
    const parked: ParkedEvent = {
      seq,
      key,
      payload,
      createdAt,
      sink: this.#sink,
      attempts,
      nextAttemptAt: after(at, pauseAfter(attempts)),
      error,
      deadAt: undefined,
    }
    const waiting = this.#byKey.get(key)
    if (waiting === undefined) this.#byKey.set(key, [parked])
    else waiting.push(parked)
    return parked
  }

  /** The first of each key, where its time has come. */
  due(at: EpochSeconds, limit: number): ParkedEvent[] {
    const due: ParkedEvent[] = []
    for (const [first, ...behind] of this.#byKey.values()) {
      if (due.length === limit) break
      if (first === undefined) continue
      if (first.nextAttemptAt <= at || behind.length > MAX_BEHIND) due.push(first)
    }
    return due
  }

  /** How long to wait for something to be due, `most` at most. */
  waitMs(nowMs: number, most: number): number {
    let wait = most
    for (const [first] of this.#byKey.values()) {
      if (first !== undefined) wait = Math.min(wait, first.nextAttemptAt * 1_000 - nowMs)
    }
    return Math.max(0, wait)
  }

  release({ seq, key }: ParkedEvent): Change {
    this.#shift(key)
    return { kind: 'outbox.unpark', sink: this.#sink, seq }
  }

  failed(parked: ParkedEvent, error: string, at: EpochSeconds): Attempted {
    const { seq, key, attempts: seen } = parked
    const attempts = seen + 1
    const behind = (this.#byKey.get(key)?.length ?? 1) - 1
    const deadAt = attempts >= MAX_ATTEMPTS || behind > MAX_BEHIND ? at : undefined
    const nextAttemptAt = after(at, pauseAfter(attempts))
    if (deadAt === undefined) {
      this.#byKey.get(key)?.splice(0, 1, { ...parked, attempts, nextAttemptAt, error })
    } else this.#shift(key)
    const fields = { sink: this.#sink, seq, seen, attempts, nextAttemptAt, error, deadAt }
    return { kind: 'outbox.attempted', ...fields }
  }

  #shift(key: string): void {
    const waiting = this.#byKey.get(key)
    waiting?.shift()
    if (waiting?.length === 0) this.#byKey.delete(key)
  }
}

/** 1 s, 2 s, 4 s … 15 min, with a fifth of chance; nothing at all before the first attempt. */
function pauseAfter(attempts: number): number {
  if (attempts === 0) return 0
  const seconds = Math.min(2 ** (attempts - 1), LONGEST_PAUSE_SECONDS)
  return Math.round(seconds * (1 + Math.random() / 5))
}
