import { UNCHANGED } from '../answers.ts'
import type { Endpoint } from '../endpoint.ts'
import { JWKS_MAX_AGE } from '../keys/keyring.ts'
import type { Reply } from '../reply.ts'
import { KeySetSchema } from './document-schemas.ts'

/** The older a view a verifier may cache for an hour, the later it learns of the next key. */
const FRESH_MS = 500

/** The public keys (RFC 7517 §5): next, active and retiring. */
export const jwksEndpoint: Endpoint = {
  id: 'jwks',
  method: 'GET',
  path: '/.well-known/jwks.json',
  spec: 'RFC 7517 §5',
  summary: 'Public keys that verify tokens of this server.',
  caller: 'none',
  body: 'none',
  tag: 'OAuth2',
  response: KeySetSchema,
  answers: [UNCHANGED],
  discoveryName: 'jwks_uri',
  cors: true,
  handle(_input, { keyring, log }) {
    const document = (): Reply => ({
      kind: 'document',
      ...keyring.publicJwks,
      maxAge: JWKS_MAX_AGE,
    })
    const checking = keyring.confirm(FRESH_MS)
    if (checking === undefined) return document()
    return checking.then(document, (error: unknown) => {
      // Without storage nothing is issued, yet tokens already out there still need their keys.
      log.warn({ err: error }, 'the JWKS was served unchecked: storage did not answer')
      return document()
    })
  },
}
