import {
  type AuditId,
  type Clock,
  IdMaker,
  nowSeconds,
  RESTORE_EPOCH,
  type Storage,
  systemRandom,
} from '@grantd/domain'
import { CopyError } from './error.ts'
import {
  type CopyNote,
  noteChange,
  noteRemoval,
  type Position,
  readNote,
  unfinished,
} from './note.ts'
import type { KindTally } from './tally.ts'
import { fill, isEmpty, type OnProgress, slicesOf, tallyOf } from './transfer.ts'

export interface MoveOptions {
  readonly source: Storage
  readonly target: Storage
  /** Names the source in the target until the move is finished; without a secret. */
  readonly from: string
  readonly clock: Clock
  readonly onProgress?: OnProgress
  /** Commits the last unit, with the record of what was done; for a caller who tells others of it. */
  readonly finish?: Storage['commit']
}

/**
 * Copies everything from `source`, which is only read, to an empty `target`. Repeated after a kill it
 * goes on behind the last row that is durable there. At the end both are read again and compared.
 * Throws CopyError; after `E_COPY_SOURCE_CHANGED` the target is empty again.
 */
export async function moveAll(options: MoveOptions): Promise<readonly KindTally[]> {
  const { source, target, from, onProgress } = options
  const note: CopyNote = { task: 'move', from }
  const position = await beginning(target, note)
  const snapshot = await source.snapshot()
  try {
    await fill(target, slicesOf(snapshot, position), { note, onProgress })
  } finally {
    await snapshot.close()
  }
  // Read anew, not from the snapshot: what was written to the source meanwhile must not be lost.
  const [wanted, found] = [await tallyOf(source, onProgress), await tallyOf(target, onProgress)]
  const differences = wanted.differencesTo(found)
  if (differences.length > 0) {
    await target.erase()
    await target.commit([noteRemoval])
    throw new CopyError(
      'E_COPY_SOURCE_CHANGED',
      `source and target differ in: ${differences.join(', ')}. Somebody wrote to one of them meanwhile; ` +
        'the target is empty again. Stop every grantd on the source and repeat',
    )
  }
  await finish(options, found.total)
  return found.report()
}

/** Where to go on; `undefined` at the start. */
async function beginning(target: Storage, note: CopyNote): Promise<Position | undefined> {
  const former = await readNote(target)
  if (former === undefined) {
    if (!(await isEmpty(target))) {
      throw new CopyError(
        'E_COPY_TARGET_NOT_EMPTY',
        'the target holds data already; name an empty database, one that no grantd was started on',
      )
    }
    await target.commit([noteChange(note)])
    return undefined
  }
  if (former.task !== note.task || former.from !== note.from) {
    throw new CopyError('E_COPY_UNFINISHED', `the target: ${unfinished(former)}`)
  }
  return former.at
}

/** From here on the target may be served from. */
async function finish(options: MoveOptions, rows: number): Promise<void> {
  const { source, target, from, clock } = options
  const commit = options.finish ?? target.commit
  const ids = new IdMaker({ clock, random: systemRandom })
  const epoch = await source.notes.find(RESTORE_EPOCH)
  await commit([
    noteRemoval,
    ...(epoch === undefined
      ? []
      : [{ kind: 'note.put', name: RESTORE_EPOCH, text: epoch } as const]),
    {
      kind: 'audit.insert',
      record: {
        id: ids.next<AuditId>(),
        action: 'database.moved',
        actor: 'cli',
        targetKind: 'database',
        targetId: 'database',
        subject: undefined,
        ip: undefined,
        metadata: { from, rows: String(rows) },
        createdAt: nowSeconds(clock),
      },
    },
  ])
}
