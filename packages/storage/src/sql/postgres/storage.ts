import { type Change, type CommitResult, StorageError, systemClock } from '@grantd/domain'
import type { OpenedStorage, StorageOptions } from '../../options.ts'
import { countExpiredOf } from '../count-expired.ts'
import { type Lists, listsOf } from '../lists.ts'
import type { SqlValue } from '../params.ts'
import { Plan } from '../plan.ts'
import { Purge } from '../purge.ts'
import { type Prepare, sliceEndsOf, storesOf } from '../stores.ts'
import { POSTGRES_CHANGES } from './changes.ts'
import { postgresBuilder } from './dialect.ts'
import { GroupWriter } from './group-writer.ts'
import type { Link } from './link.ts'
import { migratePostgres, requireMigrated } from './migrate.ts'
import { connect, firstLink } from './open.ts'
import { postgresPlaces } from './outbox-places.ts'
import { ReadPool } from './read-pool.ts'
import { prepareRead } from './reader.ts'
import { replicaLists } from './replica.ts'
import { erasePostgres, postgresSnapshot } from './snapshot.ts'
import { type ColumnTypes, PreparedStatement } from './statements.ts'
import { type PostgresLocation, parsePostgresUrl } from './url.ts'
import type { ElementType } from './values.ts'

const BATCH_MAX = 512
const QUEUE_MAX = 10_000
const MAX_CONNECTIONS = 50
const MIN_CONNECTIONS = 1
const ACQUIRE_TIMEOUT_MS = 30_000
const IDLE_TIMEOUT_MS = 600_000
/** More gain nothing: a batch takes what has gathered while the other was being committed. */
const WRITERS = 2
/** A readiness check wants an answer, not patience. */
const PING_MS = 2_000

const COMMITTED: CommitResult = Object.freeze({ outcome: 'committed' })

/**
 * Opens a PostgreSQL database: brings its schema up to date, then keeps connections for reads and
 * two for writes. Throws StorageError naming host and database, MigrationError, or an Error for a
 * URL that says too little or too much.
 */
export async function openPostgres(url: string, options: StorageOptions): Promise<OpenedStorage> {
  const location = parsePostgresUrl(url)
  const replica = options.readUrl === undefined ? undefined : parsePostgresUrl(options.readUrl)
  const limits = limitsOf(options)
  const first = await firstLink(location, limits.acquireTimeoutMs)
  try {
    const migrate = location.isReadOnly ? requireMigrated : migratePostgres
    const migrations = await migrate(first)
    const columns = await columnTypesOf(first)
    const writerLink = location.isReadOnly ? undefined : await connect(location, 'primary')
    const pool = new ReadPool(() => connect(location, 'primary'), first, limits)
    return storageOf({ location, replica, options, limits, pool, writerLink, columns, migrations })
  } catch (error) {
    first.destroy()
    throw error
  }
}

interface Limits {
  readonly min: number
  readonly max: number
  readonly acquireTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly writers: number
  /** Connections for pings alone: 1, or 0 where there is none to spare. */
  readonly pings: number
}

/**
 * One connection reads and one writes at least; a second writer is the first luxury, one that answers
 * pings the second: behind a slow statement a ping would be late, and tell that the database is gone.
 */
function limitsOf(options: StorageOptions): Limits {
  const total = Math.max(2, options.maxConnections ?? MAX_CONNECTIONS)
  const writers = total > 2 ? WRITERS : 1
  const pings = total - writers > 1 ? 1 : 0
  const max = total - writers - pings
  return {
    writers,
    pings,
    max,
    min: Math.min(max, Math.max(1, options.minConnections ?? MIN_CONNECTIONS)),
    acquireTimeoutMs: options.acquireTimeoutMs ?? ACQUIRE_TIMEOUT_MS,
    idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
  }
}

interface Parts {
  readonly location: PostgresLocation
  readonly replica: PostgresLocation | undefined
  readonly options: StorageOptions
  readonly limits: Limits
  readonly pool: ReadPool
  /** Absent when the database is opened for reading only. */
  readonly writerLink: Link | undefined
  readonly columns: ColumnTypes
  readonly migrations: OpenedStorage['migrations']
}

function storageOf(parts: Parts): OpenedStorage {
  const { location, replica, options, limits, pool } = parts
  const { batchMax = BATCH_MAX, queueMax = QUEUE_MAX, clock = systemClock } = options
  const builder = postgresBuilder(pool)
  const prepare: Prepare = (read) => prepareRead(pool, builder, read)
  const plan = new Plan(builder, POSTGRES_CHANGES)
  const submit = (unit: readonly SqlValue[]) => {
    if (writer !== undefined) return writer.submit(unit)
    return Promise.reject(readOnly())
  }
  const purge = new Purge({ plan, submit, sliceEnd: sliceEndsOf(prepare) })
  const { writerLink } = parts
  const primaryLists = listsOf(builder, clock)
  const places = postgresPlaces({
    builder,
    plan,
    lists: primaryLists.outbox,
    submit: writerLink && submit,
  })
  const writer: GroupWriter | undefined =
    writerLink &&
    new GroupWriter(
      () => connect(location, 'primary'),
      writerLink,
      plan.statements.map((text, number) => new PreparedStatement(text, number, parts.columns)),
      { batchMax, queueMax, writers: limits.writers, acquireTimeoutMs: limits.acquireTimeoutMs },
    )
  const pings =
    limits.pings === 0
      ? pool
      : new ReadPool(() => connect(location, 'primary'), undefined, { ...limits, min: 1, max: 1 })
  const secondary = replica && replicaLists(replica, primaryLists, clock, limits)
  const lists: Lists = secondary?.lists ?? primaryLists
  return {
    migrations: parts.migrations,
    statistics: () => writer?.statistics() ?? { units: 0, batches: 0 },
    refuseWaiting: () => writer?.refuseWaiting(),
    commit: async (changes) => commit(plan, submit, changes),
    ...storesOf(prepare, lists, places),
    purgeExpired: (at, limit) => purge.run(at, limit),
    countExpired: countExpiredOf(builder),
    snapshot: () => postgresSnapshot(location),
    erase: async () => {
      if (writer === undefined) throw readOnly()
      await erasePostgres(location)
    },
    ping: async () => {
      if (writer?.isClosed)
        throw new StorageError('unavailable', { message: 'the storage is closed' })
      await pings.query({ text: 'SELECT 1' }, Math.min(PING_MS, limits.acquireTimeoutMs))
    },
    close: async () => {
      await writer?.close()
      await Promise.all([...new Set([pool, pings])].map((each) => each.close()))
      await secondary?.close()
    },
  }
}

const readOnly = () =>
  new StorageError('unavailable', { message: 'the database is opened for reading only' })

async function commit(
  plan: Plan,
  submit: (unit: readonly SqlValue[]) => Promise<number>,
  changes: readonly Change[],
): Promise<CommitResult> {
  if (changes.length === 0) return COMMITTED
  const result = await submit(plan.unitOf(changes))
  if (result >= 0) return COMMITTED
  return Object.freeze({ outcome: 'refused', index: plan.changeAt(changes, -1 - result) })
}

async function columnTypesOf(link: Link): Promise<ColumnTypes> {
  const { rows } = await link.query({
    text: `SELECT table_name, column_name, data_type FROM information_schema.columns
           WHERE table_schema = current_schema() AND data_type IN ('bytea', 'text', 'bigint')`,
  })
  return new Map(
    rows.map((row) => [`${row.table_name}.${row.column_name}`, row.data_type as ElementType]), // as asked
  )
}
