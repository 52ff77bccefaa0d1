import type { Change, RowKind, Storage } from '@grantd/domain'
import { CopyError } from './error.ts'

/** Under this name a database says that it holds the beginning of a copy, and nothing to serve from. */
const NAME = 'unfinished copy'

export interface Position {
  readonly kind: RowKind
  /** The key of the last row that is there. */
  readonly after: string
}

export interface CopyNote {
  readonly task: 'move' | 'restore'
  /** Where the rows come from, without a secret. */
  readonly from: string
  /** Absent until the first rows are there. */
  readonly at?: Position
}

export const noteChange = (note: CopyNote): Change => ({
  kind: 'note.put',
  name: NAME,
  text: JSON.stringify(note),
})

export const noteRemoval: Change = { kind: 'note.delete', name: NAME }

export async function readNote(storage: Storage): Promise<CopyNote | undefined> {
  const text = await storage.notes.find(NAME)
  return text === undefined ? undefined : (JSON.parse(text) as CopyNote) // written by noteChange
}

export const unfinished = (note: CopyNote): string =>
  `this database holds the beginning of a copy (grantd ${note.task} from ${note.from}) that was not finished`

/** Throws CopyError `E_COPY_UNFINISHED` for a database that nobody may work on yet. */
export async function refuseUnfinished(storage: Storage): Promise<void> {
  const note = await readNote(storage)
  if (note === undefined) return
  const remedy = `run the same grantd ${note.task} again`
  throw new CopyError('E_COPY_UNFINISHED', `${unfinished(note)}; ${remedy}`)
}
