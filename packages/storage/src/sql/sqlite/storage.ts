import type { DatabaseSync } from 'node:sqlite'
import { type Change, type CommitResult, StorageError, systemClock } from '@grantd/domain'
import type { MigrationReport, OpenedStorage, StorageOptions } from '../../options.ts'
import { CHANGES } from '../changes/all.ts'
import { countExpiredOf } from '../count-expired.ts'
import { type Lists, listsOf } from '../lists.ts'
import { Plan } from '../plan.ts'
import { Purge } from '../purge.ts'
import { type Prepare, sliceEndsOf, storesOf } from '../stores.ts'
import { openForReading, openForWriting } from './connection.ts'
import { sqliteBuilder } from './dialect.ts'
import { readError } from './errors.ts'
import { GroupWriter, startWriter } from './group-writer.ts'
import { migrateSqlite, requireMigrated } from './migrate.ts'
import { OpenedFile } from './opened-file.ts'
import { firstPlace, sqlitePlaces } from './outbox-places.ts'
import { appendedBy, OutboxTail } from './outbox-tail.ts'
import { prepareRead, type ReadConnection } from './reader.ts'
import { SharedLook } from './shared-look.ts'
import { eraseSqlite, sqliteSnapshot } from './snapshot.ts'
import { parseSqliteUrl, type SqliteLocation } from './url.ts'

const BATCH_MAX = 512
const QUEUE_MAX = 10_000
const BUSY_TIMEOUT_MS = 5_000

/**
 * Opens a SQLite file: brings its schema up to date, starts the writer thread and a read connection
 * on the calling thread. Throws StorageError naming the path, or MigrationError.
 */
export async function openSqlite(url: string, options: StorageOptions): Promise<OpenedStorage> {
  const location = parseSqliteUrl(url)
  const { batchMax = BATCH_MAX, queueMax = QUEUE_MAX, clock = systemClock } = options
  const busyTimeoutMs = options.busyTimeoutMs ?? BUSY_TIMEOUT_MS
  const migrations = prepareSchema(location, busyTimeoutMs)
  const database = openForReading(location.path)
  const file = new OpenedFile(location.path)
  try {
    const builder = sqliteBuilder(database)
    const reading: ReadConnection = { database, builder, look: new SharedLook(database) }
    const plan = new Plan(builder, CHANGES)
    const tail = new OutboxTail()
    const commits = new Commits(plan, database, tail)
    const purge = new Purge({
      plan,
      submit: (unit) => commits.submit(unit),
      sliceEnd: sliceEndsOf((read) => prepareRead(reading, read)),
    })
    if (location.mode !== 'ro') {
      const data = { location, busyTimeoutMs, statements: plan.statements }
      const start = async () => (await startWriter(data)).worker
      commits.writer = new GroupWriter(await start(), {
        batchMax,
        queueMax,
        restart: start,
        onWriter: options.onWriter,
      })
    }
    return storageOf({
      location,
      busyTimeoutMs,
      reading,
      file,
      commits,
      tail,
      purge,
      migrations,
      lists: listsOf(builder, clock),
    })
  } catch (error) {
    database.close()
    throw error
  }
}

function prepareSchema(location: SqliteLocation, busyTimeoutMs: number): MigrationReport {
  const isReadOnly = location.mode === 'ro'
  const database = isReadOnly
    ? openForReading(location.path)
    : openForWriting(location, busyTimeoutMs)
  try {
    return isReadOnly ? requireMigrated(database) : migrateSqlite(database)
  } finally {
    database.close()
  }
}

/** Turns changes into units of the writer and its answers into results. */
class Commits {
  readonly #plan: Plan
  readonly #database: DatabaseSync
  readonly #tail: OutboxTail
  /** Absent when the database is opened for reading only. */
  writer: GroupWriter | undefined

  constructor(plan: Plan, database: DatabaseSync, tail: OutboxTail) {
    this.#plan = plan
    this.#database = database
    this.#tail = tail
  }

  async commit(changes: readonly Change[]): Promise<CommitResult> {
    if (changes.length === 0) return COMMITTED
    const appended = appendedBy(changes)
    const onPlace =
      appended.length === 0 ? undefined : (place: number) => this.#tail.add(appended, place)
    const result = await this.submit(this.#plan.unitOf(changes), onPlace)
    if (changes.some(isTrim)) this.#tail.trim(this.#firstPlace())
    if (result >= 0) return COMMITTED
    return Object.freeze({ outcome: 'refused', index: this.#plan.changeAt(changes, -1 - result) })
  }

  /** What is committed stays so when the look behind it fails: the tail then begins anew. */
  #firstPlace(): number | undefined {
    try {
      return firstPlace(this.#database)
    } catch {
      return undefined
    }
  }

  submit(
    unit: readonly (string | number | null)[],
    onPlace?: (place: number) => void,
  ): Promise<number> {
    if (this.writer !== undefined) return this.writer.submit(unit, onPlace)
    return Promise.reject(readOnly())
  }
}

const isTrim = ({ kind }: Change) => kind === 'outbox.trim'

const readOnly = () =>
  new StorageError('unavailable', { message: 'the database is opened for reading only' })

const COMMITTED: CommitResult = Object.freeze({ outcome: 'committed' })

interface Parts {
  readonly location: SqliteLocation
  readonly busyTimeoutMs: number
  readonly reading: ReadConnection
  readonly file: OpenedFile
  readonly commits: Commits
  readonly tail: OutboxTail
  readonly purge: Purge
  readonly lists: Lists
  readonly migrations: MigrationReport
}

function storageOf(parts: Parts): OpenedStorage {
  const { reading, commits, tail, purge, lists, migrations } = parts
  const { database, builder } = reading
  const prepare: Prepare = (read) => prepareRead(reading, read)
  return {
    migrations,
    answersAtOnce: true,
    statistics: () => commits.writer?.statistics() ?? { units: 0, batches: 0 },
    commit: (changes) => commits.commit(changes),
    ...storesOf(prepare, lists, sqlitePlaces(database, tail)),
    purgeExpired: (at, limit) => purge.run(at, limit),
    countExpired: countExpiredOf(builder),
    snapshot: async () => sqliteSnapshot(parts.location.path),
    erase: async () => {
      if (commits.writer === undefined) throw readOnly()
      eraseSqlite(parts.location, parts.busyTimeoutMs)
      reading.look.end()
      tail.trim(undefined)
    },
    ping: async () => {
      if (commits.writer?.isAlive === false) {
        throw new StorageError('unavailable', { message: 'the writer is closed' })
      }
      const loss = parts.file.loss()
      if (loss !== undefined) throw new StorageError('unavailable', { message: loss })
      try {
        database.prepare('SELECT 1').get()
      } catch (error) {
        throw readError(error)
      }
    },
    close: async () => {
      await commits.writer?.drain()
      if (database.isOpen) database.close()
      // Last, because only a writer that closes last folds the log into the file and removes it.
      await commits.writer?.close()
    },
  }
}
