import { invalidClient } from '@grantd/domain'
import type { ClientAuthMethod } from './method.ts'

const MAX_LENGTH = 2_048
// Canonical base64 only: a lenient decoder would accept several texts for one secret.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const SCHEME = /^basic /i

/** HTTP Basic with form-encoded parts (RFC 6749 §2.3.1, RFC 7617). */
export const clientSecretBasic: ClientAuthMethod = {
  names: ['client_secret_basic'],
  spec: 'RFC 6749 §2.3.1',
  read({ authorization }) {
    if (authorization === undefined) return undefined
    if (!SCHEME.test(authorization) || authorization.length > MAX_LENGTH) throw invalidClient()
    const encoded = authorization.slice('basic '.length)
    if (!BASE64.test(encoded)) throw invalidClient()
    const text = Buffer.from(encoded, 'base64').toString('utf8')
    const colon = text.indexOf(':')
    if (colon < 1) throw invalidClient()
    const clientId = decodePart(text.slice(0, colon))
    const secret = decodePart(text.slice(colon + 1))
    if (secret === '') throw invalidClient()
    return { clientId, proof: { kind: 'secret', secret } }
  },
}

function decodePart(part: string): string {
  try {
    const decoded = decodeURIComponent(part.replaceAll('+', ' '))
    if (decoded.includes('\0') || decoded.includes('\uFFFD')) throw invalidClient()
    return decoded
  } catch (cause) {
    throw invalidClient({ cause })
  }
}
