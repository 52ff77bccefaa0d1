// Owns: reading all rows of a database and writing them to another one, slice by slice.
// Does not own: when that is allowed (move.ts, restore.ts), how a backend reads (its snapshot).
import {
  insertionOf,
  ROW_KINDS,
  type RowKind,
  rowKey,
  type Snapshot,
  type Storage,
  StorageError,
  type StoredRow,
  type StoredRows,
} from '@grantd/domain'
import { CopyError } from './error.ts'
import { type CopyNote, noteChange, type Position } from './note.ts'
import { Tally } from './tally.ts'

/** Rows of one kind that are read and written together: one unit of work. */
export const SLICE_ROWS = 1_000

/** Told after each slice that is durable. */
export type OnProgress = (progress: {
  readonly task: 'read' | 'write' | 'verify'
  readonly kind: RowKind
  /** Rows of this task so far, of all kinds. */
  readonly rows: number
}) => void

/** All rows of a snapshot in slices of one kind each, from behind `from`. */
export async function* slicesOf(
  snapshot: Snapshot,
  from?: Position,
): AsyncGenerator<readonly StoredRow[]> {
  const start = from === undefined ? 0 : ROW_KINDS.indexOf(from.kind)
  for (const kind of ROW_KINDS.slice(start)) {
    let after = kind === from?.kind ? from.after : undefined
    for (;;) {
      const rows: readonly StoredRows[RowKind][] = await snapshot.rows(kind, {
        limit: SLICE_ROWS,
        ...(after !== undefined && { after }),
      })
      const slice = rows.map((row) => ({ kind, row }) as StoredRow) // rows of this very kind
      if (slice.length > 0) yield slice
      const last = slice.at(-1)
      if (last === undefined || slice.length < SLICE_ROWS) break
      after = rowKey(last)
    }
  }
}

/**
 * Writes every slice in a unit of its own together with how far the copy is, so that it can go on
 * behind the last one after a kill. Throws CopyError `E_COPY_FAILED` when a row is there already.
 */
export async function fill(
  target: Storage,
  slices: AsyncIterable<readonly StoredRow[]>,
  options: { readonly note: CopyNote; readonly onProgress?: OnProgress | undefined },
): Promise<void> {
  let rows = 0
  for await (const slice of slices) {
    const last = slice.at(-1)
    if (last === undefined) continue
    const at: Position = { kind: last.kind, after: rowKey(last) }
    await write(target, slice, noteChange({ ...options.note, at }))
    rows += slice.length
    options.onProgress?.({ task: 'write', kind: last.kind, rows })
  }
}

async function write(
  target: Storage,
  slice: readonly StoredRow[],
  note: ReturnType<typeof noteChange>,
): Promise<void> {
  const kind = slice[0]?.kind
  const taken = `a row of kind "${kind}" is in the target already: something else writes to it`
  try {
    const result = await target.commit([...slice.map(insertionOf), note])
    if (result.outcome === 'refused') throw new CopyError('E_COPY_FAILED', taken)
  } catch (cause) {
    if (!(cause instanceof StorageError) || cause.kind !== 'conflict') throw cause
    throw new CopyError('E_COPY_FAILED', taken, { cause })
  }
}

/** Counts and checksums of everything in a storage, as of one moment. */
export async function tallyOf(storage: Storage, onProgress?: OnProgress): Promise<Tally> {
  const snapshot = await storage.snapshot()
  try {
    const tally = new Tally()
    for await (const slice of slicesOf(snapshot)) {
      for (const stored of slice) tally.add(stored)
      onProgress?.({ task: 'verify', kind: slice[0]?.kind ?? 'audit', rows: tally.total })
    }
    return tally
  } finally {
    await snapshot.close()
  }
}

/** Whether there is any row at all; notes do not count. */
export async function isEmpty(storage: Storage): Promise<boolean> {
  const snapshot = await storage.snapshot()
  try {
    const { done } = await slicesOf(snapshot).next()
    return done === true
  } finally {
    await snapshot.close()
  }
}
