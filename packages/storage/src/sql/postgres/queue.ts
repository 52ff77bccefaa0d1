import { StorageError } from '@grantd/domain'
import type { Unit } from './batch.ts'

/** A unit that waits for its commit. */
export interface Job {
  readonly unit: Unit
  /** May be committed by statements that it shares with others. */
  readonly isShared: boolean
  readonly resolve: (result: number) => void
  readonly reject: (error: StorageError) => void
  /** When it began to wait; set by the queue. */
  since: number
}

/**
 * Units in the order they came. Those that nobody takes in time, for want of a connection, are
 * refused: surely unwritten.
 */
export class Queue {
  readonly #timeoutMs: number
  readonly #why: () => unknown
  #shared: Job[] = []
  #alone: Job[] = []
  #isAloneNext = false
  #timer: NodeJS.Timeout | undefined

  constructor(timeoutMs: number, why: () => unknown) {
    this.#timeoutMs = timeoutMs
    this.#why = why
  }

  get length(): number {
    return this.#shared.length + this.#alone.length
  }

  add(job: Job): void {
    job.since = performance.now()
    if (job.isShared) this.#shared.push(job)
    else this.#alone.push(job)
    this.#watch()
  }

  /** What was taken and surely not written goes to the front; it has waited already. */
  putBack(jobs: readonly Job[]): void {
    this.#shared = [...jobs.filter(({ isShared }) => isShared), ...this.#shared]
    this.#alone = [...jobs.filter(({ isShared }) => !isShared), ...this.#alone]
    this.#watch()
  }

  /** Up to `max` units that share a transaction, or one that must not; both kinds take turns. */
  take(max: number): readonly Job[] {
    const takeAlone = this.#alone.length > 0 && (this.#isAloneNext || this.#shared.length === 0)
    this.#isAloneNext = !takeAlone
    if (takeAlone) return this.#alone.splice(0, 1)
    if (this.#shared.length > max) return this.#shared.splice(0, max)
    const all = this.#shared
    this.#shared = []
    return all
  }

  #watch(): void {
    if (this.#timer !== undefined || this.length === 0) return
    const oldest = Math.min(this.#shared[0]?.since ?? Infinity, this.#alone[0]?.since ?? Infinity)
    const wait = Math.max(1, oldest + this.#timeoutMs - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#refuseLate()
      this.#watch()
    }, wait).unref()
  }

  /** Refuses all that wait. */
  refuseAll(): void {
    this.#refuse(() => true)
  }

  #refuseLate(): void {
    const before = performance.now() - this.#timeoutMs
    this.#refuse(({ since }) => since <= before)
  }

  #refuse(isLate: (job: Job) => boolean): void {
    const late = [...this.#shared.filter(isLate), ...this.#alone.filter(isLate)]
    this.#shared = this.#shared.filter((job) => !isLate(job))
    this.#alone = this.#alone.filter((job) => !isLate(job))
    const message = 'no connection to PostgreSQL'
    for (const job of late) {
      job.reject(new StorageError('unavailable', { message, cause: this.#why() }))
    }
  }
}
