import { type Client, OAuthError } from '@grantd/domain'
import type { Services } from '../services.ts'

/** JWE key management that userinfo answers may use (RFC 7518 §4.1). RSA1_5 is not among them. */
export const KEY_MANAGEMENT = ['RSA-OAEP-256', 'RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A256KW'] as const

/** JWE content encryption (RFC 7518 §5.1); the first is the default of OIDC Registration §2. */
export const CONTENT_ENCRYPTION = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const

/**
 * Encrypts an answer to a key of the client (OIDC Core §5.3.2, §16.14). Throws
 * `temporarily_unavailable` when the client offers no key that fits.
 */
export async function encryptFor(
  client: Client,
  text: string,
  isJwt: boolean,
  services: Pick<Services, 'clientKeys'>,
): Promise<string> {
  const { metadata } = client
  const algorithm = metadata.userinfo_encrypted_response_alg ?? KEY_MANAGEMENT[0]
  const [key] = await services.clientKeys.find(client, { algorithm, use: 'enc' })
  if (key === undefined) {
    throw new OAuthError(
      'temporarily_unavailable',
      `the client has no key for ${algorithm} that can be read; check its jwks or jwks_uri`,
    )
  }
  const { CompactEncrypt, importJWK } = await import('jose') // loaded when first needed
  const enc = metadata.userinfo_encrypted_response_enc ?? CONTENT_ENCRYPTION[0]
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({
      alg: algorithm,
      enc,
      ...(isJwt && { cty: 'JWT' }),
      ...(typeof key.kid === 'string' && { kid: key.kid }),
    })
    .encrypt(await importJWK(key, algorithm))
}
