import { clientJson, clientTable } from '../client-view.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, PAGE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { readPage, sayMore } from '../page.ts'
import { withTools } from '../tools.ts'

export const clientList = command({
  options: { ...PAGE_OPTIONS, ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: ['grantd client list', 'grantd client list --limit 200 --output json'],
  run: (input) => {
    const { options, terminal } = input
    const page = readPage(options)
    return withTools(input, { writes: false }, async ({ services }) => {
      const found = await services.storage.clients.list({ ...page, limit: page.limit + 1 })
      const clients = found.slice(0, page.limit)
      show(terminal, options.output, {
        table: () => clientTable(clients),
        json: () => clients.map((client) => clientJson(client)),
      })
      sayMore({ count: found.length, limit: page.limit, last: clients.at(-1)?.id, terminal })
      return EXIT.ok
    })
  },
})
