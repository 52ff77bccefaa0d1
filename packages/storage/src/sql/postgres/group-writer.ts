import { setTimeout as delay } from 'node:timers/promises'
import { StorageError } from '@grantd/domain'
import type { CommitStatistics } from '../../options.ts'
import type { SqlValue } from '../params.ts'
import { commitAlone, commitTogether, HalfWon, type Unit } from './batch.ts'
import {
  failureOf,
  isLinkLoss,
  isLockTimeout,
  isReadOnly,
  isServersFault,
  isTransient,
} from './errors.ts'
import type { Link } from './link.ts'
import { type Job, Queue } from './queue.ts'
import { connectWithBackoff } from './reconnect.ts'
import type { PreparedStatement } from './statements.ts'
import { BEGIN, BEGIN_HASTILY, Uncertain } from './transaction.ts'
import { mayShare, stepsOf } from './unit.ts'

export interface WriterLimits {
  readonly batchMax: number
  readonly queueMax: number
  /** Connections that write at the same time. */
  readonly writers: number
  /** How long a unit may wait for a connection before it is refused. */
  readonly acquireTimeoutMs: number
}

const MAX_TRIES = 6
const FIRST_RETRY_MS = 4
/** How long a batch that met a lock looks for the units that can do without it. */
const HASTE_MS = 1_000

interface Lane {
  link: Link | undefined
  isBusy: boolean
}

/**
 * Gathers units while former batches are being committed. Each lane is a connection that commits one
 * batch at a time; every unit waits for its own commit. Units that lose a guard or break a unique key
 * do so alone, whatever shares their batch.
 */
export class GroupWriter {
  readonly #connect: () => Promise<Link>
  readonly #limits: WriterLimits
  readonly #statements: readonly PreparedStatement[]
  readonly #queue: Queue
  readonly #lanes: readonly Lane[]
  readonly #closing = new AbortController()
  #isClosed = false
  #isSendDue = false
  #lastFailure: unknown
  #units = 0
  #batches = 0
  #whenIdle: (() => void) | undefined

  constructor(
    connect: () => Promise<Link>,
    first: Link,
    statements: readonly PreparedStatement[],
    limits: WriterLimits,
  ) {
    this.#connect = connect
    this.#limits = limits
    this.#statements = statements
    this.#queue = new Queue(limits.acquireTimeoutMs, () => this.#lastFailure)
    this.#lanes = Array.from({ length: limits.writers }, () => ({ link: undefined, isBusy: false }))
    this.#lanes.forEach((lane, number) => {
      if (number === 0) this.#join(lane, first)
      else void this.#reconnect(lane)
    })
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  statistics(): CommitStatistics {
    return { units: this.#units, batches: this.#batches }
  }

  /**
   * Resolves when the unit is durable, to the rows it changed or, below zero, to `-1 - position` of
   * the statement whose guard was lost. Rejects with StorageError.
   */
  submit(unit: readonly SqlValue[]): Promise<number> {
    if (this.#isClosed) return Promise.reject(unavailable('the writer is closed'))
    if (this.#queue.length >= this.#limits.queueMax) {
      return Promise.reject(unavailable("the writer's queue is full"))
    }
    const steps = stepsOf(unit, this.#statements)
    return new Promise((resolve, reject) => {
      this.#queue.add({ unit: steps, isShared: mayShare(steps), resolve, reject, since: 0 })
      if (this.#isSendDue) return
      this.#isSendDue = true
      setImmediate(() => {
        this.#isSendDue = false
        this.#send() // all requests of this turn of the loop share the commit
      })
    })
  }

  /** Refuses the units that wait for a connection; those that were sent go on. */
  refuseWaiting(): void {
    this.#queue.refuseAll()
  }

  /** Takes no more units, answers those submitted, ends the connections. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve
        this.#checkIdle()
      })
    }
    this.#closing.abort()
    await Promise.all(this.#lanes.map((lane) => lane.link?.close()))
  }

  #send(): void {
    for (const lane of this.#lanes) {
      const { link } = lane
      if (lane.isBusy || !link?.isUsable) continue
      const jobs = this.#queue.take(this.#limits.batchMax)
      if (jobs.length === 0) break
      void this.#work(lane, link, jobs)
    }
    this.#checkIdle()
  }

  async #work(lane: Lane, link: Link, jobs: readonly Job[]): Promise<void> {
    lane.isBusy = true
    this.#batches++
    this.#units += jobs.length
    await this.#commit(link, jobs)
    lane.isBusy = false
    this.#send()
  }

  /**
   * Answers all `jobs`, or puts back those that were surely not written for want of a connection. With
   * `hasteUntil` they have waited for a lock already.
   */
  async #commit(link: Link, jobs: readonly Job[], hasteUntil?: number): Promise<void> {
    for (let tries = 1; ; tries++) {
      if (!link.isUsable) return this.#queue.putBack(jobs)
      try {
        return await this.#attempt(link, jobs, hasteUntil)
      } catch (error) {
        if (error instanceof HalfWon)
          return this.#splitOff(link, jobs, { units: error.units, hasteUntil })
        if (error instanceof Uncertain) {
          return reject(jobs, new StorageError('unknown', { cause: error.cause }))
        }
        if (isLinkLoss(error) || isReadOnly(error)) {
          link.destroy()
          return this.#queue.putBack(jobs)
        }
        if (!isTransient(error)) return this.#narrow(link, jobs, { error, hasteUntil })
        if (tries === MAX_TRIES) return reject(jobs, failureOf(error))
        await delay(FIRST_RETRY_MS * 2 ** (tries - 1) * (0.5 + Math.random()))
      }
    }
  }

  async #attempt(link: Link, jobs: readonly Job[], hasteUntil?: number): Promise<void> {
    const begin = hasteUntil === undefined ? BEGIN : BEGIN_HASTILY
    const [first] = jobs
    if (first !== undefined && !first.isShared) {
      first.resolve(await commitAlone(link, first.unit, begin))
      return
    }
    const units: readonly Unit[] = jobs.map(({ unit }) => unit)
    const results = await commitTogether(link, units, begin)
    jobs.forEach((job, number) => {
      job.resolve(results[number] ?? 0)
    })
  }

  /**
   * One unit's value was at fault, or somebody else's lock on what it needs: halves find it without
   * making the others wait for each other. Only the first of them waits for a lock as long as it may.
   */
  async #narrow(
    link: Link,
    jobs: readonly Job[],
    { error, hasteUntil }: { error: unknown; hasteUntil: number | undefined },
  ): Promise<void> {
    // A value at fault is never told of the units beside it, however late it is.
    const isLate =
      isLockTimeout(error) && hasteUntil !== undefined && performance.now() > hasteUntil
    if (jobs.length === 1 || isLate || isServersFault(error)) return reject(jobs, failureOf(error))
    const until = hasteUntil ?? (isLockTimeout(error) ? performance.now() + HASTE_MS : undefined)
    const middle = jobs.length >> 1
    await this.#commit(link, jobs.slice(0, middle), until)
    await this.#commit(link, jobs.slice(middle), until)
  }

  async #splitOff(
    link: Link,
    jobs: readonly Job[],
    {
      units,
      hasteUntil,
    }: { readonly units: ReadonlySet<number>; readonly hasteUntil: number | undefined },
  ): Promise<void> {
    const others = jobs.filter((_, number) => !units.has(number))
    if (others.length > 0) await this.#commit(link, others, hasteUntil)
    for (const number of units) {
      const job = jobs[number]
      if (job !== undefined) await this.#commit(link, [{ ...job, isShared: false }], hasteUntil)
    }
  }

  #join(lane: Lane, link: Link): void {
    lane.link = link
    this.#lastFailure = undefined
    link.onEnd(() => {
      lane.link = undefined
      void this.#reconnect(lane)
    })
    this.#send()
  }

  async #reconnect(lane: Lane): Promise<void> {
    if (this.#closing.signal.aborted) return
    try {
      const link = await connectWithBackoff({
        connect: this.#connect,
        signal: this.#closing.signal,
        onFailure: (error) => {
          this.#lastFailure = error
        },
      })
      this.#join(lane, link)
    } catch {
      // closing
    }
  }

  #checkIdle(): void {
    if (this.#isClosed && this.#queue.length === 0 && !this.#lanes.some(({ isBusy }) => isBusy)) {
      this.#whenIdle?.()
    }
  }
}

function reject(jobs: readonly Job[], error: StorageError): void {
  for (const job of jobs) job.reject(error)
}

const unavailable = (message: string) => new StorageError('unavailable', { message })
