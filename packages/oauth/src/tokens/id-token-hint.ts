import {
  constants,
  createPublicKey,
  type JsonWebKeyInput,
  type KeyObject,
  verify,
} from 'node:crypto'
import { type Client, hashSecret, type SigningAlgorithm, sameHash } from '@grantd/domain'
import type { Services } from '../services.ts'
import { HMAC_KID } from './jwt.ts'

const LONGEST_HINT = 8_192
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/

/**
 * The `sub` of an ID token that this server issued to `client`, or `undefined` for anything else:
 * another type, algorithm or key than ours, another issuer or audience. An expired one still tells
 * who was meant (OIDC Core §3.1.2.1).
 */
export function subjectOfHint(
  hint: string,
  client: Client,
  ports: Pick<Services, 'keyring' | 'settings'>,
): string | undefined {
  const [, head = '', payload = '', signature = ''] =
    hint.length > LONGEST_HINT ? [] : (COMPACT.exec(hint) ?? [])
  const header = readObject(head)
  if (header?.typ !== 'JWT' || 'crit' in header) return undefined
  const isOurs =
    header.kid === HMAC_KID
      ? isOurMac(hint, header, payload, ports)
      : isOurSignature(`${head}.${payload}`, header, signature, ports)
  if (!isOurs) return undefined
  const claims = readObject(payload)
  if (claims?.iss !== ports.settings.issuer || claims.aud !== client.id) return undefined
  return typeof claims.sub === 'string' ? claims.sub : undefined
}

/** A MAC has one text only: made again, it must be the same. */
function isOurMac(
  hint: string,
  header: Readonly<Record<string, unknown>>,
  payload: string,
  { keyring, settings }: Pick<Services, 'keyring' | 'settings'>,
): boolean {
  if (settings.idTokenAlgorithm !== 'HS256' || header.alg !== 'HS256') return false
  const json = Buffer.from(payload, 'base64url').toString('utf8')
  const made = keyring.activeSigner('HS256').sign(json, 'JWT')
  return typeof made === 'string' && sameHash(hashSecret(made), hashSecret(hint))
}

/** The key decides the algorithm; the header may only agree with it (RFC 8725 §3.1). */
function isOurSignature(
  input: string,
  header: Readonly<Record<string, unknown>>,
  signature: string,
  { keyring }: Pick<Services, 'keyring'>,
): boolean {
  const { keys } = JSON.parse(keyring.publicJwks.body.toString()) as {
    keys: readonly (JsonWebKeyInput['key'] & { kid: string; alg: SigningAlgorithm })[]
  }
  const jwk = keys.find(({ kid }) => kid === header.kid)
  if (jwk === undefined || jwk.alg !== header.alg) return false
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const bytes = Buffer.from(input, 'latin1')
  return verifyWith(jwk.alg, key, bytes, Buffer.from(signature, 'base64url'))
}

function verifyWith(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  input: Buffer,
  signature: Buffer,
): boolean {
  switch (algorithm) {
    case 'ES256':
      return verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)
    case 'EdDSA':
      return verify(null, input, key, signature)
    case 'RS256':
      return verify('sha256', input, key, signature)
    case 'PS256': {
      const padding = constants.RSA_PKCS1_PSS_PADDING
      const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
      return verify('sha256', input, { key, padding, saltLength }, signature)
    }
    case 'HS256':
      return false // never by a published key
  }
}

function readObject(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return value as Readonly<Record<string, unknown>>
  } catch {
    return undefined // not JSON, hence not ours
  }
}
