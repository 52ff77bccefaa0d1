import { type CommitResult, StorageError } from '@grantd/domain'
import { type Db, type Document, type Filter, MongoBulkWriteError } from 'mongodb'
import type { Availability } from './availability.ts'
import type { Step } from './changes/all.ts'
import { isDuplicateKey, writeFailure } from './errors.ts'
import type { Operation } from './operation.ts'
import { isLostByKey, runOperation, type Stored } from './run-operation.ts'
import { COMMITTED, refusedAt } from './transaction.ts'

type Undo = () => Promise<unknown>

/**
 * A unit on a server without transactions, for development only. Guards go first, each one atomic
 * command; then the rest in order. What was done is undone in reverse when a later guard is lost or a
 * key is taken. Until then others may see it; a crash in between leaves at worst a spent code without
 * tokens, never a code that was redeemed twice. Throws StorageError.
 */
export async function runStepwise(
  database: Db,
  availability: Availability,
  steps: readonly Step[],
): Promise<CommitResult> {
  const undos: Undo[] = []
  for (const { operation, index } of guardsFirst(steps)) {
    const wasNeverSent = availability.begin()
    try {
      if (await apply(database, operation, undos)) continue
      await undoAll(undos)
      return refusedAt(index)
    } catch (error) {
      const failure = writeFailure(error, !wasNeverSent())
      if (failure.kind !== 'unknown') await undoAll(undos)
      throw failure
    }
  }
  return COMMITTED
}

/** A guard stays behind what writes its collection, for it may be about what was just written. */
export function guardsFirst(steps: readonly Step[]): Step[] {
  const ordered: Step[] = []
  let guards = 0
  for (const step of steps) {
    const { isGuard, collection } = step.operation
    const later = ordered.slice(guards)
    if (isGuard === true && !later.some(({ operation }) => operation.collection === collection)) {
      ordered.splice(guards++, 0, step)
    } else {
      ordered.push(step)
    }
  }
  return ordered
}

async function undoAll(undos: readonly Undo[]): Promise<void> {
  try {
    for (const undo of undos.toReversed()) await undo()
  } catch (error) {
    throw new StorageError('unknown', { cause: error })
  }
}

/** Runs one command and notes how it is undone; false when its guard is lost. */
async function apply(database: Db, operation: Operation, undos: Undo[]): Promise<boolean> {
  const collection = database.collection<Stored>(operation.collection)
  const isGuard = operation.isGuard === true
  switch (operation.type) {
    case 'require':
      return runOperation(database, operation)
    case 'insert': {
      const ids = operation.documents.map(({ _id }) => _id)
      const undo = (count: number) => () =>
        collection.deleteMany({ _id: { $in: ids.slice(0, count) } })
      try {
        if (!(await runOperation(database, operation))) return false
        undos.push(undo(ids.length))
        return true
      } catch (error) {
        undos.push(undo(insertedBefore(error))) // the one whose key is taken is another's
        throw error
      }
    }
    case 'update': {
      const { filter, update, upsert = false } = operation
      const before = await collection
        .findOneAndUpdate(filter, update, { upsert, returnDocument: 'before' })
        .catch((error) => {
          if (isLostByKey(operation) && isDuplicateKey(error)) return 'lost' as const
          throw error
        })
      if (before === 'lost' || (before === null && !upsert)) return !isGuard
      undos.push(() =>
        before === null
          ? collection.deleteOne({ _id: filter._id })
          : collection.updateOne({ _id: before._id }, inverse(update, before)),
      )
      return true
    }
    case 'updateMany': {
      const found = await collection.find(operation.filter).toArray()
      const filter = { ...operation.filter, _id: { $in: found.map(({ _id }) => _id) } }
      await collection.updateMany(filter as Filter<Stored>, operation.update)
      for (const before of found) {
        undos.push(() =>
          collection.updateOne({ _id: before._id }, inverse(operation.update, before)),
        )
      }
      return true
    }
    case 'delete': {
      const before = await collection.findOneAndDelete(operation.filter)
      if (before === null) return !isGuard
      undos.push(() => collection.insertOne(before))
      return true
    }
    case 'deleteMany': {
      const found = await collection.find(operation.filter).toArray()
      await collection.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })
      if (found.length > 0) undos.push(() => collection.insertMany(found))
      return true
    }
  }
}

/** How many documents an ordered insert wrote before it failed. */
function insertedBefore(error: unknown): number {
  return error instanceof MongoBulkWriteError ? error.result.insertedCount : 0
}

/** The update that takes `update` back, field by field: what others changed meanwhile stays. */
export function inverse(update: Document, before: Document): Document {
  const names = [update.$set, update.$unset, update.$currentDate]
    .flatMap((part) => Object.keys(part ?? {}))
    .filter((name) => name !== '_id')
  const set = names.filter((name) => name in before).map((name) => [name, before[name]])
  const unset = names.filter((name) => !(name in before)).map((name) => [name, ''])
  const inc = Object.entries(update.$inc ?? {}).map(([name, by]) => [name, -Number(by)])
  const parts = { $set: set, $unset: unset, $inc: inc }
  return Object.fromEntries(
    Object.entries(parts)
      .filter(([, entries]) => entries.length > 0)
      .map(([operator, entries]) => [operator, Object.fromEntries(entries)]),
  )
}
