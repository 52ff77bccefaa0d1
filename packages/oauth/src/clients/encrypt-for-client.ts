import { type Client, OAuthError } from '@grantd/domain'
import type { Services } from '../services.ts'

/** JWE key management that answers to clients may use (RFC 7518 §4.1). RSA1_5 is not among them. */
export const KEY_MANAGEMENT = ['RSA-OAEP-256', 'RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A256KW'] as const

/** JWE content encryption (RFC 7518 §5.1); the first is the default of OIDC Registration §2. */
export const CONTENT_ENCRYPTION = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const

/** What is written to a client: an ID token, or an answer of userinfo. */
export interface Sealed {
  readonly text: string
  /** Signed before: a nested JWT says so (RFC 7519 §5.2). */
  readonly isJwt: boolean
  readonly algorithm: string
  readonly encryption: string | undefined
}

/**
 * Encrypts to a key of the client (OIDC Core §10.2, §16.14). Throws `temporarily_unavailable` when the
 * client offers no key that fits.
 */
export async function encryptForClient(
  client: Client,
  { text, isJwt, algorithm, encryption }: Sealed,
  services: Pick<Services, 'clientKeys'>,
): Promise<string> {
  const [key] = await services.clientKeys.find(client, { algorithm, use: 'enc' })
  if (key === undefined) {
    throw new OAuthError(
      'temporarily_unavailable',
      `the client has no key for ${algorithm} that can be read; check its jwks or jwks_uri`,
    )
  }
  const { CompactEncrypt, importJWK } = await import('jose') // loaded when first needed
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({
      alg: algorithm,
      enc: encryption ?? CONTENT_ENCRYPTION[0],
      ...(isJwt && { cty: 'JWT' }),
      ...(typeof key.kid === 'string' && { kid: key.kid }),
    })
    .encrypt(await importJWK(key, algorithm))
}
