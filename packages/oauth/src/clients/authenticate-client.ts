import {
  type AuthMethod,
  type Client,
  type ClientId,
  hashSecret,
  invalidClient,
  invalidRequest,
  isPublicClient,
  nowSeconds,
  type SecretHash,
  sameHash,
} from '@grantd/domain'
import type { Params } from '../params.ts'
import type { Services } from '../services.ts'
import { isProvenByAssertion } from './client-assertion.ts'
import type { PresentedClient } from './methods/method.ts'
import { CLIENT_AUTH_METHODS } from './methods/registry.ts'

const MAX_CLIENT_ID = 256
const SIGNING: readonly AuthMethod[] = ['private_key_jwt', 'client_secret_jwt']
// Compared when a client is unknown, so that it takes the time of a wrong secret.
const NOBODY: SecretHash = hashSecret('no client has this secret')

export interface ClientAuthRequest {
  readonly params: Params
  readonly authorization: string | undefined
  /** Whether a public client may call without credentials. */
  readonly allowsPublicClient: boolean
  /** Whether a request without any client may pass; it then resolves to `undefined`. */
  readonly allowsAnonymous: boolean
}

/**
 * Proves which client sends a request (RFC 6749 §2.3). Throws `invalid_client` with one text for every
 * cause, `invalid_request` when two methods are used at once or name different clients.
 */
export async function authenticateClient(
  request: ClientAuthRequest,
  services: Services,
): Promise<Client | undefined> {
  const presented = readPresented(request)
  if (presented === undefined) {
    if (request.allowsAnonymous) return undefined
    throw invalidClient()
  }
  const client = await findClient(presented.clientId, services)
  if (presented.proof === undefined) {
    if (client === undefined || !client.isEnabled || !isPublicClient(client)) throw invalidClient()
    if (!request.allowsPublicClient) throw invalidClient()
    return client
  }
  const isProven =
    presented.proof.kind === 'secret'
      ? isProvenBySecret(presented.proof.secret, client, services)
      : await isProvenByJwt(presented.proof.assertion, client, services)
  if (client === undefined || !isProven || !client.isEnabled) throw invalidClient()
  return client
}

/** A client of a signing method that sends its secret would fall back to less than it chose (T37). */
function isProvenBySecret(
  secret: string,
  client: Client | undefined,
  services: Pick<Services, 'clock'>,
): boolean {
  const isSame = sameHash(hashSecret(secret), client?.secretHash ?? NOBODY)
  if (client === undefined || !isSame || SIGNING.includes(client.authMethod)) return false
  return isSecretCurrent(client, services)
}

async function isProvenByJwt(
  assertion: string,
  client: Client | undefined,
  services: Services,
): Promise<boolean> {
  if (client === undefined || !client.isEnabled || !SIGNING.includes(client.authMethod))
    return false
  const isCurrent = client.authMethod === 'private_key_jwt' || isSecretCurrent(client, services)
  return isCurrent && (await isProvenByAssertion(assertion, client, services))
}

function isSecretCurrent(client: Client, services: Pick<Services, 'clock'>): boolean {
  return client.secretExpiresAt === undefined || nowSeconds(services.clock) < client.secretExpiresAt
}

function findClient(id: string, services: Pick<Services, 'clients'>): Promise<Client | undefined> {
  if (id.length > MAX_CLIENT_ID) return Promise.resolve(undefined)
  return services.clients.for(id).find({ id: id as ClientId })
}

function readPresented(request: ClientAuthRequest): PresentedClient | undefined {
  let found: PresentedClient | undefined
  for (const method of CLIENT_AUTH_METHODS) {
    const presented = method.read(request)
    if (presented === undefined) continue
    if (found === undefined) {
      found = presented
      continue
    }
    // RFC 6749 §2.3: one method per request; a bare client_id beside it must name the same client.
    if (presented.proof !== undefined) {
      throw invalidRequest('use one client authentication method, not two')
    }
    if (presented.clientId !== found.clientId) {
      throw invalidRequest('client_id differs from the authenticated client')
    }
  }
  return found
}
