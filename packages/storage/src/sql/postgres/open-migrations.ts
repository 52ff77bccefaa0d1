import type { MigrationFile } from '../../migrations/files.ts'
import { type AppliedMigration, pendingMigrations } from '../../migrations/history.ts'
import type { MigrationReport } from '../../options.ts'
import type { Link } from './link.ts'
import { migratePostgres, postgresMigrationFiles, readHistory } from './migrate.ts'
import { firstLink } from './open.ts'
import { parsePostgresUrl } from './url.ts'

const PATIENCE_MS = 5_000

export const postgresHistory = (url: string): Promise<readonly AppliedMigration[]> =>
  withLink(url, readHistory)

export async function postgresPending(url: string): Promise<readonly MigrationFile[]> {
  return pendingMigrations(await postgresHistory(url), postgresMigrationFiles())
}

export const postgresMigrateUp = (url: string): Promise<MigrationReport> =>
  withLink(url, (link) => migratePostgres(link))

async function withLink<Result>(url: string, work: (link: Link) => Promise<Result>) {
  const link = await firstLink(parsePostgresUrl(url), PATIENCE_MS)
  try {
    return await work(link)
  } finally {
    await link.close()
  }
}
