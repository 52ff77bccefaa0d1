import type { Clock, Storage } from '@grantd/domain'

/** How a storage is opened; everything has a default. */
export interface StorageOptions {
  readonly clock?: Clock
  /** Most units of work that one transaction takes together; 512. */
  readonly batchMax?: number
  /** Most units that wait for the writer; one more is `unavailable`. 10 000. */
  readonly queueMax?: number
  /** How long a writer waits for another process's lock, in milliseconds; 5 000. MongoDB: how
   *  long a unit is tried anew that collides with others; 10 000. */
  readonly busyTimeoutMs?: number
  /** PostgreSQL: a replica for lists that may be a little behind; never for tokens, codes, sessions. */
  readonly readUrl?: string
  /** PostgreSQL, MongoDB: most connections that this storage opens, and how many of them rest open; 50 and 1. */
  readonly maxConnections?: number
  readonly minConnections?: number
  /** PostgreSQL, MongoDB: how long a read or a unit waits for a connection, in milliseconds; 30 000. */
  readonly acquireTimeoutMs?: number
  /** PostgreSQL, MongoDB: how long a connection beyond `minConnections` rests before it is closed; 600 000. */
  readonly idleTimeoutMs?: number
  /** For `move` and `restore`, which may open what nobody may serve from: an unfinished copy. */
  readonly isCopyTarget?: boolean
  /** Refuses a server on which a unit of work is not one transaction; for production. MongoDB. */
  readonly requireTransactions?: boolean
  /** Told in a sentence what an operator should know of the database that was opened. */
  readonly onWarning?: (warning: string) => void
  /** Told when the thread that writes ends by itself, and how starting it anew goes. */
  readonly onWriter?: (event: WriterEvent) => void
}

export type WriterEvent =
  /** `unknown` units were in flight: they were answered as such and may be committed or not. */
  | { readonly type: 'ended'; readonly cause: unknown; readonly unknown: number }
  | { readonly type: 'restart failed'; readonly cause: unknown }
  | { readonly type: 'restarted' }

/** Counts since the storage was opened. `units / batches` is how many units shared one commit. */
export interface CommitStatistics {
  readonly units: number
  readonly batches: number
}

/** What opening did to the database's schema. */
export interface MigrationReport {
  /** Script names applied by this opening, in order. */
  readonly applied: readonly string[]
  /** The newest version in the database; absent where there is no schema. */
  readonly version: string | undefined
}

/** A storage together with what its backend says of itself. */
export interface OpenedStorage extends Storage {
  readonly migrations: MigrationReport
  /** Questions are answered on the calling thread: none can be left waiting. Commits may. */
  readonly answersAtOnce?: boolean
  statistics(): CommitStatistics
  /** Refuses units that nobody has begun to write, as surely unwritten: the database is gone. */
  refuseWaiting?(): void
}
