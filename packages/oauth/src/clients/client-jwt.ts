import type { Client } from '@grantd/domain'
import type { importJWK } from 'jose'
import { isRecord, readJsonText } from '../json.ts'
import type { Services } from '../services.ts'

type Claims = Readonly<Record<string, unknown>>

export interface ClientJwtRules {
  /** What the signature may be; the header only chooses among them (RFC 8725 §3.1). */
  readonly algorithms: readonly string[]
  /** Values of `typ` beside none at all. */
  readonly types: readonly string[]
  /** The secret for HS256, where that is among the algorithms. */
  readonly secret?: Uint8Array
}

const MAX_LENGTH = 16_384
const MAX_KID = 256
/** Members that would let a token bring its own key or meaning (T41, T42). */
const REFUSED = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64']

/**
 * The claims of a JWT that a client signed with a key it registered; `undefined` for anything else.
 * Which claims it must have is for the callers: client-assertion.ts and request-object.ts.
 */
export async function verifyClientJwt(
  text: string,
  client: Client,
  rules: ClientJwtRules,
  services: Pick<Services, 'clientKeys'>,
): Promise<Claims | undefined> {
  const header = readJwtPart(text, 0)
  if (header === undefined || REFUSED.some((name) => name in header)) return undefined
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || !rules.algorithms.includes(alg)) return undefined
  if (typ !== undefined && !rules.types.includes(String(typ))) return undefined
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KID)) return undefined
  for await (const key of keysFor(client, alg, kid, rules, services)) {
    if (await isSigned(text, key, alg)) return readJwtPart(text, 1)
  }
  return undefined
}

type Key = Awaited<ReturnType<typeof importJWK>>

async function* keysFor(
  client: Client,
  algorithm: string,
  kid: string | undefined,
  rules: ClientJwtRules,
  services: Pick<Services, 'clientKeys'>,
): AsyncGenerator<Key> {
  if (algorithm === 'HS256') {
    if (rules.secret !== undefined) yield rules.secret
    return
  }
  const found = await services.clientKeys.find(client, { algorithm, use: 'sig', kid })
  const jose = await import('jose') // loaded when first needed: most servers meet no signed request
  for (const jwk of found) yield await jose.importJWK(jwk, algorithm)
}

async function isSigned(text: string, key: Key, algorithm: string): Promise<boolean> {
  const { compactVerify } = await import('jose')
  try {
    await compactVerify(text, key, { algorithms: [algorithm] })
    return true
  } catch {
    return false
  }
}

/** Header (0) or payload (1) of a compact JWT, unverified; `undefined` unless it is a sound object. */
export function readJwtPart(text: string, part: 0 | 1): Claims | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const parts = text.split('.')
  if (parts.length !== 3) return undefined
  const json = Buffer.from(parts[part] ?? '', 'base64url').toString('utf8')
  const read = readJsonText(json, 8)
  return 'problem' in read || !isRecord(read.value) ? undefined : read.value
}
