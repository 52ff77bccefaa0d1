import type { DatabaseSync } from 'node:sqlite'
import {
  type Change,
  type CommitResult,
  StorageError,
  systemClock,
  type TokenId,
} from '@grantd/domain'
import type { MigrationReport, OpenedStorage, StorageOptions } from '../../options.ts'
import { CHANGES } from '../changes/all.ts'
import { type Lists, listsOf } from '../lists.ts'
import { Plan } from '../plan.ts'
import { Purge, sliceEnd, WALKED, type Walked } from '../purge.ts'
import { findClient } from '../reads/clients.ts'
import { findCode, findFamily, findRefreshToken } from '../reads/grants.ts'
import { findInitialAccessToken, findSetupLink, findThrottle } from '../reads/operations.ts'
import { findPasskey, findTicket, findTotp } from '../reads/people.ts'
import { findConsent, findSession } from '../reads/sessions.ts'
import { findToken } from '../reads/tokens.ts'
import { findUser, findUserByLogin } from '../reads/users.ts'
import type { Builder } from '../recipe.ts'
import { openForReading, openForWriting } from './connection.ts'
import { sqliteBuilder } from './dialect.ts'
import { readError } from './errors.ts'
import { GroupWriter, startWriter } from './group-writer.ts'
import { migrateSqlite, requireMigrated } from './migrate.ts'
import { type PointRead, prepareRead } from './reader.ts'
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
  try {
    const builder = sqliteBuilder(database)
    const plan = new Plan(builder, CHANGES)
    const commits = new Commits(plan)
    const purge = new Purge({
      plan,
      submit: (unit) => commits.submit(unit),
      sliceEnd: sliceEnds(database, builder),
    })
    if (location.mode !== 'ro') {
      const data = { location, busyTimeoutMs, statements: plan.statements }
      const { worker } = await startWriter(data)
      commits.writer = new GroupWriter(worker, { batchMax, queueMax })
    }
    return storageOf({
      database,
      builder,
      commits,
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
  /** Absent when the database is opened for reading only. */
  writer: GroupWriter | undefined

  constructor(plan: Plan) {
    this.#plan = plan
  }

  async commit(changes: readonly Change[]): Promise<CommitResult> {
    if (changes.length === 0) return COMMITTED
    const result = await this.submit(this.#plan.unitOf(changes))
    if (result >= 0) return COMMITTED
    return Object.freeze({ outcome: 'refused', index: this.#plan.changeAt(changes, -1 - result) })
  }

  submit(unit: readonly (string | number | null)[]): Promise<number> {
    if (this.writer !== undefined) return this.writer.submit(unit)
    const message = 'the database is opened for reading only'
    return Promise.reject(new StorageError('unavailable', { message }))
  }
}

const COMMITTED: CommitResult = Object.freeze({ outcome: 'committed' })

function sliceEnds(database: DatabaseSync, builder: Builder) {
  const reads = new Map<Walked, PointRead<{ after: TokenId; rows: number }, TokenId>>(
    WALKED.map((table) => [table, prepareRead(database, builder, sliceEnd(table))]),
  )
  return async (table: Walked, after: TokenId, rows: number) => reads.get(table)?.({ after, rows })
}

interface Parts {
  readonly database: DatabaseSync
  readonly builder: Builder
  readonly commits: Commits
  readonly purge: Purge
  readonly lists: Lists
  readonly migrations: MigrationReport
}

function storageOf({ database, builder, commits, purge, lists, migrations }: Parts): OpenedStorage {
  const prepare = <Key, Row, Value>(read: Parameters<typeof prepareRead<Key, Row, Value>>[2]) =>
    prepareRead(database, builder, read)
  const consent = prepare(findConsent)
  return {
    migrations,
    statistics: () => commits.writer?.statistics() ?? { units: 0, batches: 0 },
    commit: (changes) => commits.commit(changes),
    clients: { find: prepare(findClient), list: lists.clients },
    users: {
      find: prepare(findUser),
      findByLogin: prepare(findUserByLogin),
      list: lists.users,
      countAdmins: lists.countAdmins,
    },
    sessions: { find: prepare(findSession), listByUser: lists.sessionsByUser },
    consents: {
      find: (userId, clientId) => consent({ userId, clientId }),
      listByUser: lists.consentsByUser,
    },
    codes: { find: prepare(findCode) },
    families: {
      find: prepare(findFamily),
      listByUser: lists.familiesByUser,
      listBySession: lists.familiesBySession,
    },
    tokens: { find: prepare(findToken) },
    refreshTokens: { find: prepare(findRefreshToken) },
    keys: { list: lists.keys },
    throttles: { find: prepare(findThrottle) },
    initialAccessTokens: { find: prepare(findInitialAccessToken) },
    setupLinks: { find: prepare(findSetupLink) },
    logoutDeliveries: { listDue: lists.dueLogouts },
    passkeys: { find: prepare(findPasskey), listByUser: lists.passkeysByUser },
    totp: { find: prepare(findTotp) },
    recoveryCodes: { listByUser: lists.recoveryCodesByUser },
    tickets: { find: prepare(findTicket) },
    mails: { listDue: lists.dueMails },
    audit: { list: lists.audit, listBySubject: lists.auditBySubject },
    versions: lists.versions,
    purgeExpired: (at, limit) => purge.run(at, limit),
    ping: async () => {
      if (commits.writer?.isAlive === false) {
        throw new StorageError('unavailable', { message: 'the writer is closed' })
      }
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
