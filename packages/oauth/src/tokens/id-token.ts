import { hash } from 'node:crypto'
import {
  after,
  type Client,
  type EpochSeconds,
  hasScope,
  type Scope,
  type SigningAlgorithm,
  type UserId,
} from '@grantd/domain'
import type { Services } from '../services.ts'

/** Every claim an ID token may carry; discovery's `claims_supported` is this list. */
export const ID_TOKEN_CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'nonce',
  'amr',
  'at_hash',
] as const

export interface IdTokenOrder {
  readonly client: Client
  readonly userId: UserId
  /** Must hold `openid`; the order is a mistake otherwise. */
  readonly scope: Scope
  /** As the authorization request sent it; unchanged (OIDC Core §3.1.2.1). */
  readonly nonce: string | undefined
  readonly authTime: EpochSeconds
  readonly amr: readonly string[]
  /** The access token issued beside it, bound by `at_hash`. */
  readonly accessToken: string
  readonly issuedAt: EpochSeconds
}

/**
 * An ID token with the protocol claims of OIDC Core §2 only; who the person is belongs to userinfo,
 * where the answer can still change. Throws TypeError when `openid` was not granted.
 */
export async function mintIdToken(
  order: IdTokenOrder,
  ports: Pick<Services, 'keyring' | 'settings'>,
): Promise<string> {
  if (!hasScope(order.scope, 'openid')) throw new TypeError('an ID token needs the scope openid')
  const { settings, keyring } = ports
  const claims: Record<(typeof ID_TOKEN_CLAIMS)[number], unknown> = {
    iss: settings.issuer,
    sub: order.userId,
    aud: order.client.id,
    exp: after(order.issuedAt, settings.idTokenLifetime),
    iat: order.issuedAt,
    auth_time: order.authTime,
    nonce: order.nonce,
    amr: order.amr.length > 0 ? order.amr : undefined,
    at_hash: atHash(order.accessToken, settings.idTokenAlgorithm),
  }
  await keyring.confirm()
  return keyring.activeSigner(settings.idTokenAlgorithm).sign(JSON.stringify(claims), 'JWT')
}

/**
 * OIDC Core §3.1.3.6: the left half of the token's digest, under the hash of the ID token's `alg`.
 * For EdDSA that is SHA-512, the hash inside Ed25519.
 */
export function atHash(accessToken: string, algorithm: SigningAlgorithm): string {
  const digest = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', accessToken, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
