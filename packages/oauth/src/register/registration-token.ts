import {
  type Client,
  type ClientId,
  hashSecret,
  PREFIX,
  type Random,
  type SecretHash,
} from '@grantd/domain'
import type { Services } from '../services.ts'

const SECRET_BYTES = 32
const SHAPE = new RegExp(`^${PREFIX.registrationAccessToken}([\\w-]{1,400})\\.([\\w-]{43})$`)

/** A registration access token (RFC 7592 §3): names its client, so that a misused one can be revoked. */
export function mintRegistrationToken(
  id: ClientId,
  random: Random,
): { readonly value: string; readonly secretHash: SecretHash } {
  const secret = random.base64url(SECRET_BYTES)
  const name = Buffer.from(id, 'utf8').toString('base64url')
  return {
    value: `${PREFIX.registrationAccessToken}${name}.${secret}`,
    secretHash: hashSecret(secret),
  }
}

export function parseRegistrationToken(
  text: string,
): { readonly clientId: ClientId; readonly secretHash: SecretHash } | undefined {
  const [, name, secret] = SHAPE.exec(text) ?? []
  if (name === undefined || secret === undefined) return undefined
  const clientId = Buffer.from(name, 'base64url').toString('utf8') as ClientId // looked up, not believed
  return { clientId, secretHash: hashSecret(secret) }
}

/** Where and with what a client manages its registration. */
export function describeManaged(
  client: Client,
  token: string,
  { settings }: Pick<Services, 'settings'>,
): object {
  const base = settings.baseUrl.replace(/\/$/, '')
  return {
    registration_access_token: token,
    registration_client_uri: `${base}/connect/register/${client.id}`,
  }
}
