import { StorageError } from '@grantd/domain'
import { createClient, readClientMetadata } from '@grantd/oauth'
import { checkAccent } from '../check-accent.ts'
import {
  CLIENT_TYPES,
  type ClientType,
  checkClientId,
  METADATA_OPTIONS,
  metadataOf,
  TYPE_DEFAULTS,
} from '../client-metadata.ts'
import { clientEnv, clientFields, clientJson } from '../client-view.ts'
import { command } from '../command.ts'
import { conflict, EXIT, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_JSON_OR_ENV } from '../options.ts'
import { show } from '../output.ts'
import { membersOf, requireKept, SET_OPTIONS } from '../set-metadata.ts'
import { ACTOR, withTools } from '../tools.ts'

export const clientCreate = command({
  details: `Types: web (a server-side app, with a secret), spa and native (public, PKCE alone), m2m (a service for
itself). The rules are those of POST /clients/register, except that an operator may give the scope admin.`,
  options: {
    type: {
      type: 'text',
      value: 'TYPE',
      words: CLIENT_TYPES,
      help: `${CLIENT_TYPES.join(', ')} (default web)`,
    },
    ...METADATA_OPTIONS,
    ...SET_OPTIONS,
    id: { type: 'text', value: 'ID', help: 'client_id of your choice (default: generated)' },
    ...TABLE_JSON_OR_ENV,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'grantd client create --name "My app" --type spa --redirect http://127.0.0.1:5173/callback',
    'grantd client create --name Shop --redirect https://shop.example/cb --set subject_type=pairwise',
    'grantd client create --name Billing --type m2m --scope "read write" --output env > billing.env',
  ],
  run: async (input) => {
    const { options, terminal } = input
    const { id } = options
    if (options.name === undefined)
      throw usageError('--name is needed', 'for example --name "My app"')
    if (id !== undefined) checkClientId(id)
    const type = (options.type ?? 'web') as ClientType // one of the declared words
    const members = membersOf(options, terminal)
    if (
      type !== 'm2m' &&
      options.grant.length === 0 &&
      options.redirect.length === 0 &&
      members.redirect_uris === undefined
    ) {
      throw usageError(
        `--redirect is needed for --type ${type}`,
        'for example --redirect http://127.0.0.1:3000/callback; a service for itself is --type m2m',
      )
    }
    const metadata = readClientMetadata(
      { ...TYPE_DEFAULTS[type], ...metadataOf(options), ...members },
      { mayBePrivileged: true },
    )
    return withTools(input, { writes: true }, async ({ services, settings }) => {
      checkAccent(metadata.metadata, settings)
      const made = createClient(
        metadata,
        { registeredBy: 'operator', ...(id !== undefined && { id }) },
        services,
      )
      const { client, secret } = made
      requireKept(members, client)
      try {
        await services.clients.for(client.id).create({ client, actor: ACTOR })
      } catch (error) {
        if (!(error instanceof StorageError) || error.kind !== 'conflict') throw error
        throw conflict(
          `a client ${client.id} exists already`,
          `look at it: grantd client get ${client.id}`,
        )
      }
      show(terminal, options.output, {
        table: () => clientFields(client, secret),
        json: () => clientJson(client, secret),
        env: () => clientEnv(client, services.settings.issuer, secret),
      })
      if (secret !== undefined) {
        terminal.say('Keep the secret now: it is stored as a hash and cannot be shown again.')
      }
      return EXIT.ok
    })
  },
})
