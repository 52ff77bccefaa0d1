import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import type { KeyId, SigningAlgorithm } from '@grantd/domain'
import { KeyError } from './key-error.ts'

/** The members of a public key, and none beside them (RFC 7518 §6, RFC 8037 §2). */
type PublicMembers =
  | { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'OKP'; readonly crv: string; readonly x: string }

/** A key as the JWKS shows it (RFC 7517 §4). */
export type PublicJwk = PublicMembers & {
  readonly kid: KeyId
  readonly use: 'sig'
  readonly alg: SigningAlgorithm
}

/** The public JWK of a private key, with its kid. Members are copied by name, so no private one can slip through. */
export function publicJwkOf(privateKey: KeyObject, algorithm: SigningAlgorithm): PublicJwk {
  const members = publicMembers(privateKey)
  return { ...members, kid: thumbprint(members), use: 'sig', alg: algorithm }
}

function publicMembers(privateKey: KeyObject): PublicMembers {
  const {
    kty,
    crv = '',
    x = '',
    y = '',
    n = '',
    e = '',
  } = createPublicKey(privateKey).export({
    format: 'jwk',
  })
  if (kty === 'EC') return { kty, crv, x, y }
  if (kty === 'RSA') return { kty, n, e }
  if (kty === 'OKP') return { kty, crv, x }
  throw new KeyError('E_KEYS_MISMATCH', `a signing key cannot be of type ${kty}`)
}

/** RFC 7638 §3: SHA-256 over the required members in lexicographic order. */
function thumbprint(members: PublicMembers): KeyId {
  const required = Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
  return hash('sha256', JSON.stringify(required), 'base64url') as KeyId
}
