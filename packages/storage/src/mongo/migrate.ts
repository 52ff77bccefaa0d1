import { setTimeout as pause } from 'node:timers/promises'
import { StorageError } from '@grantd/domain'
import { type Collection, type Db, type Document, MongoServerError } from 'mongodb'
import { MigrationError } from '../migrations/error.ts'
import { type AppliedMigration, pendingMigrations } from '../migrations/history.ts'
import type { MigrationReport } from '../options.ts'
import { isDuplicateKey } from './errors.ts'
import { MIGRATIONS, type MongoMigration } from './schema.ts'

const HISTORY = 'schema_history'
const LOCK = 'lock'
/** A process that died with the lock held keeps others waiting no longer than this. */
const LOCK_MS = 60_000
const LOCK_PAUSE_MS = 100
const NAMESPACE_EXISTS = 48

interface HistoryDocument extends Document {
  readonly _id: string
}

/** What is applied, in order. */
export async function readHistory(database: Db): Promise<AppliedMigration[]> {
  const rows = await historyOf(database)
    .find({ _id: { $ne: LOCK } })
    .sort({ rank: 1 })
    .toArray()
  return rows.map((row) => ({
    rank: Number(row.rank),
    version: row._id,
    type: 'SQL', // what `pendingMigrations` takes for a script of ours
    script: String(row.script),
    checksum: Number(row.checksum),
    isSuccess: true, // written only after all of its indexes were there
  }))
}

/** The steps still to be applied. Throws MigrationError when the database tells another story. */
export async function readPending(database: Db): Promise<readonly MongoMigration[]> {
  const pending = pendingMigrations(await readHistory(database), MIGRATIONS)
  return MIGRATIONS.filter((migration) => pending.includes(migration))
}

/** Applies what is pending, one process at a time; the others find it done. */
export async function migrate(database: Db): Promise<MigrationReport> {
  if ((await readPending(database)).length === 0) return report([])
  const unlock = await lock(database)
  try {
    const pending = await readPending(database)
    for (const migration of pending) await apply(database, migration)
    return report(pending)
  } finally {
    await unlock()
  }
}

/** For a database that must not be changed. Throws MigrationError when something is pending. */
export async function requireMigrated(database: Db): Promise<MigrationReport> {
  const [first] = await readPending(database)
  if (first === undefined) return report([])
  throw new MigrationError(
    'E_MIGRATION_FAILED',
    `${first.script} is not applied yet, and the database is opened for reading only; run: grantd migrate up`,
  )
}

/** Every command can be repeated: a process that died in between is followed by one that finishes. */
async function apply(database: Db, migration: MongoMigration): Promise<void> {
  try {
    for (const name of migration.collections) await createCollection(database, name)
    for (const { collection, key, ...options } of migration.indexes) {
      await database.collection(collection).createIndex({ ...key }, options)
    }
    const { version, script, checksum, description } = migration
    await historyOf(database)
      .insertOne({
        _id: version,
        rank: MIGRATIONS.indexOf(migration) + 1,
        description,
        script,
        checksum,
        appliedAt: new Date(),
      })
      .catch((error) => {
        // Another process that took over a lock held for too long; it made the same.
        if (!isDuplicateKey(error)) throw error
      })
  } catch (error) {
    throw new MigrationError(
      'E_MIGRATION_FAILED',
      `${migration.script} did not apply: ${error instanceof Error ? error.message : String(error)}; ` +
        'what it made so far stays and does no harm, the next start goes on',
      { cause: error },
    )
  }
}

/** Made beforehand, because a transaction that makes a collection collides with every other one. */
async function createCollection(database: Db, name: string): Promise<void> {
  try {
    await database.createCollection(name)
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error
  }
}

async function lock(database: Db): Promise<() => Promise<void>> {
  const history = historyOf(database)
  const owner = crypto.randomUUID()
  const end = performance.now() + 2 * LOCK_MS
  while (!(await takeLock(history, owner))) {
    if (performance.now() > end) {
      const message = 'another process has been changing the schema for too long'
      throw new StorageError('unavailable', { message })
    }
    await pause(LOCK_PAUSE_MS)
  }
  return async () => {
    await history.deleteOne({ _id: LOCK, owner })
  }
}

async function takeLock(history: Collection<HistoryDocument>, owner: string): Promise<boolean> {
  const now = Date.now()
  try {
    await history.updateOne(
      { _id: LOCK, until: { $lt: now } },
      { $set: { owner, until: now + LOCK_MS } },
      { upsert: true },
    )
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false // it is there, and held
    throw error
  }
}

function report(applied: readonly MongoMigration[]): MigrationReport {
  return { applied: applied.map(({ script }) => script), version: MIGRATIONS.at(-1)?.version }
}

const historyOf = (database: Db) => database.collection<HistoryDocument>(HISTORY)
