import type { QueryResult } from 'pg'
import { MigrationError } from '../../migrations/error.ts'
import { type MigrationFile, migrationFiles } from '../../migrations/files.ts'
import {
  type AppliedMigration,
  migrationReport,
  pendingMigrations,
  requireApplied,
} from '../../migrations/history.ts'
import type { MigrationReport } from '../../options.ts'
import { sqlState } from './errors.ts'
import type { Link } from './link.ts'

const FOLDER = new URL('../migrations/postgres/', import.meta.url)

// As the Flyway command line creates it.
const CREATE_HISTORY = `
CREATE TABLE IF NOT EXISTS "flyway_schema_history" (
  "installed_rank" INT NOT NULL,
  "version" VARCHAR(50),
  "description" VARCHAR(200) NOT NULL,
  "type" VARCHAR(20) NOT NULL,
  "script" VARCHAR(1000) NOT NULL,
  "checksum" INTEGER,
  "installed_by" VARCHAR(100) NOT NULL,
  "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
  "execution_time" INTEGER NOT NULL,
  "success" BOOLEAN NOT NULL,
  CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank")
);
CREATE INDEX IF NOT EXISTS "flyway_schema_history_s_idx" ON "flyway_schema_history" ("success");`

/** Any number will do that nobody else uses: "grantd" as ASCII. */
const LOCK = '113723863200868'
/** A migration may take its time, and another process may be at it. */
const PATIENCE = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'"

export const postgresMigrationFiles = (): readonly MigrationFile[] => migrationFiles(FOLDER)

/** What Flyway's history says was applied; empty for a new database. */
export async function readHistory(link: Link): Promise<readonly AppliedMigration[]> {
  if (!(await hasHistory(link))) return []
  const { rows } = await link.query({
    text: `SELECT installed_rank, version, type, script, checksum, success
           FROM flyway_schema_history ORDER BY installed_rank`,
  })
  return rows.map((row: Record<string, unknown>) => ({
    rank: Number(row.installed_rank),
    version: row.version === null ? null : String(row.version),
    type: String(row.type),
    script: String(row.script),
    checksum: row.checksum === null ? null : Number(row.checksum),
    isSuccess: row.success === true,
  }))
}

/**
 * Applies all pending files in one transaction, under a lock that is taken before the history is
 * read: processes that start at once apply each file once, and a failure changes nothing. A role
 * without the right to create tables may start a server whose schema is up to date.
 */
export async function migratePostgres(
  link: Link,
  files: readonly MigrationFile[] = postgresMigrationFiles(),
): Promise<MigrationReport> {
  const before = await readHistory(link)
  if (pendingMigrations(before, files).length === 0) return migrationReport([], before, files)
  await link.query({ text: `BEGIN; ${PATIENCE}` })
  try {
    await lock(link)
    const history = await readHistory(link)
    const pending = pendingMigrations(history, files)
    await run(link, 'flyway_schema_history', CREATE_HISTORY)
    let rank = Math.max(0, ...history.map((row) => row.rank))
    for (const file of pending) await apply(link, file, ++rank)
    await link.query({ text: 'COMMIT' })
    return migrationReport(pending, history, files)
  } catch (error) {
    await link.query({ text: 'ROLLBACK' }).catch(() => link.destroy())
    throw error
  }
}

/** For a database that must not be changed. */
export async function requireMigrated(link: Link): Promise<MigrationReport> {
  return requireApplied(await readHistory(link), postgresMigrationFiles())
}

/**
 * An advisory lock; where a compatible database has none, the history table itself, which is created
 * for the purpose.
 */
async function lock(link: Link): Promise<void> {
  await link.query({ text: 'SAVEPOINT before_lock' })
  try {
    await link.query({ text: `SELECT pg_advisory_xact_lock(${LOCK})` })
  } catch (error) {
    if (!/^(0A000|42883)$/.test(sqlState(error))) throw error
    await link.query({ text: 'ROLLBACK TO SAVEPOINT before_lock' })
    await run(link, 'flyway_schema_history', CREATE_HISTORY)
    await link.query({ text: 'LOCK TABLE flyway_schema_history IN SHARE ROW EXCLUSIVE MODE' })
  }
}

async function apply(link: Link, file: MigrationFile, rank: number): Promise<void> {
  const startedAt = performance.now()
  await run(link, file.script, file.sql)
  await link.query({
    text: `INSERT INTO flyway_schema_history
       (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
       VALUES ($1, $2, $3, 'SQL', $4, $5, current_user, $6, true)`,
    values: [
      rank,
      file.version,
      file.description,
      file.script,
      file.checksum,
      Math.round(performance.now() - startedAt),
    ],
  })
}

async function run(link: Link, script: string, sql: string): Promise<void> {
  try {
    await link.query({ text: sql })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MigrationError('E_MIGRATION_FAILED', `${script}: ${reason}`, { cause })
  }
}

async function hasHistory(link: Link): Promise<boolean> {
  const result: QueryResult = await link.query({
    text: `SELECT 1 FROM information_schema.tables
           WHERE table_schema = current_schema() AND table_name = 'flyway_schema_history'`,
  })
  return result.rowCount !== 0
}
