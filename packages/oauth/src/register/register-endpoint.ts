// Owns: POST /clients/register and POST /connect/register. Does not own: who may register (permit.ts),
// what metadata is acceptable (client-metadata.ts), storing (clients/client-actor.ts).
import { type Client, OAuthError } from '@grantd/domain'
import type { Endpoint, Input } from '../endpoint.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import type { OAuthSettings } from '../settings.ts'
import { createClient, readClientMetadata } from './client-metadata.ts'
import { ClientMetadataSchema, ClientSchema, ManagedClientSchema } from './client-schema.ts'
import { requirePermit } from './permit.ts'
import { describeManaged, mintRegistrationToken } from './registration-token.ts'
import { checkRemoteMetadata } from './remote-metadata.ts'

/** Checks, makes and stores a client; `prepare` may still add to it. */
async function register(
  input: Input,
  services: Services,
  prepare: (client: Client) => Client = (client) => client,
): Promise<{ readonly client: Client; readonly response: object }> {
  const permit = await requirePermit(input, services)
  const metadata = readClientMetadata(input.json)
  if (permit.by === 'self') await services.registrationQuota.count({ ip: input.request.ip })
  await checkRemoteMetadata(metadata, services)
  const made = createClient(
    metadata,
    { registeredBy: permit.by, secretLifetime: services.settings.clientSecretLifetime },
    services,
  )
  const client = prepare(made.client)
  await services.clients.for(client.id).create({
    client,
    actor: permit.actor,
    also: permit.changes,
  })
  return { client, response: made.response }
}

const common = {
  tag: 'Client Management',
  caller: 'none',
  bearer: ['initial_access_token', 'admin_token'],
  allowsNoBearer: ({ registrationOpen }) => registrationOpen,
  rateClass: 'registration',
  body: 'json',
  parameters: ClientMetadataSchema,
  responseStatus: 201,
  refuses: ['invalid_client_metadata', 'invalid_redirect_uri', 'unapproved_software_statement'],
} as const satisfies Partial<Endpoint>

/** The path of the quick start: a client that is not managed by itself afterwards. */
export const registerEndpoint: Endpoint = {
  ...common,
  id: 'register',
  method: 'POST',
  path: '/clients/register',
  spec: 'RFC 7591 §3',
  summary: 'Registers a client.',
  response: ClientSchema,
  async handle(input, services): Promise<Reply> {
    const { response } = await register(input, services)
    return { kind: 'json', status: 201, body: response }
  },
}

export const dynamicRegisterEndpoint: Endpoint = {
  ...common,
  id: 'connect.register',
  method: 'POST',
  path: '/connect/register',
  spec: 'RFC 7591 §3, OIDC Registration §3',
  summary: 'Registers a client and lets it manage its own registration.',
  discoveryName: 'registration_endpoint',
  response: ManagedClientSchema,
  isOn: isDynamic,
  async handle(input, services): Promise<Reply> {
    requireDynamic(services)
    let token = ''
    const { client, response } = await register(input, services, (made) => {
      const minted = mintRegistrationToken(made.id, services.random)
      token = minted.value
      return { ...made, registrationTokenHash: minted.secretHash }
    })
    const body = { ...response, ...describeManaged(client, token, services) }
    return { kind: 'json', status: 201, body }
  },
}

export function isDynamic({ registrationDynamic }: OAuthSettings): boolean {
  return registrationDynamic
}

/** Throws `access_denied` where dynamic registration is switched off. */
export function requireDynamic({ settings }: Pick<Services, 'settings'>): void {
  if (isDynamic(settings)) return
  throw new OAuthError('access_denied', 'dynamic client registration is switched off here')
}
