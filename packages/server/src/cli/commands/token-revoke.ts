import { inspectToken, revokeInspected } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, YES_OPTION } from '../options.ts'
import { readToken, TOKEN_ARGUMENT } from '../read-token.ts'
import { tokenFacts, unknownToken } from '../token-view.ts'
import { ACTOR, withTools } from '../tools.ts'

export const tokenRevoke = command({
  details: 'A running server refuses the token from the next request on.',
  args: [TOKEN_ARGUMENT],
  options: { ...YES_OPTION, ...DATABASE_OPTIONS },
  examples: ['echo "$TOKEN" | grantd token revoke --yes', 'grantd token revoke'],
  run: async (input) => {
    const { options, terminal, args } = input
    const text = await readToken(args[0], terminal)
    return withTools(input, { writes: true }, async (tools) => {
      const inspected = await inspectToken(text, tools.services)
      if (inspected === undefined) throw unknownToken()
      const facts = await tokenFacts(inspected, tools)
      const whose = facts.username === undefined ? '' : ` for ${facts.username}`
      const what = `${facts.kind} of ${facts.client_id}${whose}`
      const reach = facts.family === undefined ? '' : ' and all others of that sign-in'
      await confirm(terminal, `Revoke the ${what}${reach}?`, options.yes)
      await revokeInspected(inspected, { actor: ACTOR, ip: undefined }, tools.services)
      terminal.say(`revoked: ${what}${reach}`)
      return EXIT.ok
    })
  },
})
