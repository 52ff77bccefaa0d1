import { migrationStatus } from '@grantd/storage'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { locate } from '../locate.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show, table } from '../output.ts'

export const migrateStatus = command({
  options: { ...DATABASE_OPTIONS, ...TABLE_OR_JSON },
  examples: ['grantd migrate status', 'grantd migrate status --output json'],
  run: async (input) => {
    const { terminal, options } = input
    const { settings } = await locate(input)
    const { applied, pending } = await migrationStatus(settings.database.url)
    const rows = [
      ...applied.map(({ script, checksum }) => ({ script, state: 'applied', checksum })),
      ...pending.map((script) => ({ script, state: 'pending', checksum: null })),
    ]
    show(terminal, options.output, {
      table: () =>
        table(
          ['MIGRATION', 'STATE', 'CHECKSUM'],
          rows.map(({ script, state, checksum }) => [script, state, String(checksum ?? '-')]),
        ),
      json: () => rows,
    })
    if (pending.length === 0) return EXIT.ok
    terminal.say(`${pending.length} pending; apply with: grantd migrate up`)
    return EXIT.failed
  },
})
