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
import { encryptForClient } from '../clients/encrypt-for-client.ts'
import type { Services } from '../services.ts'
import type { OAuthSettings } from '../settings.ts'

/** Every claim of the protocol an ID token may carry; discovery's `claims_supported` begins with it. */
export const ID_TOKEN_CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'nonce',
  'acr',
  'amr',
  'at_hash',
  'c_hash',
  'sid',
] as const

export interface IdTokenOrder {
  readonly client: Client
  readonly userId: UserId
  /** Must hold `openid`; the order is a mistake otherwise. */
  readonly scope: Scope
  /** As the authorization request sent it; unchanged (OIDC Core §3.1.2.1). */
  readonly nonce: string | undefined
  readonly authTime: EpochSeconds
  readonly acr?: string | undefined
  readonly amr: readonly string[]
  /** What this client knows the session by (Front-Channel Logout §3). */
  readonly sid?: string | undefined
  /** The access token issued beside it, bound by `at_hash`. */
  readonly accessToken?: string
  /** The code issued beside it, bound by `c_hash` (OIDC Core §3.3.2.11). */
  readonly code?: string
  /** Claims about the person that were asked for by name; those of the protocol win. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly issuedAt: EpochSeconds
}

/** How ID tokens of this client are signed. */
export function idTokenAlgorithm(
  client: Pick<Client, 'metadata'>,
  settings: Pick<OAuthSettings, 'idTokenAlgorithm'>,
): SigningAlgorithm {
  return client.metadata.id_token_signed_response_alg ?? settings.idTokenAlgorithm
}

/**
 * An ID token with the protocol claims of OIDC Core §2 and what was asked for by name; all else that
 * is known of the person belongs to userinfo, where the answer can still change. Throws TypeError
 * when `openid` was not granted, and `temporarily_unavailable` when it should be encrypted and no key is
 * there.
 */
export async function mintIdToken(
  order: IdTokenOrder,
  ports: Pick<Services, 'keyring' | 'settings' | 'subjects' | 'clientKeys'>,
): Promise<string> {
  if (!hasScope(order.scope, 'openid')) throw new TypeError('an ID token needs the scope openid')
  const { settings, keyring, subjects } = ports
  const { client, accessToken, code } = order
  const algorithm = idTokenAlgorithm(client, settings)
  const claims: Record<(typeof ID_TOKEN_CLAIMS)[number], unknown> = {
    iss: settings.issuer,
    sub: subjects.of(client, order.userId),
    aud: client.id,
    exp: after(order.issuedAt, settings.idTokenLifetime),
    iat: order.issuedAt,
    auth_time: order.authTime,
    nonce: order.nonce,
    acr: order.acr,
    amr: order.amr.length > 0 ? order.amr : undefined,
    at_hash: accessToken === undefined ? undefined : leftHalfHash(accessToken, algorithm),
    c_hash: code === undefined ? undefined : leftHalfHash(code, algorithm),
    sid: order.sid,
  }
  await keyring.confirm()
  const payload = JSON.stringify({ ...order.claims, ...claims })
  const signed = await keyring.activeSigner(algorithm).sign(payload, 'JWT')
  const { id_token_encrypted_response_alg: wrap, id_token_encrypted_response_enc: encryption } =
    client.metadata
  if (wrap === undefined) return signed
  const sealed = { text: signed, isJwt: true, algorithm: wrap, encryption }
  return encryptForClient(client, sealed, ports)
}

/**
 * `at_hash` and `c_hash` (OIDC Core §3.1.3.6, §3.3.2.11): the left half of a digest, under the hash
 * of the ID token's `alg`. For EdDSA that is SHA-512, the hash inside Ed25519.
 */
export function leftHalfHash(text: string, algorithm: SigningAlgorithm): string {
  const digest = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', text, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
