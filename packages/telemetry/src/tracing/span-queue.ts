// Owns: spans on their way to a collector: bounded waiting, batches, trying again, counting what is lost.
// Does not own: how a batch travels (otlp/). Start here: `SpanQueue`.
import { AsyncResource } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SpanCounts } from './span.ts'

/** What became of one batch. `retry`: the same batch may be taken later. */
export type SendOutcome =
  | { readonly taken: true /** Spans of the batch that were refused. */; readonly refused?: number }
  | { readonly retry: string; readonly afterMs?: number }
  | { readonly refused: string }

export interface SpanQueueOptions<Item> {
  /** Settles within `timeoutMs`. A rejection counts as a refusal. */
  send(items: readonly Item[], timeoutMs: number): Promise<SendOutcome>
  /** Items that may wait; beyond it they are dropped. */
  readonly maxQueue: number
  readonly batchSize: number
  /** How long an item waits at most for others to travel with. */
  readonly delayMs: number
  readonly timeoutMs: number
  /** Told once when the collector stops taking spans, and once when it takes them again. */
  onTrouble(reason: string): void
  onRecovery(): void
  /** Told, at most once a minute, that there is no room although the collector takes spans. */
  onOverflow(): void
  /** For tests. */
  readonly firstPauseMs?: number
}

const TRIES = 5
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 5_000
const OVERFLOW_QUIET_MS = 60_000

/** Never holds up whoever adds, never holds more than its bound and one batch. */
export class SpanQueue<Item> {
  readonly #options: SpanQueueOptions<Item>
  readonly #counts = { exported: 0, dropped: 0, failed: 0 }
  /** Ends the pause between two tries. */
  readonly #closing = new AbortController()
  /** Sending is nobody's request, whoever added the span that begins it. */
  readonly #own = new AsyncResource('SpanQueue')
  #waiting: Item[] = []
  /** Of the batch that is being sent. */
  #underway = 0
  #sending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #isFailing = false
  #overflowToldAt = Number.NEGATIVE_INFINITY

  constructor(options: SpanQueueOptions<Item>) {
    this.#options = options
  }

  get counts(): SpanCounts {
    return { ...this.#counts, waiting: this.#waiting.length + this.#underway }
  }

  add(item: Item): void {
    const { maxQueue, batchSize, delayMs } = this.#options
    if (this.#isClosed || this.#waiting.length >= maxQueue) {
      this.#counts.dropped++
      if (!this.#isClosed && !this.#isFailing) this.#overflowed()
      return
    }
    this.#waiting.push(item)
    if (this.#sending !== undefined) return
    if (this.#waiting.length >= batchSize) this.#start()
    else this.#timer ??= setTimeout(() => this.#start(), delayMs).unref()
  }

  /** Sends what waits until `ms` are over. Never rejects. */
  async close(ms: number): Promise<void> {
    this.#isClosed = true
    this.#closing.abort()
    let isOver = false
    const drained = this.#drain(() => isOver)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      void drained.then(() => {
        clearTimeout(timer)
        resolve()
      })
    })
    isOver = true
    this.#counts.dropped += this.#waiting.length + this.#underway
    this.#waiting = []
    this.#underway = 0
  }

  async #drain(isOver: () => boolean): Promise<void> {
    while ((this.#sending !== undefined || this.#waiting.length > 0) && !isOver()) {
      if (this.#sending === undefined) this.#start()
      await this.#sending
    }
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending = this.#own
      .runInAsyncScope(() => this.#sendAll())
      .finally(() => {
        this.#sending = undefined
        if (this.#waiting.length > 0 && !this.#isClosed) {
          this.#timer ??= setTimeout(() => this.#start(), this.#options.delayMs).unref()
        }
      })
  }

  /** Whole batches one after the other, and at the end also one that is not whole. */
  async #sendAll(): Promise<void> {
    const { batchSize } = this.#options
    do {
      const batch = this.#waiting.splice(0, batchSize)
      this.#underway = batch.length
      await this.#sendOne(batch)
      this.#underway = 0
    } while (this.#waiting.length >= batchSize)
  }

  async #sendOne(batch: readonly Item[]): Promise<void> {
    const { timeoutMs, firstPauseMs = FIRST_PAUSE_MS } = this.#options
    let pause = firstPauseMs
    for (let left = TRIES; left > 0; left--) {
      const outcome = await this.#options.send(batch, timeoutMs).catch(failure)
      if (this.#underway === 0) return // too late: `close` has counted it
      if ('taken' in outcome) return this.#taken(batch.length, outcome.refused ?? 0)
      this.#troubled('retry' in outcome ? outcome.retry : outcome.refused)
      if ('refused' in outcome || left === 1 || this.#isClosed) break
      const wait = Math.min(outcome.afterMs ?? pause, LONGEST_PAUSE_MS)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
      const options = { signal: this.#closing.signal, ref: false }
      await sleep(wait, undefined, options).catch(() => undefined)
      if (this.#underway === 0) return
    }
    this.#counts.failed += batch.length
  }

  #taken(size: number, refused: number): void {
    this.#counts.exported += size - refused
    this.#counts.failed += refused
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#options.onRecovery()
  }

  #overflowed(): void {
    const now = performance.now()
    if (now - this.#overflowToldAt < OVERFLOW_QUIET_MS) return
    this.#overflowToldAt = now
    this.#own.runInAsyncScope(() => this.#options.onOverflow())
  }

  #troubled(reason: string): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#options.onTrouble(reason)
  }
}

/** A header that cannot be sent, for one: it will not be better the next time. */
function failure(error: unknown): SendOutcome {
  return { refused: error instanceof Error ? error.message : String(error) }
}
