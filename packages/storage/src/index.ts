// Owns: the storage port's backends (memory, SQLite, PostgreSQL), their SQL, group commit, schema migrations;
// the cache that processes share.
// Does not own: the port itself and its values (@grantd/domain), HTTP, OAuth rules, actors.
// Start here: registry.ts; then sql/changes for what each change writes, sql/sqlite and sql/postgres for how.
export type { CachedStorage } from './cache/cached-storage.ts'
export { cacheInRedis, type RedisOptions, reasonOf, redisProblem } from './cache/open.ts'
export { type CheckedBackup, checkBackup, writeBackup } from './copy/backup-file.ts'
export { CopyError, type CopyErrorCode } from './copy/error.ts'
export { type MoveOptions, moveAll } from './copy/move.ts'
export { holdsData, type RestoreOptions, restoreAll } from './copy/restore.ts'
export type { KindTally } from './copy/tally.ts'
export type { OnProgress } from './copy/transfer.ts'
export { MigrationError, type MigrationErrorCode } from './migrations/error.ts'
export type { MigrationFile } from './migrations/files.ts'
export type { AppliedMigration } from './migrations/history.ts'
export type {
  CommitStatistics,
  MigrationReport,
  OpenedStorage,
  StorageOptions,
  WriterEvent,
} from './options.ts'
export type { RedisEvent } from './redis/kept-link.ts'
export {
  bucketsInRedis,
  bucketsProblem,
  type RedisBucketsOptions,
  type RedisOutcome,
} from './redis/open-buckets.ts'
export {
  databaseFile,
  findDamage,
  isInUse,
  migrateUp,
  migrationPlan,
  migrationStatus,
  openStorage,
  publicUrl,
  readOnlyUrl,
} from './registry.ts'
