import { confirmName } from '../ask.ts'
import { requireClient } from '../client-view.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, YES_OPTION } from '../options.ts'
import { ACTOR, withTools } from '../tools.ts'

export const clientDelete = command({
  details: 'There is no way back. "grantd client update ID --disable" stops it and can be undone.',
  args: [{ name: 'client_id', help: 'as in "grantd client list"' }],
  options: { ...YES_OPTION, ...DATABASE_OPTIONS },
  examples: ['grantd client delete old-app', 'grantd client delete old-app --yes'],
  run: (input) => {
    const { options, terminal, args } = input
    return withTools(input, { writes: true }, async (tools) => {
      const client = await requireClient(args[0] ?? '', tools)
      await confirmName(terminal, {
        what: `This deletes the client "${client.name}" with every token and consent, for good.`,
        name: client.id,
        yes: options.yes,
      })
      const isDone = await tools.services.clients
        .for(client.id)
        .remove({ id: client.id, actor: ACTOR })
      terminal.say(isDone ? `${client.id} is deleted` : `${client.id} was gone already`)
      return EXIT.ok
    })
  },
})
