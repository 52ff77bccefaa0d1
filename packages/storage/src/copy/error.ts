/**
 * `E_COPY_TARGET_NOT_EMPTY`: it holds other data. `E_COPY_UNFINISHED`: it holds the beginning of a copy.
 * `E_COPY_SOURCE_CHANGED`: somebody wrote to the source meanwhile. `E_COPY_FAILED`: the target did not
 * take it. `E_BACKUP_DAMAGED`: the file is cut off or was changed. `E_BACKUP_UNKNOWN`: it is no backup
 * that this version can read.
 */
export type CopyErrorCode =
  | 'E_COPY_TARGET_NOT_EMPTY'
  | 'E_COPY_UNFINISHED'
  | 'E_COPY_SOURCE_CHANGED'
  | 'E_COPY_FAILED'
  | 'E_BACKUP_DAMAGED'
  | 'E_BACKUP_UNKNOWN'

/** A copy that was not made, or not finished; the message says what to do. */
export class CopyError extends Error {
  readonly code: CopyErrorCode

  constructor(code: CopyErrorCode, message: string, details: { cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'CopyError'
    this.code = code
  }
}
