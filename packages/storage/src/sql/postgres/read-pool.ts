import { StorageError } from '@grantd/domain'
import type { QueryResult } from 'pg'
import { failureOf, isLinkLoss, isStalePlan } from './errors.ts'
import type { Link, Statement } from './link.ts'
import { connectWithBackoff } from './reconnect.ts'

export interface PoolLimits {
  readonly min: number
  readonly max: number
  /** How long a read may wait for a connection. */
  readonly acquireTimeoutMs: number
  /** How long a connection beyond `min` may be idle. */
  readonly idleTimeoutMs: number
}

/** Reads that share a connection before another one is opened. */
const DEPTH = 16
const MAX_TRIES = 3

interface Waiter {
  readonly resolve: (link: Link) => void
  readonly reject: (error: StorageError) => void
  readonly timer: NodeJS.Timeout
}

/**
 * Connections for reads. Reads are pipelined, so few connections carry many; more are opened while
 * all are deep in work, and closed again when they rest. A read whose connection breaks is sent
 * again on another.
 */
export class ReadPool {
  readonly #connect: () => Promise<Link>
  readonly #limits: PoolLimits
  readonly #closing = new AbortController()
  readonly #links = new Set<Link>()
  readonly #waiters = new Set<Waiter>()
  readonly #sweep: NodeJS.Timeout
  #isOpening = false
  #lastFailure: unknown

  constructor(connect: () => Promise<Link>, first: Link | undefined, limits: PoolLimits) {
    this.#connect = connect
    this.#limits = limits
    if (first !== undefined) this.#add(first)
    this.#sweep = setInterval(() => this.#closeIdle(), Math.max(10, limits.idleTimeoutMs / 2))
    this.#sweep.unref()
  }

  /** Rejects with StorageError. `timeoutMs` is for those who rather hear "no" than wait. */
  async query(statement: Statement, timeoutMs?: number): Promise<QueryResult> {
    for (let tries = 1; ; tries++) {
      const link = await this.#acquire(timeoutMs ?? this.#limits.acquireTimeoutMs)
      try {
        return await link.query(statement)
      } catch (error) {
        const mayRepeat = isLinkLoss(error) || isStalePlan(error)
        if (!mayRepeat || tries === MAX_TRIES || this.#closing.signal.aborted) {
          throw failureOf(error)
        }
        this.#drop(link)
      }
    }
  }

  get size(): number {
    return this.#links.size
  }

  async close(): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#sweep)
    for (const waiter of this.#waiters) this.#giveUp(waiter)
    await Promise.all([...this.#links].map((link) => link.close()))
  }

  #acquire(timeoutMs: number): Promise<Link> {
    const link = this.#leastBusy()
    if (link === undefined || link.pending >= DEPTH) void this.#open()
    if (link !== undefined) return Promise.resolve(link)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(waiter), timeoutMs)
      const waiter: Waiter = { resolve, reject, timer }
      this.#waiters.add(waiter)
      if (this.#closing.signal.aborted) this.#giveUp(waiter)
    })
  }

  #leastBusy(): Link | undefined {
    let best: Link | undefined
    for (const link of this.#links) {
      if (link.isUsable && (best === undefined || link.pending < best.pending)) best = link
    }
    return best
  }

  async #open(): Promise<void> {
    if (this.#isOpening || this.#links.size >= this.#limits.max) return
    this.#isOpening = true
    try {
      const link = await connectWithBackoff({
        connect: this.#connect,
        signal: this.#closing.signal,
        onFailure: (error) => {
          this.#lastFailure = error
        },
      })
      this.#lastFailure = undefined
      this.#add(link)
    } catch {
      // closing
    } finally {
      this.#isOpening = false
    }
  }

  #add(link: Link): void {
    this.#links.add(link)
    link.onEnd(() => this.#drop(link))
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter)
      clearTimeout(waiter.timer)
      waiter.resolve(link)
    }
  }

  #drop(link: Link): void {
    link.retire()
    this.#links.delete(link)
    if (this.#links.size < this.#limits.min || this.#waiters.size > 0) void this.#open()
  }

  #giveUp(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    clearTimeout(waiter.timer)
    const message = 'no connection to PostgreSQL'
    waiter.reject(new StorageError('unavailable', { message, cause: this.#lastFailure }))
  }

  #closeIdle(): void {
    const before = performance.now() - this.#limits.idleTimeoutMs
    for (const link of this.#links) {
      if (this.#links.size <= this.#limits.min) return
      if (link.pending === 0 && link.lastUsedAt < before) this.#drop(link)
    }
  }
}
