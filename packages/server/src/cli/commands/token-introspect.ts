import { inspectToken } from '@grantd/oauth'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { readToken, TOKEN_ARGUMENT } from '../read-token.ts'
import { tokenFacts, tokenFields, tokenJson, unknownToken } from '../token-view.ts'
import { withTools } from '../tools.ts'

export const tokenIntrospect = command({
  details: `Asks the database, as an operator may: a client that asks POST /oauth/introspect learns less. Exit 0 when
the token is known, active or not; 3 when it is not.`,
  args: [TOKEN_ARGUMENT],
  options: { ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: [
    'echo "$TOKEN" | grantd token introspect',
    'echo "$TOKEN" | grantd token introspect --output json | jq .active',
  ],
  run: async (input) => {
    const { options, terminal, args } = input
    const text = await readToken(args[0], terminal)
    return withTools(input, { writes: false }, async (tools) => {
      const inspected = await inspectToken(text, tools.services)
      if (inspected === undefined) throw unknownToken()
      const facts = await tokenFacts(inspected, tools)
      show(terminal, options.output, {
        table: () => tokenFields(facts),
        json: () => tokenJson(facts),
      })
      return EXIT.ok
    })
  },
})
