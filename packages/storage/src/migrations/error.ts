/**
 * `E_MIGRATION_CHANGED`: an applied file has other text now. `E_MIGRATION_UNKNOWN`: the database is
 * newer than this program. `E_MIGRATION_FAILED`: a file did not apply, and nothing was changed.
 */
export type MigrationErrorCode =
  | 'E_MIGRATION_CHANGED'
  | 'E_MIGRATION_UNKNOWN'
  | 'E_MIGRATION_FAILED'

/** The schema cannot be brought to this program's version; a person has to look. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode

  constructor(code: MigrationErrorCode, message: string, details: { cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'MigrationError'
    this.code = code
  }
}
