import type { JsonObject } from './named-parts.ts'

export const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  description: 'RFC 6749 §5.2.',
  required: ['error', 'error_description'],
  properties: {
    error: { type: 'string' },
    error_description: { type: 'string', description: 'What to do about it, for developers.' },
    retry_after: { type: 'integer', description: 'Seconds, with 429.' },
  },
}

const number = (description: string): JsonObject => ({ description, schema: { type: 'integer' } })
const text = (description: string): JsonObject => ({ description, schema: { type: 'string' } })

export const HEADERS: JsonObject = {
  ETag: text('Of this version of the document, for If-None-Match.'),
  Location: { ...text('Where to go on.'), required: true },
  'Retry-After': number('Seconds after which to try again.'),
  'WWW-Authenticate': text('What to show (RFC 7235 §4.1, RFC 6750 §3).'),
  'X-RateLimit-Limit': number('Requests that the bucket holds.'),
  'X-RateLimit-Remaining': number('Requests that are left in it.'),
  'X-RateLimit-Reset': number('Seconds until it is full again.'),
}

const RATE = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset']

/** References to header fields of the components; undefined where there is none. */
export function headerReferences(names: readonly string[]): JsonObject | undefined {
  if (names.length === 0) return undefined
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

/** Headers that an answer of this status has. */
export function headersOf(
  status: number,
  about: { readonly isLimited: boolean; readonly hasChallenge: boolean; readonly hasEtag: boolean },
): readonly string[] {
  return [
    ...(status === 303 ? ['Location'] : []),
    ...(about.hasEtag && (status === 200 || status === 304) ? ['ETag'] : []),
    ...(about.hasChallenge ? ['WWW-Authenticate'] : []),
    ...(status === 429 || status === 503 ? ['Retry-After'] : []),
    ...(about.isLimited ? RATE : []),
  ]
}
