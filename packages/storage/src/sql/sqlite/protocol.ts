import type { StorageErrorKind } from '@grantd/domain'
import type { SqlValue } from '../params.ts'
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

/** From the writer comes `ready` once, then one `batch` for each batch. */
export type WriterReply =
  | { readonly type: 'ready'; readonly journalMode: string; readonly synchronous: number }
  | {
      readonly type: 'batch'
      /** Per unit: rows changed, or `-1 - position` of the statement whose guard was lost. */
      readonly results: readonly number[]
      /** Per unit: the number of the last row that it was to tell, or 0; empty when no unit was. */
      readonly places: readonly number[]
      /** Units that failed on their own, by their number in the batch. */
      readonly failures: readonly (readonly [unit: number, failure: Failure])[]
      /** Set when the whole batch failed; then `results` says nothing. */
      readonly failed: Failure | undefined
    }

type Unit = readonly SqlValue[]

/** Shorter ones are not worth it. */
const LONG = 200

/**
 * To the writer goes a batch as text (one string is cheaper to pass than a tree of arrays), or `null` to
 * finish: a line of JSON, and behind it, each on a line of its own, the long texts for which `true` stands
 * in it. These are JSON themselves, and to escape and read their quotes once more is most of what passing
 * an event costs.
 */
export function toWriter(batch: readonly Unit[]): string {
  const long: string[] = []
  const text = JSON.stringify(batch.map((unit) => withoutLong(unit, long)))
  return long.length === 0 ? text : `${text}\n${long.join('\n')}`
}

function withoutLong(unit: Unit, long: string[]): readonly (SqlValue | true)[] {
  let short: (SqlValue | true)[] | undefined
  for (let at = 0; at < unit.length; at++) {
    const value = unit[at]
    if (typeof value !== 'string' || value.length < LONG || value.includes('\n')) continue
    short ??= [...unit]
    short[at] = true
    long.push(value)
  }
  return short ?? unit
}

/** What `toWriter` made a text of. */
export function fromMain(text: string): readonly Unit[] {
  const end = text.indexOf('\n')
  if (end === -1) return JSON.parse(text)
  const batch: (SqlValue | true)[][] = JSON.parse(text.slice(0, end))
  const long = text.slice(end + 1).split('\n')
  let next = 0
  for (const unit of batch) {
    for (let at = 0; at < unit.length; at++) if (unit[at] === true) unit[at] = long[next++] ?? ''
  }
  return batch as SqlValue[][] // no `true` is left
}
