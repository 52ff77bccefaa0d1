import { StorageError, type StorageErrorKind } from '@grantd/domain'

/** The server answers but must not be used, and trying again will not change that. */
export class ServerRefused extends StorageError {
  constructor(message: string, cause?: unknown) {
    super('unavailable', { message, ...(cause !== undefined && { cause }) })
  }
}

/** SQLSTATE, or an empty text for what the server did not say. */
export function sqlState(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** Codes after which the server closes the connection; severities are translated, codes are not. */
const LAST_WORDS = /^(08|57P0|25P03|25P04|53300)/

/** The connection is, or is about to be, closed. What the driver says itself has no SQLSTATE. */
export function isLinkLoss(error: unknown): boolean {
  if (error instanceof StorageError) return false
  const state = sqlState(error)
  return state === '' || LAST_WORDS.test(state)
}

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'
/** The server says: nothing was written, and the same again may succeed. */
export const isTransient = (error: unknown) =>
  [SERIALIZATION_FAILURE, DEADLOCK].includes(sqlState(error))

/** A row or table is locked by somebody else, and the wait for it was long enough. */
export const isLockTimeout = (error: unknown) => sqlState(error) === '55P03'

/** A statement that took too long, a full disk, no memory: whatever is wrong, no value of a unit is. */
export const isServersFault = (error: unknown) => /^(53|57014|58)/.test(sqlState(error))

const ABORTED_TRANSACTION = '25P02'
const NO_SUCH_STATEMENT = '26000'
/** What statements answer that were sent behind the one that failed. */
export const isAftermath = (error: unknown) =>
  [ABORTED_TRANSACTION, NO_SUCH_STATEMENT].includes(sqlState(error))

/** `cached plan must not change result type`: a migration has altered the table of a read. */
export const isStalePlan = (error: unknown) =>
  ['0A000', NO_SUCH_STATEMENT].includes(sqlState(error))

/** The server has become a standby; another one may be the primary now. */
export const isReadOnly = (error: unknown) => sqlState(error) === '25006'

const CERTIFICATE = /CERT|ERR_TLS|UNABLE_TO_|does not support SSL/

/** Wrong credentials or certificate, no such database, no rights: waiting does not help. */
export function isHopeless(error: unknown): boolean {
  if (/^(28|3D|42501)/.test(sqlState(error))) return true
  if (!(error instanceof Error)) return false
  return CERTIFICATE.test('code' in error ? String(error.code) : error.message)
}

/** A definite failure, as the port names it: nothing was written. */
export function failureOf(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  return new StorageError(kindOf(sqlState(error)), { cause: error })
}

function kindOf(state: string): StorageErrorKind {
  if (state === '23505') return 'conflict'
  return state.startsWith('XX001') || state.startsWith('XX002') ? 'corrupt' : 'unavailable'
}
