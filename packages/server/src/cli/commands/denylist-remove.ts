import { removeDenial } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { command } from '../command.ts'
import { DENIAL_ARGUMENTS, readDenial, requireDenial } from '../denial-view.ts'
import { conflict, EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, YES_OPTION } from '../options.ts'
import { ACTOR, withTools } from '../tools.ts'

export const denylistRemove = command({
  details: 'Sessions and tokens that still live work again within half a second.',
  args: DENIAL_ARGUMENTS,
  options: { ...YES_OPTION, ...DATABASE_OPTIONS },
  examples: ['grantd denylist remove ip 203.0.113.7', 'grantd denylist remove user_id ID --yes'],
  run: async (input) => {
    const { options, terminal, args } = input
    const wish = readDenial(args)
    return withTools(input, { writes: true }, async (tools) => {
      const denial = await requireDenial(wish, tools)
      const name = `${denial.kind} ${denial.value}`
      await confirm(terminal, `${name} is let in again. Go on?`, options.yes)
      const changes = removeDenial(denial, { actor: ACTOR }, tools.services)
      const result = await tools.services.storage.commit(changes)
      if (result.outcome === 'refused') throw conflict(`somebody removed ${name} at this moment`)
      terminal.say(`${name} is on the denylist no longer`)
      return EXIT.ok
    })
  },
})
