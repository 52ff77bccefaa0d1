// Owns: the storage port's backends (memory, SQLite, PostgreSQL), their SQL, group commit, schema migrations;
// the cache that processes share.
// Does not own: the port itself and its values (@grantd/domain), HTTP, OAuth rules, actors.
// Start here: registry.ts; then sql/changes for what each change writes, sql/sqlite and sql/postgres for how.
export type { CachedStorage } from './cache/cached-storage.ts'
export { cacheInRedis, type RedisOptions, reasonOf, redisProblem } from './cache/open.ts'
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
export type { RedisEvent } from './redis/redis-cache.ts'
export {
  databaseFile,
  findDamage,
  migrateUp,
  migrationPlan,
  migrationStatus,
  openStorage,
  readOnlyUrl,
} from './registry.ts'
