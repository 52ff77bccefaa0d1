import type { Client } from '@grantd/domain'
import { describeClient, readClientMetadata } from '@grantd/oauth'
import { checkAccent } from '../check-accent.ts'
import { METADATA_OPTIONS, metadataOf } from '../client-metadata.ts'
import { clientFields, clientJson, requireClient } from '../client-view.ts'
import { command } from '../command.ts'
import { EXIT, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { membersOf, requireKept, requireSameSecret, SET_OPTIONS } from '../set-metadata.ts'
import { ACTOR, withTools } from '../tools.ts'

export const clientUpdate = command({
  details: `--redirect and --grant replace the whole list; --add-redirect and --remove-redirect change one entry. A
disabled client can neither start nor finish a flow, and its tokens are refused. A running server sees the
change within half a second. --set NAME= removes a member of the registration. Whether a client has a secret cannot be changed: register another one.`,
  args: [{ name: 'client_id', help: 'as in "grantd client list"' }],
  options: {
    ...METADATA_OPTIONS,
    ...SET_OPTIONS,
    'add-redirect': { type: 'text', value: 'URI', many: true, help: 'one more redirect URI' },
    'remove-redirect': { type: 'text', value: 'URI', many: true, help: 'one redirect URI less' },
    disable: { type: 'flag', help: 'refuse it and its tokens' },
    enable: { type: 'flag', help: 'accept it again' },
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'grantd client update demo-spa --add-redirect http://127.0.0.1:5173/callback',
    'grantd client update demo-service --scope "read" --name "Read only"',
    'grantd client update demo-service --set backchannel_logout_uri=https://app.example/logout',
    'grantd client update demo-service --disable',
  ],
  run: async (input) => {
    const { options, terminal, args } = input
    if (options.enable && options.disable) throw usageError('--enable and --disable contradict')
    const add = options['add-redirect']
    const remove = options['remove-redirect']
    const members = membersOf(options, terminal)
    const wish = { ...metadataOf(options), ...members }
    const isNothing = Object.keys(wish).length + add.length + remove.length === 0
    if (isNothing && !options.enable && !options.disable) {
      throw usageError('nothing to change', 'see: grantd client update --help')
    }
    const changed = (client: Client): Client => {
      const listed = wish.redirect_uris as readonly string[] | undefined // judged below
      const before = listed ?? client.redirectUris
      for (const uri of remove) {
        if (!(before as readonly string[]).includes(uri))
          throw usageError(`--remove-redirect: ${uri} is not registered for it`)
      }
      const uris = [...before.filter((uri) => !remove.includes(uri)), ...add]
      const metadata = readClientMetadata(
        { ...describeClient(client, undefined), ...wish, redirect_uris: [...new Set(uris)] },
        { mayBePrivileged: true },
      )
      requireSameSecret(client, metadata)
      const isEnabled = options.enable || (client.isEnabled && !options.disable)
      const next = { ...client, ...metadata, name: metadata.name ?? client.name, isEnabled }
      requireKept(members, next)
      return next
    }
    return withTools(input, { writes: true }, async (tools) => {
      const known = await requireClient(args[0] ?? '', tools)
      const hasAccent = (options.accent ?? options['accent-dark']) !== undefined
      if (hasAccent && known.registeredBy !== 'operator')
        throw usageError(
          '--accent is for clients that an operator made, not for one that registered itself',
        )
      const { metadata } = changed(known) // its refusals are answers to the person, not faults of the actor that applies it
      if (hasAccent) checkAccent(metadata, tools.settings)
      const client = await tools.services.clients
        .for(known.id)
        .update({ id: known.id, change: changed, action: 'client.updated', actor: ACTOR })
      const shown = client ?? (await requireClient(known.id, tools))
      show(terminal, options.output, {
        table: () => clientFields(shown),
        json: () => clientJson(shown),
      })
      return EXIT.ok
    })
  },
})
