import {
  type Client,
  type ClientId,
  hashSecret,
  invalidClient,
  invalidRequest,
  isPublicClient,
  type SecretHash,
  sameHash,
} from '@grantd/domain'
import type { Params } from '../params.ts'
import type { Services } from '../services.ts'
import type { PresentedClient } from './methods/method.ts'
import { CLIENT_AUTH_METHODS } from './methods/registry.ts'

const MAX_CLIENT_ID = 256
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

type ClientServices = Pick<Services, 'clients' | 'clientCache'>

/**
 * Proves which client sends a request (RFC 6749 §2.3); at once for a client lately seen. Throws or
 * rejects with `invalid_client` with one text for every cause, `invalid_request` when two methods are
 * used at once or name different clients.
 */
export function authenticateClient(
  request: ClientAuthRequest,
  services: ClientServices,
): Client | undefined | Promise<Client | undefined> {
  const presented = readPresented(request)
  if (presented === undefined) {
    if (request.allowsAnonymous) return undefined
    throw invalidClient()
  }
  const known = services.clientCache.find(presented.clientId as ClientId)
  if (known !== undefined) return prove(known, presented, request)
  return findClient(presented.clientId, services).then((client) =>
    prove(client, presented, request),
  )
}

function prove(
  client: Client | undefined,
  presented: PresentedClient,
  { allowsPublicClient }: ClientAuthRequest,
): Client {
  if (presented.secret === undefined) {
    if (client === undefined || !client.isEnabled || !isPublicClient(client)) throw invalidClient()
    if (!allowsPublicClient) throw invalidClient()
    return client
  }
  const expected = client?.secretHash
  const isEqual = sameHash(hashSecret(presented.secret), expected ?? NOBODY)
  // Without a secret of its own nothing proves a client, not even the text that NOBODY is made of.
  if (client === undefined || expected === undefined || !isEqual || !client.isEnabled) {
    throw invalidClient()
  }
  return client
}

function findClient(id: string, services: ClientServices): Promise<Client | undefined> {
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
    if (presented.secret !== undefined) {
      throw invalidRequest('use one client authentication method, not two')
    }
    if (presented.clientId !== found.clientId) {
      throw invalidRequest('client_id differs from the authenticated client')
    }
  }
  return found
}
