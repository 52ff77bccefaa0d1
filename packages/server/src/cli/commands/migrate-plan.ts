import { migrationPlan } from '@grantd/storage'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { locate } from '../locate.ts'
import { DATABASE_OPTIONS } from '../options.ts'

export const migratePlan = command({
  options: DATABASE_OPTIONS,
  examples: ['grantd migrate plan', 'grantd migrate plan > review.sql'],
  run: async (input) => {
    const { settings } = await locate(input)
    const files = await migrationPlan(settings.database.url)
    for (const { script, sql } of files) input.terminal.print(`-- ${script}\n${sql.trimEnd()}\n`)
    if (files.length === 0) input.terminal.say('nothing to do: every migration is applied')
    return EXIT.ok
  },
})
