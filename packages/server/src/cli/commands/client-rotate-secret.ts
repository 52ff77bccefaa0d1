import { isPublicClient } from '@grantd/domain'
import { newClientSecret } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { clientEnv, clientFields, clientJson, requireClient } from '../client-view.ts'
import { command } from '../command.ts'
import { conflict, EXIT, notFound } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_JSON_OR_ENV, YES_OPTION } from '../options.ts'
import { show } from '../output.ts'
import { ACTOR, withTools } from '../tools.ts'

export const clientRotateSecret = command({
  args: [{ name: 'client_id', help: 'as in "grantd client list"' }],
  options: { ...YES_OPTION, ...TABLE_JSON_OR_ENV, ...DATABASE_OPTIONS },
  examples: [
    'grantd client rotate-secret demo-service',
    'grantd client rotate-secret demo-service --yes --output env > service.env',
  ],
  run: (input) => {
    const { options, terminal, args } = input
    return withTools(input, { writes: true }, async (tools) => {
      const { services } = tools
      const known = await requireClient(args[0] ?? '', tools)
      if (isPublicClient(known)) throw conflict(`${known.id} is a public client and has no secret`)
      await confirm(
        terminal,
        `The present secret of ${known.id} stops working at once. Go on?`,
        options.yes,
      )
      const secret = newClientSecret(services)
      const client = await services.clients.for(known.id).update({
        id: known.id,
        // Nothing of the former secret may go on proving anything.
        change: (current) => ({
          ...current,
          secretHash: secret.hash(),
          secretSealed: undefined,
          secretExpiresAt: undefined,
        }),
        action: 'client.secret_rotated',
        actor: ACTOR,
      })
      if (client === undefined) throw notFound(`${known.id} was deleted at this moment`)
      show(terminal, options.output, {
        table: () => clientFields(client, secret),
        json: () => clientJson(client, secret),
        env: () => clientEnv(client, services.settings.issuer, secret),
      })
      terminal.say('Keep the secret now: it is stored as a hash and cannot be shown again.')
      return EXIT.ok
    })
  },
})
