import { migrateUp as apply } from '@grantd/storage'
import { prepareDataFolder } from '../../data-folder.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { locate } from '../locate.ts'
import { DATABASE_OPTIONS } from '../options.ts'

export const migrateUp = command({
  details: `The server does the same when it starts. Run it by hand to prepare a database before the first start, or
before the servers of a new version. Safe to repeat, and in several processes at once.`,
  options: DATABASE_OPTIONS,
  examples: ['grantd migrate up', 'grantd migrate up --config /etc/grantd/application.conf'],
  run: async (input) => {
    const { settings, mode } = await locate(input)
    if (mode === 'dev') prepareDataFolder(settings.data.dir)
    const { applied, version } = await apply(settings.database.url)
    for (const script of applied) input.terminal.print(script)
    const state = version === undefined ? 'this database has no schema' : `at version ${version}`
    input.terminal.say(applied.length === 0 ? `nothing to do: ${state}` : `applied; ${state}`)
    return EXIT.ok
  },
})
