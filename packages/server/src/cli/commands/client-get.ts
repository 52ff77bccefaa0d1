import { clientEnv, clientFields, clientJson, requireClient } from '../client-view.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_JSON_OR_ENV } from '../options.ts'
import { show } from '../output.ts'
import { withTools } from '../tools.ts'

export const clientGet = command({
  args: [{ name: 'client_id', help: 'as in "grantd client list"' }],
  options: { ...TABLE_JSON_OR_ENV, ...DATABASE_OPTIONS },
  examples: ['grantd client get demo-spa', 'grantd client get demo-spa --output env'],
  run: (input) => {
    const { options, terminal, args } = input
    return withTools(input, { writes: false }, async (tools) => {
      const client = await requireClient(args[0] ?? '', tools)
      show(terminal, options.output, {
        table: () => clientFields(client),
        json: () => clientJson(client),
        env: () => clientEnv(client, tools.services.settings.issuer),
      })
      return EXIT.ok
    })
  },
})
