// Owns: how copies of a database look: progress on stderr, counts and checksums on stdout.
import type { KindTally, OnProgress } from '@grantd/storage/copy'
import { show, table } from './output.ts'
import type { Terminal } from './terminal.ts'

const WORDS = { read: 'read', write: 'written', verify: 'compared' } as const
/** Long enough not to fill a log, short enough to see that it goes on. */
const EVERY_MS = 2_000

/** Says how far it is every two seconds. */
export function sayProgress(terminal: Terminal): OnProgress {
  let saidAt = performance.now()
  return ({ task, kind, rows }) => {
    if (performance.now() - saidAt < EVERY_MS) return
    saidAt = performance.now()
    terminal.say(`${rows.toLocaleString('en')} rows ${WORDS[task]}, now: ${kind}`)
  }
}

export function showTallies(
  terminal: Terminal,
  format: string | undefined,
  kinds: readonly KindTally[],
): void {
  show(terminal, format, {
    table: () =>
      table(
        ['KIND', 'ROWS', 'CHECKSUM'],
        kinds.map(({ kind, rows, checksum }) => [kind, String(rows), checksum.slice(0, 16)]),
      ),
    json: () => kinds,
  })
}

export const totalOf = (kinds: readonly KindTally[]): string =>
  kinds.reduce((sum, { rows }) => sum + rows, 0).toLocaleString('en')
