import { createPublicKey } from 'node:crypto'
import type { PublicKey } from '@grantd/domain'
import { isRecord } from '../json.ts'
import { bad } from './members.ts'

const MAX_KEYS = 20
const MIN_RSA_BITS = 2_048
const MAX_RSA_BITS = 8_192
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const TYPES = ['RSA', 'EC', 'OKP']

/**
 * A JWK Set of public keys only (RFC 7517 §5): each parses, has a kid of its own, and is strong
 * enough. Throws `invalid_client_metadata` (T127); `name` says which member or document it is.
 */
export function readPublicKeys(
  value: unknown,
  name: string,
): { readonly keys: readonly PublicKey[] } {
  if (!isRecord(value) || !Array.isArray(value.keys)) throw bad(`${name} must be a JWK Set`)
  if (value.keys.length === 0 || value.keys.length > MAX_KEYS)
    throw bad(`${name} must have between 1 and ${MAX_KEYS} keys`)
  const keys = value.keys.map((key: unknown) => readPublicKey(key, name))
  const kids = keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid]))
  if (new Set(kids).size !== kids.length) throw bad(`${name} has two keys with one kid`)
  return { keys }
}

function readPublicKey(key: unknown, name: string): PublicKey {
  if (!isRecord(key)) throw bad(`${name} has a key that is no object`)
  const { kty, kid } = key
  if (typeof kty !== 'string' || !TYPES.includes(kty))
    throw bad(`${name} has a key whose kty is not one of ${TYPES.join(', ')}`)
  if (PRIVATE.some((member) => member in key))
    throw bad(`${name} has a private key; send public members only`)
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > 256))
    throw bad(`${name} has a kid that is no short text`)
  const bits = rsaBitsOf(key, name)
  if (bits !== undefined && (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS))
    throw bad(`${name} has an RSA key that is not between ${MIN_RSA_BITS} and ${MAX_RSA_BITS} bits`)
  return { ...key, kty }
}

function rsaBitsOf(key: Readonly<Record<string, unknown>>, name: string): number | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' }).asymmetricKeyDetails?.modulusLength
  } catch {
    throw bad(`${name} has a key that cannot be read`)
  }
}
