import { type AuthMethod, type Client, PREFIX, Secret } from '@grantd/domain'
import type { Services } from '../services.ts'
import type { Vault } from '../vault/vault.ts'

const PURPOSE = 'client secret'

/** Methods whose client shares a secret with us. */
export function hasSecret(method: AuthMethod): boolean {
  return method !== 'none' && method !== 'private_key_jwt'
}

export function newClientSecret(services: Pick<Services, 'random'>): Secret {
  return new Secret(PREFIX.clientSecret + services.random.base64url(32))
}

/**
 * What is stored of a secret: its hash, and for `client_secret_jwt` the secret itself, sealed, because
 * a MAC can only be checked by who knows the key.
 */
export function storedSecret(
  client: Pick<Client, 'id' | 'authMethod'>,
  secret: Secret | undefined,
  services: Pick<Services, 'vault'>,
): Pick<Client, 'secretHash' | 'secretSealed'> {
  const isSealed = secret !== undefined && client.authMethod === 'client_secret_jwt'
  return {
    secretHash: secret?.hash(),
    secretSealed: isSealed ? services.vault.seal(secret.reveal(), PURPOSE, client.id) : undefined,
  }
}

/** A client with a new secret; the former one proves nothing from the moment it is stored. */
export function withNewSecret(
  client: Client,
  services: Pick<Services, 'random' | 'vault'>,
): { readonly client: Client; readonly secret: Secret } {
  const secret = newClientSecret(services)
  return { client: { ...client, ...storedSecret(client, secret, services) }, secret }
}

export function openClientSecret(client: Client, vault: Vault): string | undefined {
  return client.secretSealed === undefined
    ? undefined
    : vault.open(client.secretSealed, PURPOSE, client.id)
}
