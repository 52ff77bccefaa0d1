import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { StorageError } from '@grantd/domain'
import type { CommitStatistics, WriterEvent } from '../../options.ts'
import type { SqlValue } from '../params.ts'
import { toWriter, type WriterData, type WriterReply } from './protocol.ts'

type Unit = readonly SqlValue[]

interface Waiting {
  readonly unit: Unit
  readonly onPlace: ((place: number) => void) | undefined
  readonly resolve: (result: number) => void
  readonly reject: (error: StorageError) => void
}

export interface GroupOptions {
  readonly batchMax: number
  readonly queueMax: number
  /** Starts a writer thread in place of one that ended by itself. */
  readonly restart: () => Promise<Worker>
  readonly onWriter?: ((event: WriterEvent) => void) | undefined
}

/** The first restart comes at once; each that fails doubles the pause before the next. */
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 5_000

/**
 * Gathers units while the former batch is being committed and hands them to the writer thread
 * together. One batch is in flight at a time; what waits is bounded. A thread that ends by itself is
 * replaced; until then every unit is refused.
 */
export class GroupWriter {
  readonly #options: GroupOptions
  #worker: Worker
  #waiting: Waiting[] = []
  #flying: readonly Waiting[] = []
  #state: 'open' | 'down' | 'closing' | 'closed' = 'open'
  #isSendDue = false
  #units = 0
  #batches = 0
  #pauseMs = 0
  #restarting: Promise<void> = Promise.resolve()
  readonly #stop = new AbortController()
  #whenIdle: (() => void) | undefined

  /** `worker` has said that it is ready. */
  constructor(worker: Worker, options: GroupOptions) {
    this.#options = options
    this.#worker = worker
    this.#listenTo(worker)
  }

  get isAlive(): boolean {
    return this.#state === 'open'
  }

  statistics(): CommitStatistics {
    return { units: this.#units, batches: this.#batches }
  }

  /**
   * Resolves when the unit is durable, to the rows it changed or, below zero, to `-1 - position` of
   * the statement whose guard was lost. Rejects with StorageError. Just before, `onPlace` learns the
   * number of the last row that gives a place; calls come in the order of these numbers.
   */
  submit(unit: Unit, onPlace?: (place: number) => void): Promise<number> {
    if (this.#state === 'down') {
      return Promise.reject(unavailable('the writer ended and is being started anew'))
    }
    if (this.#state !== 'open') return Promise.reject(unavailable('the writer is closed'))
    if (this.#waiting.length >= this.#options.queueMax) {
      return Promise.reject(unavailable("the writer's queue is full"))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ unit, onPlace, resolve, reject })
      if (this.#flying.length > 0 || this.#isSendDue) return
      this.#isSendDue = true
      setImmediate(() => this.#send()) // all requests of this turn of the loop share the commit
    })
  }

  /** Takes no more units and resolves when those submitted are answered. */
  async drain(): Promise<void> {
    if (this.#state === 'closing' || this.#state === 'closed') return
    if (this.#state === 'down') {
      this.#state = 'closed'
      return
    }
    this.#state = 'closing'
    if (this.#flying.length === 0 && this.#waiting.length === 0) return
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve
    })
  }

  /** Drains, then ends the thread. */
  async close(): Promise<void> {
    await this.drain()
    this.#stop.abort()
    await this.#restarting
    if (this.#state === 'closed') return
    const hasEnded = once(this.#worker, 'exit')
    this.#worker.postMessage(null)
    await hasEnded
  }

  #send(): void {
    this.#isSendDue = false
    const { batchMax } = this.#options
    if (this.#waiting.length === 0) return
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
      done.forEach(({ onPlace, resolve, reject }, number) => {
        const failure = failures.get(number)
        if (failure !== undefined) {
          reject(new StorageError(failure.kind, { cause: new Error(failure.message) }))
          return
        }
        const place = reply.places[number] ?? 0
        const result = reply.results[number] ?? 0
        if (place > 0 && result >= 0) onPlace?.(place)
        resolve(result)
      })
    }
    if (this.#flying.length === 0 && this.#waiting.length === 0) this.#whenIdle?.()
  }

  #listenTo(worker: Worker): void {
    let cause: unknown
    worker.on('message', (reply: WriterReply) => {
      this.#pauseMs = 0
      this.#settle(reply)
    })
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', () => this.#lose(cause))
  }

  /** What was sent may have been committed; what only waited was surely not. */
  #lose(cause: unknown): void {
    const isExpected = this.#state === 'closing' && this.#flying.length === 0
    this.#state = this.#state === 'open' ? 'down' : 'closed'
    const [flying, waiting] = [this.#flying, this.#waiting]
    this.#flying = []
    this.#waiting = []
    if (!isExpected) this.#options.onWriter?.({ type: 'ended', cause, unknown: flying.length })
    if (this.#state === 'down') this.#restarting = this.#restart()
    for (const { reject } of flying) reject(new StorageError('unknown', { cause }))
    for (const { reject } of waiting) reject(new StorageError('unavailable', { cause }))
    this.#whenIdle?.()
  }

  async #restart(): Promise<void> {
    const { signal } = this.#stop
    while (this.#state === 'down') {
      const pauseMs = this.#pauseMs
      this.#pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, 2 * pauseMs), LONGEST_PAUSE_MS)
      try {
        await pause(pauseMs, undefined, { signal, ref: false })
        await this.#replace(await this.#options.restart())
      } catch (cause) {
        if (!signal.aborted) this.#options.onWriter?.({ type: 'restart failed', cause })
      }
    }
  }

  async #replace(worker: Worker): Promise<void> {
    if (this.#state !== 'down') {
      await worker.terminate() // closed in the meantime
      return
    }
    this.#worker = worker
    this.#listenTo(worker)
    this.#state = 'open'
    this.#options.onWriter?.({ type: 'restarted' })
  }
}

/** Starts the writer thread; resolves when its statements are prepared. */
export async function startWriter(
  data: WriterData,
): Promise<{ worker: Worker; ready: Extract<WriterReply, { type: 'ready' }> }> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: data,
    // Batches are garbage as soon as they are answered; a nursery of the usual size only costs memory.
    resourceLimits: { maxYoungGenerationSizeMb: 6 },
  })
  const hasEnded = new AbortController()
  worker.once('exit', () => hasEnded.abort())
  const { signal } = hasEnded
  const [ready] = await once(worker, 'message', { signal }) // rejects when it throws or ends instead
  return { worker, ready }
}

const unavailable = (message: string) => new StorageError('unavailable', { message })
