import type { Clock, Storage } from '@grantd/domain'

/** How a storage is opened; everything has a default. */
export interface StorageOptions {
  readonly clock?: Clock
  /** Most units of work that one transaction takes together; 512. */
  readonly batchMax?: number
  /** Most units that wait for the writer; one more is `unavailable`. 10 000. */
  readonly queueMax?: number
  /** How long a writer waits for another process's lock, in milliseconds; 5 000. */
  readonly busyTimeoutMs?: number
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
  statistics(): CommitStatistics
}
