import type { Binary, ClientSession, Db, Document } from 'mongodb'
import { isDuplicateKey } from './errors.ts'
import type { Operation } from './operation.ts'

/** Keys are UUIDs and texts, never ObjectIds. */
export interface Stored extends Document {
  readonly _id: Binary | string
}

/**
 * Runs one command; resolves to false when its guard is lost. With a session it is part of that
 * session's transaction. Throws what the driver throws.
 */
export async function runOperation(
  database: Db,
  operation: Operation,
  session?: ClientSession,
): Promise<boolean> {
  try {
    const count = await run(database, operation, session)
    return operation.isGuard !== true || count > 0
  } catch (error) {
    if (isLostByKey(operation) && isDuplicateKey(error)) return false
    throw error
  }
}

/** A guard that may insert is lost when its key is taken; for others that is a conflict of data. */
export function isLostByKey(operation: Operation): boolean {
  const mayInsert = operation.type === 'insert' || 'upsert' in operation
  return operation.isGuard === true && mayInsert
}

async function run(database: Db, operation: Operation, session?: ClientSession): Promise<number> {
  const collection = database.collection<Stored>(operation.collection)
  const options = session === undefined ? {} : { session }
  switch (operation.type) {
    case 'insert':
      return (await collection.insertMany(operation.documents as Stored[], options)).insertedCount // each has its `_id`
    case 'update': {
      const { filter, update, upsert = false } = operation
      const result = await collection.updateOne(filter, update, { ...options, upsert })
      return result.matchedCount + result.upsertedCount
    }
    case 'updateMany':
      return (await collection.updateMany(operation.filter, operation.update, options)).matchedCount
    case 'delete':
      return (await collection.deleteOne(operation.filter, options)).deletedCount
    case 'deleteMany':
      return (await collection.deleteMany(operation.filter, options)).deletedCount
    case 'require': {
      const found = await collection.findOne(operation.filter, {
        ...options,
        projection: { _id: 1 },
      })
      return found === null ? 0 : 1
    }
  }
}
