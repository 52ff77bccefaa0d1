import { StorageError } from '@grantd/domain'
import { type Db, type Document, MongoBulkWriteError, type WriteError } from 'mongodb'
import type { Availability } from './availability.ts'
import { writeFailure } from './errors.ts'
import type { Stored } from './run-operation.ts'

interface Waiting {
  readonly document: Document
  readonly resolve: () => void
  readonly reject: (error: StorageError) => void
}

export interface BatchLimits {
  readonly batchMax: number
  readonly queueMax: number
}

/** Commands of one collection in flight at the same time. */
const IN_FLIGHT_MAX = 2

/**
 * Gathers single inserts: the first leaves at the end of the turn, the rest together when an earlier
 * command is answered. Each caller hears of its own document alone.
 */
export class InsertBatches {
  readonly #database: Db
  readonly #availability: Availability
  readonly #limits: BatchLimits
  readonly #queues = new Map<string, Waiting[]>()
  readonly #inFlight = new Map<string, number>()
  readonly #running = new Set<Promise<void>>()
  #waiting = 0
  batches = 0

  constructor(database: Db, availability: Availability, limits: BatchLimits) {
    this.#database = database
    this.#availability = availability
    this.#limits = limits
  }

  /** Resolves when the document is durable. Throws StorageError. */
  submit(collection: string, document: Document): Promise<void> {
    if (this.#waiting >= this.#limits.queueMax) {
      const message = 'too many writes are waiting'
      return Promise.reject(new StorageError('unavailable', { message }))
    }
    this.#waiting++
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(collection)
      const waiting: Waiting = { document, resolve, reject }
      if (queue === undefined) this.#queues.set(collection, [waiting])
      else queue.push(waiting)
      if (queue === undefined || queue.length === 1) setImmediate(() => this.#next(collection))
    })
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    for (const collection of this.#queues.keys()) this.#next(collection)
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #next(collection: string): void {
    const inFlight = this.#inFlight.get(collection) ?? 0
    const queue = this.#queues.get(collection) ?? []
    if (queue.length === 0 || inFlight >= IN_FLIGHT_MAX) return
    const batch = queue.splice(0, this.#limits.batchMax)
    this.#waiting -= batch.length
    this.#inFlight.set(collection, inFlight + 1)
    const running = this.#write(collection, batch).finally(() => {
      this.#inFlight.set(collection, (this.#inFlight.get(collection) ?? 1) - 1)
      this.#running.delete(running)
      this.#next(collection)
    })
    this.#running.add(running)
  }

  async #write(collection: string, batch: readonly Waiting[]): Promise<void> {
    this.batches++
    const documents = batch.map(({ document }) => document as Stored) // every kind gives its `_id`
    const wasNeverSent = this.#availability.begin()
    try {
      await this.#database.collection<Stored>(collection).insertMany(documents, { ordered: false })
      for (const { resolve } of batch) resolve()
    } catch (error) {
      settleFailed(batch, error, !wasNeverSent())
    }
  }
}

/** Documents that the server refused one by one have their own reasons; the others are written. */
function settleFailed(batch: readonly Waiting[], error: unknown, wasSent: boolean): void {
  const refused = error instanceof MongoBulkWriteError ? writeErrorsOf(error) : new Map()
  const isWrittenButFor = refused.size > 0 && !hasWriteConcernError(error)
  for (const [index, { resolve, reject }] of batch.entries()) {
    const own = refused.get(index)
    if (own !== undefined)
      reject(new StorageError(own.code === 11_000 ? 'conflict' : 'unavailable', { cause: error }))
    else if (isWrittenButFor) resolve()
    else reject(writeFailure(error, wasSent))
  }
}

function writeErrorsOf(error: MongoBulkWriteError): Map<number, WriteError> {
  return new Map([error.writeErrors].flat().map((each) => [each.index, each]))
}

function hasWriteConcernError(error: unknown): boolean {
  return error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined
}
