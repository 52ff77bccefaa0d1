// Owns: the newest events of this process for those who watch: reading on, starting where one stopped.
// Does not own: how they get to a console (oauth, server/http). Start here: `Feed.open`.
import { AsyncResource } from 'node:async_hooks'
import {
  type EventEnvelope,
  type EventFeed,
  FEED_ENDS,
  type FeedCounts,
  type FeedEnd,
  type FeedEntry,
  type FeedFilter,
  type FeedReader,
  type FeedStart,
  systemRandom,
} from '@grantd/domain'

export interface FeedOptions {
  /** Most readers at once; 0: nobody may watch. */
  readonly maxReaders?: number
  /** Events that a reader may be behind, and so those from which it may go on. */
  readonly size?: number
  /** How long events are kept after the last reader left, for it to come back. */
  readonly keepMs?: number
}

const PLACE = /^([\w-]{8})-(\d{1,15})$/

class Entry implements FeedEntry {
  readonly envelope: EventEnvelope
  readonly place: string
  #json: string | undefined

  constructor(envelope: EventEnvelope, place: string) {
    this.envelope = envelope
    this.place = place
  }

  get json(): string {
    this.#json ??= JSON.stringify(this.envelope)
    return this.#json
  }
}

/**
 * One ring that all readers read from, each at a place of its own: who is slow costs nobody anything,
 * and is cut off when what it would read next is overwritten. Nothing is kept while nobody watches.
 */
export class Feed implements EventFeed {
  readonly #maxReaders: number
  readonly #size: number
  readonly #keepMs: number
  readonly #process: string = systemRandom.base64url(6)
  readonly #readers = new Set<() => void>()
  readonly #ended = Object.fromEntries(FEED_ENDS.map((end) => [end, 0])) as Record<FeedEnd, number>
  #refused = 0
  #ring: Entry[] | undefined
  /** Number of the event that comes next, and of the first that may be in the ring. */
  #next = 1
  #first = 1
  #isWaking = false
  #forgetting: NodeJS.Timeout | undefined
  /** Streaming is nobody's request, whoever told of the event. */
  readonly #own = new AsyncResource('Feed')

  constructor({ maxReaders = 20, size = 10_000, keepMs = 300_000 }: FeedOptions = {}) {
    this.#maxReaders = maxReaders
    this.#size = size
    this.#keepMs = keepMs
  }

  /** Whether somebody watches, or did so lately. */
  get isOn(): boolean {
    return this.#ring !== undefined
  }

  get counts(): FeedCounts {
    return { open: this.#readers.size, refused: this.#refused, ended: { ...this.#ended } }
  }

  push(envelope: EventEnvelope): void {
    if (this.#ring === undefined) return
    const number = this.#next++
    this.#ring[number % this.#size] = new Entry(envelope, `${this.#process}-${number}`)
    if (this.#isWaking || this.#readers.size === 0) return
    this.#isWaking = true
    this.#own.runInAsyncScope(setImmediate, undefined, () => {
      this.#isWaking = false
      for (const wake of this.#readers) wake()
    })
  }

  open({ after, filter, wake }: Parameters<EventFeed['open']>[0]): FeedReader | undefined {
    if (this.#readers.size >= this.#maxReaders) {
      this.#refused++
      return undefined
    }
    clearTimeout(this.#forgetting)
    this.#ring ??= []
    const { start, from } = this.#startAfter(after)
    let next = from
    let isClosed = false
    // A function of its own, so that one `wake` may serve several readers.
    const waking = () => wake()
    this.#readers.add(waking)
    return {
      start,
      next: () => {
        for (; !isClosed && next < this.#next; next++) {
          if (next < this.#oldest) return 'lost'
          const entry = this.#ring?.[next % this.#size]
          if (entry === undefined || !isWanted(filter, entry.envelope)) continue
          next++
          return entry
        }
        return undefined
      },
      close: (reason) => {
        if (isClosed) return
        isClosed = true
        this.#ended[reason]++
        this.#readers.delete(waking)
        if (this.#readers.size === 0) this.#forgetLater()
      },
    }
  }

  get #oldest(): number {
    return Math.max(this.#first, this.#next - this.#size)
  }

  #startAfter(after: string | undefined): { readonly start: FeedStart; readonly from: number } {
    if (after === undefined) return { start: 'now', from: this.#next }
    const [, process, number] = PLACE.exec(after) ?? []
    if (process !== this.#process) return { start: 'other_process', from: this.#oldest }
    const from = Number(number) + 1
    if (from > this.#next) return { start: 'other_process', from: this.#oldest }
    return from < this.#oldest
      ? { start: 'too_old', from: this.#oldest }
      : { start: 'resumed', from }
  }

  #forgetLater(): void {
    this.#forgetting = setTimeout(() => {
      this.#ring = undefined
      // Of what happens from now on nothing is known: a place before it is too old.
      this.#first = ++this.#next
    }, this.#keepMs)
    this.#forgetting.unref()
  }
}

/** Whether a reader asked for this event. */
export function isWanted(filter: FeedFilter, { event }: EventEnvelope): boolean {
  const { types, severities, clientId, userId } = filter
  if (types !== undefined && !types.has(event.event_type)) return false
  if (severities !== undefined && !severities.has(event.severity)) return false
  if (clientId !== undefined && event.client_id !== clientId) return false
  return userId === undefined || event.user_id === userId
}
