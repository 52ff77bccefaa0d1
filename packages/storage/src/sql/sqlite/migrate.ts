import { userInfo } from 'node:os'
import type { DatabaseSync } from 'node:sqlite'
import { MigrationError } from '../../migrations/error.ts'
import { type MigrationFile, migrationFiles } from '../../migrations/files.ts'
import {
  type AppliedMigration,
  migrationReport,
  pendingMigrations,
  requireApplied,
} from '../../migrations/history.ts'
import type { MigrationReport } from '../../options.ts'
import { sqliteCode } from './errors.ts'

const FOLDER = new URL('../migrations/sqlite/', import.meta.url)

// As the Flyway command line creates it.
const CREATE_HISTORY = `
CREATE TABLE "flyway_schema_history" (
  "installed_rank" INT NOT NULL PRIMARY KEY,
  "version" VARCHAR(50),
  "description" VARCHAR(200) NOT NULL,
  "type" VARCHAR(20) NOT NULL,
  "script" VARCHAR(1000) NOT NULL,
  "checksum" INT,
  "installed_by" VARCHAR(100) NOT NULL,
  "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
  "execution_time" INT NOT NULL,
  "success" BOOLEAN NOT NULL
);
CREATE INDEX "flyway_schema_history_s_idx" ON "flyway_schema_history" ("success");`

export const sqliteMigrationFiles = (): readonly MigrationFile[] => migrationFiles(FOLDER)

/** What Flyway's history says was applied; empty for a new database. */
export function readHistory(database: DatabaseSync): readonly AppliedMigration[] {
  if (!hasHistory(database)) return []
  const rows = database
    .prepare(
      'SELECT installed_rank, version, type, script, checksum, success FROM flyway_schema_history ORDER BY installed_rank',
    )
    .all()
  return rows.map((row) => ({
    rank: Number(row.installed_rank),
    version: row.version === null ? null : String(row.version),
    type: String(row.type),
    script: String(row.script),
    checksum: row.checksum === null ? null : Number(row.checksum),
    isSuccess: Number(row.success) === 1,
  }))
}

/**
 * Applies all pending files in one transaction that holds the write lock from before the history is
 * read: two processes that start at once apply each file once, and a failure changes nothing.
 */
export function migrateSqlite(
  database: DatabaseSync,
  files: readonly MigrationFile[] = sqliteMigrationFiles(),
): MigrationReport {
  const before = readHistory(database)
  if (pendingMigrations(before, files).length === 0) return migrationReport([], before, files)
  begin(database)
  try {
    const history = readHistory(database)
    const pending = pendingMigrations(history, files)
    if (!hasHistory(database)) database.exec(CREATE_HISTORY)
    let rank = Math.max(0, ...history.map((row) => row.rank))
    for (const file of pending) apply(database, file, ++rank)
    database.exec('COMMIT')
    return migrationReport(pending, history, files)
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** For a database that must not be changed. */
export function requireMigrated(database: DatabaseSync): MigrationReport {
  return requireApplied(readHistory(database), sqliteMigrationFiles())
}

function begin(database: DatabaseSync): void {
  try {
    database.exec('BEGIN IMMEDIATE')
  } catch (cause) {
    const reason = `another process holds the database (SQLite code ${sqliteCode(cause)})`
    throw new MigrationError('E_MIGRATION_FAILED', reason, { cause })
  }
}

function apply(database: DatabaseSync, file: MigrationFile, rank: number): void {
  const startedAt = performance.now()
  try {
    database.exec(file.sql)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MigrationError('E_MIGRATION_FAILED', `${file.script}: ${reason}`, { cause })
  }
  database
    .prepare(
      `INSERT INTO flyway_schema_history
       (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
       VALUES (?, ?, ?, 'SQL', ?, ?, ?, ?, 1)`,
    )
    .run(
      rank,
      file.version,
      file.description,
      file.script,
      file.checksum,
      installedBy(),
      Math.round(performance.now() - startedAt),
    )
}

function hasHistory(database: DatabaseSync): boolean {
  const find = database.prepare(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'flyway_schema_history'",
  )
  return find.get() !== undefined
}

/** A container may run under a user id that has no name. */
function installedBy(): string {
  try {
    return userInfo().username
  } catch {
    return 'grantd'
  }
}
