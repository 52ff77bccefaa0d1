import { StorageError } from '@grantd/domain'
import {
  BSON,
  MongoAPIError,
  MongoBulkWriteError,
  MongoError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb'

const DUPLICATE_KEY = 11_000
/** Unauthorized, AuthenticationFailed: the server refused to look at the command. */
const REFUSED = new Set([13, 18])

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY
}

/**
 * What a failed write means. `wasSent` is false when no server can have seen it. Whatever is not
 * surely unwritten is `unknown`: the driver may have sent it once before the error that it reports.
 */
export function writeFailure(error: unknown, wasSent: boolean): StorageError {
  if (error instanceof StorageError) return error
  if (isDuplicateKey(error)) return new StorageError('conflict', { cause: error })
  return new StorageError(isSurelyUnwritten(error, wasSent) ? 'unavailable' : 'unknown', {
    cause: error,
  })
}

function isSurelyUnwritten(error: unknown, wasSent: boolean): boolean {
  if (error instanceof MongoServerSelectionError) return !wasSent
  if (error instanceof MongoBulkWriteError && error.result.insertedCount > 0) return false
  if (error instanceof MongoAPIError || error instanceof BSON.BSONError) return true
  if (!(error instanceof MongoError)) return false
  if (error.hasErrorLabel('NoWritesPerformed')) return true
  return error instanceof MongoServerError && REFUSED.has(Number(error.code))
}

const BROKEN_SOCKET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT'])

/** The driver retries on errors of its own only; that of a socket comes through as it is. */
export function isBrokenSocket(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof MongoError) return false
  return BROKEN_SOCKET.has(String((error as NodeJS.ErrnoException).code))
}

/** A read, once more when its connection broke. Throws StorageError `unavailable`. */
export async function reading<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read().catch((error) => {
      if (isBrokenSocket(error)) return read()
      throw error
    })
  } catch (error) {
    throw error instanceof StorageError ? error : new StorageError('unavailable', { cause: error })
  }
}
