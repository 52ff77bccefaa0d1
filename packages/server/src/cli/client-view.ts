// Owns: how clients look in the output of commands.
import { type Client, clientId, isPublicClient, type Secret } from '@grantd/domain'
import { describeClient } from '@grantd/oauth'
import { notFound } from './exit.ts'
import { fields, iso, moment, table } from './output.ts'
import type { Tools } from './tools.ts'

/** The client, or a "not found" with what to do. */
export async function requireClient(id: string, { services }: Tools): Promise<Client> {
  const client = await services.storage.clients.find(clientId(id))
  if (client !== undefined) return client
  throw notFound(`there is no client ${JSON.stringify(id)}`, 'see them all: grantd client list')
}

export function clientTable(clients: readonly Client[]): string {
  return table(
    ['CLIENT_ID', 'NAME', 'KIND', 'STATE', 'CREATED', 'GRANTS'],
    clients.map((client) => [
      client.id,
      client.name,
      isPublicClient(client) ? 'public' : 'confidential',
      client.isEnabled ? 'enabled' : 'disabled',
      iso(client.createdAt),
      client.grantTypes.join(' '),
    ]),
  )
}

export function clientFields(client: Client, secret?: Secret): string {
  return fields([
    ['client_id', client.id],
    ['client_secret', secret?.reveal()],
    ['name', client.name],
    ['kind', `${isPublicClient(client) ? 'public' : 'confidential'}, ${client.applicationType}`],
    ['authentication', client.authMethod],
    ['grants', client.grantTypes.join(' ')],
    ['scope', client.scope],
    ...client.redirectUris.map((uri) => ['redirect_uri', uri] as const),
    ...client.contacts.map((contact) => ['contact', contact] as const),
    ['state', client.isEnabled ? 'enabled' : 'disabled'],
    ['registered by', client.registeredBy === 'self' ? 'itself' : 'an operator'],
    ['created', moment(client.createdAt)],
    ['updated', moment(client.updatedAt)],
  ])
}

/** The members of RFC 7591 §3.2.1 and the server's own. The secret only when it was just made. */
export function clientJson(client: Client, secret?: Secret): object {
  return {
    ...describeClient(client, secret),
    is_enabled: client.isEnabled,
    registered_by: client.registeredBy,
    updated_at: client.updatedAt,
  }
}

/** Names that client libraries read; `OAUTH2_…` would be settings of grantd itself. */
export function clientEnv(
  client: Client,
  issuer: string,
  secret?: Secret,
): Readonly<Record<string, string | undefined>> {
  return {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: secret?.reveal(),
    OIDC_REDIRECT_URI: client.redirectUris[0],
    OIDC_SCOPE: client.scope,
  }
}
