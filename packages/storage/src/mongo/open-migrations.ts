import type { MigrationFile } from '../migrations/files.ts'
import type { AppliedMigration } from '../migrations/history.ts'
import type { MigrationReport, StorageOptions } from '../options.ts'
import { withDatabase } from './connect.ts'
import { migrate, readHistory, readPending } from './migrate.ts'

export function mongoHistory(url: string): Promise<readonly AppliedMigration[]> {
  return withDatabase(url, readHistory)
}

export function mongoPending(
  url: string,
  options?: StorageOptions,
): Promise<readonly MigrationFile[]> {
  return withDatabase(url, readPending, options)
}

export function mongoMigrateUp(url: string): Promise<MigrationReport> {
  return withDatabase(url, migrate)
}
