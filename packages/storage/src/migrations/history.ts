import type { MigrationReport } from '../options.ts'
import { MigrationError } from './error.ts'
import { compareVersions, type MigrationFile } from './files.ts'

/** A row of `flyway_schema_history`, as far as it decides what is pending. */
export interface AppliedMigration {
  readonly rank: number
  readonly version: string | null
  readonly type: string
  readonly script: string
  readonly checksum: number | null
  readonly isSuccess: boolean
}

/**
 * The files that are still to be applied. Throws MigrationError when the history and the files do
 * not tell the same story.
 */
export function pendingMigrations(
  history: readonly AppliedMigration[],
  files: readonly MigrationFile[],
): readonly MigrationFile[] {
  const baseline = history.find((row) => row.type === 'BASELINE')?.version ?? undefined
  const applied = new Map<string, AppliedMigration>()
  for (const row of history) {
    if (row.version !== null && row.type === 'SQL') applied.set(row.version, row)
  }
  for (const row of applied.values()) verify(row, files)
  return files.filter(
    (file) =>
      !applied.has(file.version) &&
      (baseline === undefined || compareVersions(file.version, baseline) > 0),
  )
}

/** What `applied` has made of a database with this history. */
export function migrationReport(
  applied: readonly MigrationFile[],
  history: readonly AppliedMigration[],
  files: readonly MigrationFile[],
): MigrationReport {
  const isEmpty = history.length === 0 && applied.length === 0
  return {
    applied: applied.map((file) => file.script),
    version: isEmpty ? undefined : files.at(-1)?.version,
  }
}

/** Refuses a database that a writer would still have to migrate, or that is newer than this program. */
export function requireApplied(
  history: readonly AppliedMigration[],
  files: readonly MigrationFile[],
): MigrationReport {
  const [next] = pendingMigrations(history, files)
  if (next === undefined) return migrationReport([], history, files)
  throw new MigrationError(
    'E_MIGRATION_FAILED',
    `${next.script} is not applied and the database is opened for reading only`,
  )
}

function verify(row: AppliedMigration, files: readonly MigrationFile[]): void {
  if (!row.isSuccess) {
    throw new MigrationError(
      'E_MIGRATION_FAILED',
      `${row.script} is recorded as failed; repair the database, then remove that row`,
    )
  }
  const file = files.find(({ version }) => version === row.version)
  if (file === undefined) {
    throw new MigrationError(
      'E_MIGRATION_UNKNOWN',
      `the database has ${row.script}, which this version of grantd does not know; run a newer grantd`,
    )
  }
  if (row.checksum !== null && row.checksum !== file.checksum) {
    throw new MigrationError(
      'E_MIGRATION_CHANGED',
      `${row.script} was applied with checksum ${row.checksum} but the file now has ${file.checksum}; ` +
        'restore the file, and put changes in a new migration',
    )
  }
}
