import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, PAGE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { readPage, sayMore } from '../page.ts'
import { withTools } from '../tools.ts'
import { userJson, userTable } from '../user-view.ts'

export const userList = command({
  options: { ...PAGE_OPTIONS, ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: ['grantd user list', 'grantd user list --limit 200 --output json'],
  run: (input) => {
    const { options, terminal } = input
    const page = readPage(options)
    return withTools(input, { writes: false }, async ({ services }) => {
      const found = await services.storage.users.list({ ...page, limit: page.limit + 1 })
      const users = found.slice(0, page.limit)
      show(terminal, options.output, {
        table: () => userTable(users),
        json: () => users.map((user) => userJson(user)),
      })
      sayMore({ count: found.length, limit: page.limit, last: users.at(-1)?.id, terminal })
      return EXIT.ok
    })
  },
})
