import { StorageError } from '@grantd/domain'

/** Primary result codes, sqlite.org/rescode.html. */
const CORRUPT = 11
const TOO_BIG = 18
const CONSTRAINT = 19
const MISMATCH = 20
const RANGE = 25
const NOT_A_DATABASE = 26
const UNIQUE_CODES: readonly number[] = [1555, 2067, 2579]
const SYNC_FAILED: readonly number[] = [1034, 1290]

/** The extended result code, or 0 for what SQLite did not throw. */
export function sqliteCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return 0
  return typeof error.errcode === 'number' ? error.errcode : 0
}

export const isUniqueViolation = (error: unknown) => UNIQUE_CODES.includes(sqliteCode(error))

/** True when only this statement's values were at fault and the transaction can go on. */
export function isValueError(error: unknown): boolean {
  const code = sqliteCode(error)
  if (code === 0) return true // node:sqlite refused to bind a value
  return [CONSTRAINT, MISMATCH, TOO_BIG, RANGE].includes(code & 0xff)
}

/** A failed fsync leaves open whether the commit is on disk; every other failure means it is not. */
export const isSyncFailure = (error: unknown) => SYNC_FAILED.includes(sqliteCode(error))

/** A failed read, as the port names it. */
export function readError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  return new StorageError(isCorruption(error) ? 'corrupt' : 'unavailable', { cause: error })
}

/** A database that cannot be opened, with the path that the operator has to look at. */
export function openError(path: string, error: unknown): StorageError {
  const reason = error instanceof Error ? error.message : String(error)
  return new StorageError(isCorruption(error) ? 'corrupt' : 'unavailable', {
    cause: error,
    message: `cannot open SQLite database ${path}: ${reason}`,
  })
}

function isCorruption(error: unknown): boolean {
  const primary = sqliteCode(error) & 0xff
  return primary === CORRUPT || primary === NOT_A_DATABASE
}
