import { command } from '../command.ts'
import { denialJson, denialTable } from '../denial-view.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, PAGE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { readPage, sayMore } from '../page.ts'
import { withTools } from '../tools.ts'

export const denylistList = command({
  options: { ...PAGE_OPTIONS, ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: ['grantd denylist list', 'grantd denylist list --output json'],
  run: (input) => {
    const { options, terminal } = input
    const page = readPage(options)
    return withTools(input, { writes: false }, async ({ services }) => {
      const found = await services.storage.denylist.list({ ...page, limit: page.limit + 1 })
      const denials = found.slice(0, page.limit)
      show(terminal, options.output, {
        table: () => denialTable(denials),
        json: () => denials.map(denialJson),
      })
      if (denials.length === 0) terminal.say('nothing is denied')
      sayMore({ count: found.length, limit: page.limit, last: denials.at(-1)?.id, terminal })
      return EXIT.ok
    })
  },
})
