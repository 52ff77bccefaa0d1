import { existsSync } from 'node:fs'
import type { MigrationFile } from '../../migrations/files.ts'
import { type AppliedMigration, pendingMigrations } from '../../migrations/history.ts'
import type { MigrationReport } from '../../options.ts'
import { openForReading, openForWriting } from './connection.ts'
import { migrateSqlite, readHistory, sqliteMigrationFiles } from './migrate.ts'
import { parseSqliteUrl } from './url.ts'

const BUSY_TIMEOUT_MS = 5_000

/** The history of a database file; empty, and creating nothing, when there is none. */
export function sqliteHistory(url: string): readonly AppliedMigration[] {
  const { path } = parseSqliteUrl(url)
  if (!existsSync(path)) return []
  const database = openForReading(path)
  try {
    return readHistory(database)
  } finally {
    database.close()
  }
}

export function sqlitePending(url: string): readonly MigrationFile[] {
  return pendingMigrations(sqliteHistory(url), sqliteMigrationFiles())
}

export function sqliteMigrateUp(url: string): MigrationReport {
  const database = openForWriting(parseSqliteUrl(url), BUSY_TIMEOUT_MS)
  try {
    return migrateSqlite(database)
  } finally {
    database.close()
  }
}
