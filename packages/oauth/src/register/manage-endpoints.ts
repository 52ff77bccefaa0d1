// Owns: a client reading, changing and deleting its own registration (RFC 7592). Does not own: what is
// acceptable (client-metadata.ts): a change is judged like a first registration (T132).
import { type Client, type ClientId, OAuthError, Secret, sameHash } from '@grantd/domain'
import { hasSecret, newClientSecret, storedSecret } from '../clients/client-secret.ts'
import { isServed } from '../denylist/standing.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import { isRecord } from '../json.ts'
import type { Services } from '../services.ts'
import { describeClient, readClientMetadata } from './client-metadata.ts'
import { ChangedMetadataSchema, ManagedClientSchema } from './client-schema.ts'
import { bad } from './members.ts'
import { isDynamic, requireDynamic } from './register-endpoint.ts'
import { describeManaged, parseRegistrationToken } from './registration-token.ts'
import { checkRemoteMetadata } from './remote-metadata.ts'

/** What the server sets; a client that sends it back has misread the answer (RFC 7592 §2.2). */
const OURS = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i

interface Managed {
  readonly client: Client
  /** The token as presented; it stays valid. */
  readonly token: string
}

/** Throws `invalid_token` for any token that is not this client's, `access_denied` when it is disabled. */
async function requireManager(input: Input, services: Services): Promise<Managed> {
  requireDynamic(services)
  const token = BEARER.exec(input.request.headers.authorization ?? '')?.[1] ?? ''
  const presented = parseRegistrationToken(token)
  const owner = presented && (await services.storage.clients.find(presented.clientId))
  const expected = owner?.registrationTokenHash
  if (
    presented === undefined ||
    owner === undefined ||
    expected === undefined ||
    !sameHash(presented.secretHash, expected)
  ) {
    throw refused()
  }
  if (owner.id !== clientIdOf(input)) {
    // Somebody tries doors with it: the token is not safe any more (RFC 7592 §2, T131).
    await services.clients.for(owner.id).update({
      id: owner.id,
      change: (client) => ({ ...client, registrationTokenHash: undefined }),
      action: 'client.registration_token_misused',
      actor: owner.id,
    })
    throw refused()
  }
  if (!isServed(owner, services)) throw new OAuthError('access_denied', 'this client is disabled') // T133
  return { client: owner, token }
}

function clientIdOf({ request }: Input): string {
  return request.target.replace(/\?.*$/s, '').slice('/connect/register/'.length)
}

function refused(): OAuthError {
  return new OAuthError('invalid_token', 'the token does not manage this client', {
    challenge: 'Bearer',
  })
}

async function change(input: Input, services: Services): Promise<object> {
  const { client, token } = await requireManager(input, services)
  const body = input.json
  if (!isRecord(body)) throw bad('the body must be a JSON object')
  if (body.client_id !== client.id) throw bad('client_id must be the one of this client')
  const ours = OURS.find((name) => name in body)
  if (ours !== undefined) throw bad(`${ours} is set by the server and cannot be sent`)
  checkSecret(body.client_secret, client)
  const metadata = readClientMetadata(body)
  await checkRemoteMetadata(metadata, services)
  const secret = needsNewSecret(client, metadata.authMethod) ? newClientSecret(services) : undefined
  const changed = await services.clients.for(client.id).update({
    id: client.id,
    change: (current) => ({
      ...current,
      ...metadata,
      name: metadata.name ?? client.id,
      ...(secret !== undefined &&
        storedSecret({ id: client.id, authMethod: metadata.authMethod }, secret, services)),
      ...(!hasSecret(metadata.authMethod) && { secretHash: undefined, secretSealed: undefined }),
    }),
    action: 'client.updated',
    actor: client.id,
  })
  if (changed === undefined) throw refused()
  return { ...describeClient(changed, secret), ...describeManaged(changed, token, services) }
}

/** RFC 7592 §2.2: a secret that is sent must be the current one; nobody chooses their own. */
function checkSecret(sent: unknown, client: Client): void {
  if (sent === undefined) return
  const hash = typeof sent === 'string' ? new Secret(sent).hash() : undefined
  const isCurrent =
    hash !== undefined && client.secretHash !== undefined && sameHash(hash, client.secretHash)
  if (!isCurrent) throw bad('client_secret must be the current one, or left out')
}

function needsNewSecret(client: Client, method: Client['authMethod']): boolean {
  if (!hasSecret(method)) return false
  if (client.secretHash === undefined) return true
  return method === 'client_secret_jwt' && client.secretSealed === undefined
}

const common = {
  path: '/connect/register/*',
  segment: 'client_id',
  tag: 'Client Management',
  caller: 'none',
  bearer: ['registration_token'],
  isOn: isDynamic,
} as const satisfies Partial<Endpoint>

/** GET, PUT and DELETE of one registration. */
export const manageEndpoints: readonly Endpoint[] = [
  {
    ...common,
    id: 'connect.register.read',
    method: 'GET',
    spec: 'RFC 7592 §2.1',
    summary: 'Shows a client its registration.',
    body: 'none',
    response: ManagedClientSchema,
    async handle(input, services) {
      const { client, token } = await requireManager(input, services)
      const body = {
        ...describeClient(client, undefined),
        ...describeManaged(client, token, services),
      }
      return { kind: 'json', status: 200, body }
    },
  },
  {
    ...common,
    id: 'connect.register.change',
    method: 'PUT',
    spec: 'RFC 7592 §2.2',
    summary: 'Replaces the registration of a client.',
    body: 'json',
    parameters: ChangedMetadataSchema,
    response: ManagedClientSchema,
    refuses: ['invalid_client_metadata', 'invalid_redirect_uri', 'unapproved_software_statement'],
    handle: async (input, services) => ({
      kind: 'json',
      status: 200,
      body: await change(input, services),
    }),
  },
  {
    ...common,
    id: 'connect.register.delete',
    method: 'DELETE',
    spec: 'RFC 7592 §2.3',
    summary: 'Deletes a client and everything granted to it.',
    body: 'none',
    answers: [{ status: 204, says: 'It is gone.' }],
    async handle(input, services) {
      const { client } = await requireManager(input, services)
      const id: ClientId = client.id
      await services.clients.for(id).remove({ id, actor: id })
      return { kind: 'empty', status: 204 }
    },
  },
]
