import type { StorageErrorKind } from '@grantd/domain'
import type { StatementText } from '../plan.ts'
import type { SqliteLocation } from './url.ts'

/** What the writer thread is started with. */
export interface WriterData {
  readonly location: SqliteLocation
  readonly busyTimeoutMs: number
  readonly statements: readonly StatementText[]
}

export interface Failure {
  readonly kind: StorageErrorKind
  readonly message: string
}

/**
 * To the writer goes a batch as JSON text (one string is cheaper to pass than a tree of arrays), or
 * `null` to finish. From the writer comes `ready` once, then one `batch` for each batch.
 */
export type WriterReply =
  | { readonly type: 'ready'; readonly journalMode: string; readonly synchronous: number }
  | {
      readonly type: 'batch'
      /** Per unit: rows changed, or `-1 - position` of the statement whose guard was lost. */
      readonly results: readonly number[]
      /** Units that failed on their own, by their number in the batch. */
      readonly failures: readonly (readonly [unit: number, failure: Failure])[]
      /** Set when the whole batch failed; then `results` says nothing. */
      readonly failed: Failure | undefined
    }

export const toWriter = (batch: readonly (readonly (string | number | null)[])[]): string =>
  JSON.stringify(batch)
