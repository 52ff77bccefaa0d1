import { type Change, type CommitResult, StorageError } from '@grantd/domain'
import type { Db, MongoClient } from 'mongodb'
import type { Availability } from './availability.ts'
import { type Step, stepsOf } from './changes/all.ts'
import { reading, writeFailure } from './errors.ts'
import { type BatchLimits, InsertBatches } from './insert-batches.ts'
import type { Operation } from './operation.ts'
import { runOperation } from './run-operation.ts'
import { runStepwise } from './stepwise.ts'
import { COMMITTED, refusedAt, runTransaction } from './transaction.ts'

export interface CommitPorts {
  readonly client: MongoClient
  readonly database: Db
  readonly availability: Availability
  readonly isReadOnly: boolean
  readonly limits: BatchLimits
  /** How long a unit that collides with others is tried anew. */
  readonly patienceMs: number
}

/** Writes units: by one atomic command where that is enough, else by a transaction. */
export class Commits {
  readonly #ports: CommitPorts
  readonly #inserts: InsertBatches
  readonly #running = new Set<Promise<unknown>>()
  #isOpen = true
  #units = 0
  #alone = 0

  constructor(ports: CommitPorts) {
    this.#ports = ports
    this.#inserts = new InsertBatches(ports.database, ports.availability, ports.limits)
  }

  statistics(): { readonly units: number; readonly batches: number } {
    return { units: this.#units, batches: this.#inserts.batches + this.#alone }
  }

  async commit(changes: readonly Change[]): Promise<CommitResult> {
    if (!this.#isOpen) throw unavailable('the storage is closed')
    if (this.#ports.isReadOnly) throw unavailable('the database is opened for reading only')
    if (changes.length === 0) return COMMITTED
    this.#units++
    const running = this.#write(merged(stepsOf(changes)))
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  /** No more units; resolves when those that run are answered. */
  async close(): Promise<void> {
    this.#isOpen = false
    await this.#inserts.drain()
    await Promise.allSettled(this.#running)
  }

  #write(steps: readonly Step[]): Promise<CommitResult> {
    const last = steps.at(-1)
    const before = steps.slice(0, -1)
    const areReads = before.every(({ operation }) => operation.type === 'require')
    if (last !== undefined && areReads && isAtomic(last.operation)) {
      return this.#writeOne(before, last)
    }
    this.#alone++
    const { client, database, availability } = this.#ports
    return availability.isStandalone
      ? runStepwise(database, availability, steps)
      : runTransaction(client, database, steps, this.#ports.patienceMs)
  }

  /** One document changes: that is atomic by itself, and what must hold is read just before. */
  async #writeOne(conditions: readonly Step[], step: Step): Promise<CommitResult> {
    const { database, availability } = this.#ports
    const holds = await Promise.all(
      conditions.map(({ operation }) => reading(() => runOperation(database, operation))),
    )
    const lost = conditions[holds.indexOf(false)]
    if (lost !== undefined) return refusedAt(lost.index)
    const { operation } = step
    if (operation.type === 'insert' && operation.isGuard !== true) {
      await Promise.all(
        operation.documents.map((each) => this.#inserts.submit(operation.collection, each)),
      )
      return COMMITTED
    }
    this.#alone++
    const wasNeverSent = availability.begin()
    try {
      return (await runOperation(database, operation)) ? COMMITTED : refusedAt(step.index)
    } catch (error) {
      throw writeFailure(error, !wasNeverSent())
    }
  }
}

function isAtomic(operation: Operation): boolean {
  if (operation.type === 'insert') return operation.documents.length === 1
  return operation.type !== 'updateMany' && operation.type !== 'deleteMany'
}

/** Neighbouring inserts into one collection are one command. */
function merged(steps: readonly Step[]): readonly Step[] {
  const result: Step[] = []
  for (const step of steps) {
    const last = result.at(-1)
    const { operation } = step
    if (
      last?.operation.type === 'insert' &&
      operation.type === 'insert' &&
      last.operation.collection === operation.collection &&
      last.operation.isGuard !== true &&
      operation.isGuard !== true
    ) {
      const documents = [...last.operation.documents, ...operation.documents]
      result[result.length - 1] = { ...last, operation: { ...operation, documents } }
    } else {
      result.push(step)
    }
  }
  return result
}

const unavailable = (message: string) => new StorageError('unavailable', { message })
