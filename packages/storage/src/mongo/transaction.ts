import { setTimeout as pause } from 'node:timers/promises'
import { type CommitResult, StorageError } from '@grantd/domain'
import {
  type ClientSession,
  type Db,
  type MongoClient,
  MongoError,
  type TransactionOptions,
} from 'mongodb'
import type { Step } from './changes/all.ts'
import { isBrokenSocket, isDuplicateKey } from './errors.ts'
import { runOperation } from './run-operation.ts'

const OPTIONS: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
  readPreference: 'primary',
}

/** Two units on one document: the server lets one through and tells the other to begin anew. */
const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 100

export const COMMITTED: CommitResult = Object.freeze({ outcome: 'committed' })
export const refusedAt = (index: number): CommitResult =>
  Object.freeze({ outcome: 'refused', index })

/** A unit in one transaction of a replica set: all of it or nothing. Throws StorageError. */
export async function runTransaction(
  client: MongoClient,
  database: Db,
  steps: readonly Step[],
  patienceMs: number,
): Promise<CommitResult> {
  const session = client.startSession({ defaultTransactionOptions: OPTIONS })
  const end = performance.now() + patienceMs
  try {
    for (let attempt = 0; ; attempt++) {
      const result = await tryOnce(session, database, steps, end)
      if (result !== 'again') return result
      if (performance.now() >= end) {
        const message = 'other writers kept changing the same data'
        throw new StorageError('unavailable', { message })
      }
      await pause(backOff(attempt))
    }
  } finally {
    await session.endSession().catch(() => undefined) // the server forgets it by itself
  }
}

async function tryOnce(
  session: ClientSession,
  database: Db,
  steps: readonly Step[],
  end: number,
): Promise<CommitResult | 'again'> {
  session.startTransaction()
  try {
    for (const { operation, index } of steps) {
      if (await runOperation(database, operation, session)) continue
      await abort(session)
      return refusedAt(index)
    }
  } catch (error) {
    await abort(session)
    if (hasLabel(error, 'TransientTransactionError') || isBrokenSocket(error)) return 'again'
    // Nothing was asked to commit, so nothing is written.
    const kind = isDuplicateKey(error) ? 'conflict' : 'unavailable'
    throw error instanceof StorageError ? error : new StorageError(kind, { cause: error })
  }
  return commit(session, end)
}

/**
 * Asks to commit until there is an answer: the server knows the transaction by its number and commits
 * it once, however often it is asked.
 */
async function commit(session: ClientSession, end: number): Promise<CommitResult | 'again'> {
  for (let attempt = 0; ; attempt++) {
    try {
      await session.commitTransaction()
      return COMMITTED
    } catch (error) {
      if (hasLabel(error, 'TransientTransactionError')) return 'again' // surely not committed
      const isOpen = hasLabel(error, 'UnknownTransactionCommitResult') || isBrokenSocket(error)
      if (!isOpen || performance.now() >= end) {
        throw new StorageError('unknown', { cause: error })
      }
      await pause(backOff(attempt))
    }
  }
}

/** Best effort: a transaction that is never ended is ended by the server. */
async function abort(session: ClientSession): Promise<void> {
  if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
}

function backOff(attempt: number): number {
  const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)
  return most * (0.5 + Math.random() / 2) // no secret: racers only must not come back together
}

function hasLabel(error: unknown, label: string): boolean {
  return error instanceof MongoError && error.hasErrorLabel(label)
}
