import { timingSafeEqual } from 'node:crypto'
import { isRecord, readJsonText } from '../json.ts'
import type { Services } from '../services.ts'

/** What an ID token that we issued says about whom it was issued for. */
export interface IdTokenHint {
  readonly subject: string
  readonly audience: string
  readonly sid: string | undefined
}

const MAX_LENGTH = 8_192
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA']

/**
 * Reads an `id_token_hint` (OIDC Core §3.1.2.1, RP-Initiated Logout §2). The one entry point for this
 * purpose: signed by a published key of ours, type JWT, issuer this server. An expired one is fine: it
 * names a person, it opens nothing. `undefined` for anything else (T20, T140).
 */
export async function verifyIdTokenHint(
  text: string,
  { keyring, settings }: Pick<Services, 'keyring' | 'settings'>,
): Promise<IdTokenHint | undefined> {
  if (text.length > MAX_LENGTH) return undefined
  try {
    const { decodeProtectedHeader } = await import('jose') // loaded when first needed
    const header = decodeProtectedHeader(text)
    if (header.typ !== 'JWT') return undefined
    const payload =
      header.alg === 'HS256' && settings.idTokenAlgorithm === 'HS256'
        ? ownHmacPayload(text, keyring)
        : await signedPayload(text, keyring)
    return payload === undefined ? undefined : hintOf(payload, settings.issuer)
  } catch {
    return undefined // not a JWT, not ours, or signed by a key that is gone
  }
}

async function signedPayload(
  text: string,
  keyring: Services['keyring'],
): Promise<string | undefined> {
  const { compactVerify, createLocalJWKSet } = await import('jose')
  await keyring.confirm()
  const keys = createLocalJWKSet(JSON.parse(keyring.publicJwks.body.toString('utf8')))
  const { payload } = await compactVerify(text, keys, { algorithms: ALGORITHMS })
  return Buffer.from(payload).toString('utf8')
}

/** HS256 has no public key: signed anew, the same payload must give the same text. */
function ownHmacPayload(text: string, keyring: Services['keyring']): string | undefined {
  const payload = Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8')
  const again = keyring.activeSigner('HS256').sign(payload, 'JWT')
  if (typeof again !== 'string') return undefined
  const [ours, theirs] = [Buffer.from(again), Buffer.from(text)]
  return ours.length === theirs.length && timingSafeEqual(ours, theirs) ? payload : undefined
}

function hintOf(payload: string, issuer: string): IdTokenHint | undefined {
  const read = readJsonText(payload, 8)
  if ('problem' in read || !isRecord(read.value)) return undefined
  const { iss, sub, aud, sid, exp } = read.value
  // A signed userinfo answer is a JWT of ours as well; it has no end.
  if (
    typeof exp !== 'number' ||
    iss !== issuer ||
    typeof sub !== 'string' ||
    typeof aud !== 'string'
  )
    return undefined
  return { subject: sub, audience: aud, sid: typeof sid === 'string' ? sid : undefined }
}
