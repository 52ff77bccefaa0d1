import type { MigrationFile } from './migrations/files.ts'
import type { AppliedMigration } from './migrations/history.ts'
import type { MigrationReport, OpenedStorage, StorageOptions } from './options.ts'

/** What a backend offers. Each is imported only when its scheme is asked for. */
interface Backend {
  open(url: string, options: StorageOptions): Promise<OpenedStorage>
  history(url: string): Promise<readonly AppliedMigration[]>
  pending(url: string, options: StorageOptions): Promise<readonly MigrationFile[]>
  migrateUp(url: string): Promise<MigrationReport>
  findDamage(url: string): Promise<readonly string[]>
  /** The file that holds the data, where there is one. */
  file(url: string): Promise<string | undefined>
  forReading(url: string): string
}

const NO_SCHEMA: MigrationReport = Object.freeze({ applied: Object.freeze([]), version: undefined })

const POSTGRES: Backend = {
  open: async (url, options) =>
    (await import('./sql/postgres/storage.ts')).openPostgres(url, options),
  history: async (url) => (await import('./sql/postgres/open-migrations.ts')).postgresHistory(url),
  pending: async (url) => (await import('./sql/postgres/open-migrations.ts')).postgresPending(url),
  migrateUp: async (url) =>
    (await import('./sql/postgres/open-migrations.ts')).postgresMigrateUp(url),
  findDamage: async () => [], // the server checks its pages itself, and looks after them
  file: async () => undefined,
  forReading: (url) => `${url}${url.includes('?') ? '&' : '?'}mode=ro`,
}

const MONGODB: Backend = {
  open: async (url, options) => (await import('./mongo/storage.ts')).openMongo(url, options),
  history: async (url) => (await import('./mongo/open-migrations.ts')).mongoHistory(url),
  pending: async (url, options) =>
    (await import('./mongo/open-migrations.ts')).mongoPending(url, options),
  migrateUp: async (url) => (await import('./mongo/open-migrations.ts')).mongoMigrateUp(url),
  findDamage: async (url) => (await import('./mongo/damage.ts')).findMongoDamage(url),
  file: async () => undefined,
  forReading: (url) => withParameter(url, 'mode=ro'),
}

const BACKENDS: ReadonlyMap<string, Backend> = new Map<string, Backend>([
  [
    'memory',
    {
      open: async (_url, options) => (await import('./memory/storage.ts')).openMemory(options),
      history: async () => [],
      pending: async () => [],
      migrateUp: async () => NO_SCHEMA,
      findDamage: async () => [],
      file: async () => undefined,
      forReading: (url) => url,
    },
  ],
  [
    'sqlite',
    {
      open: async (url, options) =>
        (await import('./sql/sqlite/storage.ts')).openSqlite(url, options),
      history: async (url) => (await import('./sql/sqlite/open-migrations.ts')).sqliteHistory(url),
      pending: async (url) => (await import('./sql/sqlite/open-migrations.ts')).sqlitePending(url),
      migrateUp: async (url) =>
        (await import('./sql/sqlite/open-migrations.ts')).sqliteMigrateUp(url),
      findDamage: async (url) => (await import('./sql/sqlite/damage.ts')).findSqliteDamage(url),
      file: async (url) => (await import('./sql/sqlite/url.ts')).parseSqliteUrl(url).path,
      forReading: (url) => `${url.replace(/\?.*$/s, '')}?mode=ro`,
    },
  ],
  ['postgresql', POSTGRES],
  ['postgres', POSTGRES],
  ['mongodb', MONGODB],
  ['mongodb+srv', MONGODB],
])

/**
 * Opens the storage that `url` names: `memory:`, `sqlite:<path>[?mode=rwc|rw|ro]`,
 * `postgresql://user:password@host/database`, or `mongodb:` and `mongodb+srv:` as MongoDB's drivers write
 * them. Brings its schema up to date first. Throws an Error for a URL it cannot use, StorageError for a
 * database it cannot open, MigrationError for a schema it must not touch.
 */
export async function openStorage(
  url: string,
  options: StorageOptions = {},
): Promise<OpenedStorage> {
  return backendOf(url).open(url, options)
}

/**
 * What is applied and what is pending; changes nothing. Throws as `openStorage`; also for a server
 * without transactions, where they are required.
 */
export async function migrationStatus(
  url: string,
  options: Pick<StorageOptions, 'requireTransactions'> = {},
): Promise<{ applied: readonly AppliedMigration[]; pending: readonly string[] }> {
  const backend = backendOf(url)
  const pending = await backend.pending(url, options)
  return { applied: await backend.history(url), pending: pending.map((file) => file.script) }
}

/** The files that `migrateUp` would apply, with their SQL text; changes nothing. */
export async function migrationPlan(url: string): Promise<readonly MigrationFile[]> {
  return backendOf(url).pending(url, {})
}

/** Applies what is pending, all of it or nothing. */
export async function migrateUp(url: string): Promise<MigrationReport> {
  return backendOf(url).migrateUp(url)
}

/** What is broken in the stored data, each in a sentence; empty when all is well. */
export async function findDamage(url: string): Promise<readonly string[]> {
  return backendOf(url).findDamage(url)
}

/** The path of the database file, as the URL has it; `undefined` for a backend without one. */
export async function databaseFile(url: string): Promise<string | undefined> {
  return backendOf(url).file(url)
}

/** The URL that opens the same database and never writes. */
export function readOnlyUrl(url: string): string {
  return backendOf(url).forReading(url)
}

function withParameter(url: string, parameter: string): string {
  const hasPath = /^[^:]+:\/\/[^/]+\//.test(url)
  return `${url}${hasPath ? '' : '/'}${url.includes('?') ? '&' : '?'}${parameter}`
}

function backendOf(url: string): Backend {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')))
  const backend = BACKENDS.get(scheme)
  if (backend !== undefined) return backend
  const known = [...BACKENDS.keys()].map((name) => `${name}:`).join(', ')
  throw new Error(`unknown storage scheme "${scheme}:"; there are ${known}`)
}
