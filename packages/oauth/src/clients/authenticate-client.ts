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
import { isServed } from '../denylist/standing.ts'
import type { Params } from '../params.ts'
import type { Services } from '../services.ts'
import { isProvenByAssertion } from './client-assertion.ts'
import type { PresentedClient } from './methods/method.ts'
import { CLIENT_AUTH_METHODS } from './methods/registry.ts'

const MAX_CLIENT_ID = 256
const SIGNING: readonly AuthMethod[] = ['private_key_jwt', 'client_secret_jwt']
// Compared when a client is unknown, so that it takes the time of a wrong secret.
const NOBODY: SecretHash = hashSecret('no client has this secret')

interface CredentialSource {
  readonly params: Params
  readonly authorization: string | undefined
}

export interface ClientAuthRequest extends CredentialSource {
  /** Whether a public client may call without credentials. */
  readonly allowsPublicClient: boolean
  /** Whether a request without any client may pass; it then resolves to `undefined`. */
  readonly allowsAnonymous: boolean
}

/**
 * Proves which client sends a request (RFC 6749 §2.3); at once for a client lately seen. Throws or
 * rejects with `invalid_client` with one text for every cause, `invalid_request` when two methods are
 * used at once or name different clients.
 */
export function authenticateClient(
  request: ClientAuthRequest,
  services: Services,
): Client | undefined | Promise<Client | undefined> {
  const presented = readPresented(request)
  if (presented === undefined) {
    if (request.allowsAnonymous) return undefined
    throw invalidClient()
  }
  const known = services.clientCache.find(presented.clientId as ClientId)
  if (known !== undefined) return proveKnown(known, presented, request, services)
  return findClient(presented.clientId, services).then((client) =>
    proveAndTell(client, presented, request, services),
  )
}

/** A client at hand is proven at once, and refused no sooner than one that has to be looked for (T39). */
function proveKnown(
  client: Client,
  presented: PresentedClient,
  request: ClientAuthRequest,
  services: Services,
): Client | Promise<Client> {
  const refuse = async (refusal: unknown): Promise<never> => {
    await findClient(`${presented.clientId.slice(1)}\n`, services) // nobody: no id has a line break
    throw refusal
  }
  try {
    const proven = proveAndTell(client, presented, request, services)
    return proven instanceof Promise ? proven.catch(refuse) : proven
  } catch (refusal) {
    return refuse(refusal)
  }
}

function proveAndTell(
  client: Client | undefined,
  presented: PresentedClient,
  request: ClientAuthRequest,
  services: Services,
): Client | Promise<Client> {
  const tell = (isProven: boolean): void =>
    services.events.tell({
      type: 'client_validated',
      // What a stranger calls itself may be anything, a secret in the wrong field too.
      clientId: client?.id,
      metadata: { success: String(isProven) },
    })
  const told = (proven: Client): Client => {
    tell(true)
    return proven
  }
  const refused = (refusal: unknown): never => {
    services.acts.clientRefused(presented.proof?.kind ?? 'none')
    tell(false)
    throw refusal
  }
  try {
    const proving = prove(client, presented, request, services)
    return proving instanceof Promise ? proving.then(told, refused) : told(proving)
  } catch (refusal) {
    return refused(refusal)
  }
}

function prove(
  client: Client | undefined,
  presented: PresentedClient,
  { allowsPublicClient }: ClientAuthRequest,
  services: Services,
): Client | Promise<Client> {
  const { proof } = presented
  if (proof === undefined) {
    if (!isServed(client, services) || !isPublicClient(client)) throw invalidClient()
    if (!allowsPublicClient) throw invalidClient()
    return client
  }
  if (proof.kind === 'assertion') return proveByAssertion(proof.assertion, client, services)
  const expected = client?.secretHash
  const isEqual = sameHash(hashSecret(proof.secret), expected ?? NOBODY)
  // Without a secret of its own nothing proves a client, not even the text that NOBODY is made of.
  if (!isServed(client, services) || expected === undefined || !isEqual) {
    throw invalidClient()
  }
  // A client of a signing method that sends its secret would fall back to less than it chose (T37).
  if (SIGNING.includes(client.authMethod) || !isSecretCurrent(client, services))
    throw invalidClient()
  return client
}

async function proveByAssertion(
  assertion: string,
  client: Client | undefined,
  services: Services,
): Promise<Client> {
  if (!isServed(client, services) || !SIGNING.includes(client.authMethod)) throw invalidClient()
  const isCurrent = client.authMethod === 'private_key_jwt' || isSecretCurrent(client, services)
  if (!isCurrent || !(await isProvenByAssertion(assertion, client, services))) throw invalidClient()
  return client
}

function isSecretCurrent(client: Client, services: Pick<Services, 'clock'>): boolean {
  return client.secretExpiresAt === undefined || nowSeconds(services.clock) < client.secretExpiresAt
}

function findClient(id: string, services: Pick<Services, 'clients'>): Promise<Client | undefined> {
  if (id.length > MAX_CLIENT_ID) return Promise.resolve(undefined)
  return services.clients.for(id).find({ id: id as ClientId })
}

/**
 * Whom a request says that it comes from, with nothing proven, and whether it offers a proof. `undefined`
 * when it names nobody, or not in a way that could be judged.
 */
export function presentedClient(
  request: CredentialSource,
): { readonly clientId: string; readonly hasProof: boolean } | undefined {
  try {
    const presented = readPresented(request)
    if (presented === undefined || presented.clientId.length > MAX_CLIENT_ID) return undefined
    return { clientId: presented.clientId, hasProof: presented.proof !== undefined }
  } catch {
    return undefined // authenticating it says why
  }
}

function readPresented(request: CredentialSource): PresentedClient | undefined {
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
