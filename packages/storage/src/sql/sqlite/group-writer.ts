import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { StorageError } from '@grantd/domain'
import type { CommitStatistics } from '../../options.ts'
import type { SqlValue } from '../params.ts'
import { toWriter, type WriterData, type WriterReply } from './protocol.ts'

type Unit = readonly SqlValue[]

interface Waiting {
  readonly unit: Unit
  readonly resolve: (result: number) => void
  readonly reject: (error: StorageError) => void
}

export interface GroupLimits {
  readonly batchMax: number
  readonly queueMax: number
}

/**
 * Gathers units while the former batch is being committed and hands them to the writer thread
 * together. One batch is in flight at a time; what waits is bounded.
 */
export class GroupWriter {
  readonly #worker: Worker
  readonly #limits: GroupLimits
  #waiting: Waiting[] = []
  #flying: readonly Waiting[] = []
  #state: 'open' | 'closing' | 'dead' = 'open'
  #isSendDue = false
  #units = 0
  #batches = 0
  #whenIdle: (() => void) | undefined

  /** `worker` has said that it is ready. */
  constructor(worker: Worker, limits: GroupLimits) {
    this.#worker = worker
    this.#limits = limits
    worker.on('message', (reply: WriterReply) => this.#settle(reply))
    worker.on('error', (cause) => this.#die(cause))
    worker.on('exit', () => this.#die(undefined))
  }

  get isAlive(): boolean {
    return this.#state === 'open'
  }

  statistics(): CommitStatistics {
    return { units: this.#units, batches: this.#batches }
  }

  /**
   * Resolves when the unit is durable, to the rows it changed or, below zero, to `-1 - position` of
   * the statement whose guard was lost. Rejects with StorageError.
   */
  submit(unit: Unit): Promise<number> {
    if (this.#state !== 'open') return Promise.reject(unavailable('the writer is closed'))
    if (this.#waiting.length >= this.#limits.queueMax) {
      return Promise.reject(unavailable("the writer's queue is full"))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ unit, resolve, reject })
      if (this.#flying.length > 0 || this.#isSendDue) return
      this.#isSendDue = true
      setImmediate(() => this.#send()) // all requests of this turn of the loop share the commit
    })
  }

  /** Takes no more units and resolves when those submitted are answered. */
  async drain(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    if (this.#flying.length === 0 && this.#waiting.length === 0) return
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve
    })
  }

  /** Drains, then ends the thread. */
  async close(): Promise<void> {
    await this.drain()
    if (this.#state === 'dead') return
    const hasEnded = once(this.#worker, 'exit')
    this.#worker.postMessage(null)
    await hasEnded
  }

  #send(): void {
    this.#isSendDue = false
    const { batchMax } = this.#limits
    if (this.#waiting.length === 0 || this.#state === 'dead') return
    if (this.#waiting.length <= batchMax) {
      this.#flying = this.#waiting
      this.#waiting = []
    } else {
      this.#flying = this.#waiting.slice(0, batchMax)
      this.#waiting = this.#waiting.slice(batchMax)
    }
    this.#units += this.#flying.length
    this.#batches++
    this.#worker.postMessage(toWriter(this.#flying.map(({ unit }) => unit)))
  }

  #settle(reply: WriterReply): void {
    if (reply.type !== 'batch') return
    const done = this.#flying
    this.#flying = []
    this.#send()
    if (reply.failed !== undefined) {
      const { kind, message } = reply.failed
      for (const { reject } of done) reject(new StorageError(kind, { cause: new Error(message) }))
    } else {
      const failures = new Map(reply.failures)
      done.forEach(({ resolve, reject }, number) => {
        const failure = failures.get(number)
        if (failure === undefined) resolve(reply.results[number] ?? 0)
        else reject(new StorageError(failure.kind, { cause: new Error(failure.message) }))
      })
    }
    if (this.#flying.length === 0 && this.#waiting.length === 0) this.#whenIdle?.()
  }

  /** What was sent may have been committed; what only waited was surely not. */
  #die(cause: unknown): void {
    if (this.#state === 'dead') return
    this.#state = 'dead'
    for (const { reject } of this.#flying) reject(new StorageError('unknown', { cause }))
    for (const { reject } of this.#waiting) reject(new StorageError('unavailable', { cause }))
    this.#flying = []
    this.#waiting = []
    this.#whenIdle?.()
  }
}

/** Starts the writer thread; resolves when its statements are prepared. */
export async function startWriter(
  data: WriterData,
): Promise<{ worker: Worker; ready: Extract<WriterReply, { type: 'ready' }> }> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: data })
  const [ready] = await once(worker, 'message') // rejects when the worker throws before that
  return { worker, ready }
}

const unavailable = (message: string) => new StorageError('unavailable', { message })
