import {
  type AuditId,
  type Clock,
  IdMaker,
  nowSeconds,
  RESTORE_EPOCH,
  type Storage,
  type StoredRow,
  systemRandom,
} from '@grantd/domain'
import { backupRows, checkBackup } from './backup-file.ts'
import { afterRestore, type EpochOptions } from './epoch.ts'
import { CopyError } from './error.ts'
import { noteChange, noteRemoval, readNote } from './note.ts'
import { type KindTally, Tally } from './tally.ts'
import { fill, isEmpty, type OnProgress, tallyOf } from './transfer.ts'

export interface RestoreOptions {
  readonly file: string
  readonly target: Storage
  readonly clock: Clock
  /** Whether what the target holds may go. The beginning of another restore always may. */
  readonly replace: boolean
  readonly forgetConsents: boolean
  readonly onProgress?: OnProgress
  /** Commits the last unit, with the record of what was done; for a caller who tells others of it. */
  readonly finish?: Storage['commit']
}

/**
 * Fills the target from a backup and ends everything that the backup would bring back to life (see
 * epoch.ts). Nothing is changed unless the whole file is sound. A restore that was cut short is
 * repeated from its start. Throws CopyError.
 */
export async function restoreAll(options: RestoreOptions): Promise<readonly KindTally[]> {
  const { file, target, clock, forgetConsents, onProgress } = options
  const { madeAt } = await checkBackup(file, onProgress)
  const at = nowSeconds(clock)
  const isEmptyAlready = await mayFill(options)
  const note = { task: 'restore', from: file } as const
  await target.commit([noteChange(note)])
  if (!isEmptyAlready) await target.erase() // behind the note: half erased, it is nothing to serve from
  const wanted = new Tally()
  await fill(target, altered(file, { at, forgetConsents }, wanted), { note, onProgress })
  const found = await tallyOf(target, onProgress)
  const differences = wanted.differencesTo(found)
  if (differences.length > 0) {
    throw new CopyError(
      'E_COPY_FAILED',
      `the database differs from the backup in: ${differences.join(', ')}; stop every grantd on it and repeat`,
    )
  }
  const ids = new IdMaker({ clock, random: systemRandom })
  const commit = options.finish ?? target.commit
  await commit([
    noteRemoval,
    { kind: 'note.put', name: RESTORE_EPOCH, text: String(at) },
    {
      kind: 'audit.insert',
      record: {
        id: ids.next<AuditId>(),
        action: 'database.restored',
        actor: 'cli',
        targetKind: 'database',
        targetId: 'database',
        subject: undefined,
        ip: undefined,
        metadata: { made_at: madeAt, epoch: String(at) },
        createdAt: at,
      },
    },
  ])
  return found.report()
}

/** Resolves to whether there is nothing to erase. Throws CopyError for data that must not go. */
async function mayFill({ target, replace }: RestoreOptions): Promise<boolean> {
  const former = await readNote(target)
  if (former === undefined && (await isEmpty(target))) return true
  if (former?.task !== 'restore' && !replace) {
    throw new CopyError('E_COPY_TARGET_NOT_EMPTY', 'the database holds data; nothing was changed')
  }
  return false
}

async function* altered(
  file: string,
  epoch: EpochOptions,
  tally: Tally,
): AsyncGenerator<readonly StoredRow[]> {
  for await (const slice of backupRows(file)) {
    const rows = slice.flatMap((stored) => afterRestore(stored, epoch) ?? [])
    for (const stored of rows) tally.add(stored)
    if (rows.length > 0) yield rows
  }
}

/** Whether the database holds anything that a restore would replace. */
export async function holdsData(target: Storage): Promise<boolean> {
  const former = await readNote(target)
  return former?.task !== 'restore' && !(await isEmpty(target))
}
