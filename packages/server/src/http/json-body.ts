import type { IncomingMessage } from 'node:http'
import { invalidRequest, OAuthError } from '@grantd/domain'
import { readBody } from './body.ts'

const JSON_TYPE = /^application\/json(?:; ?charset="?utf-8"?)?$/i
const MAX_DEPTH = 16

/** Throws `unsupported_media_type` for any other type, and what `readBody` and `parseJson` throw. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type']
  if (type === undefined || !JSON_TYPE.test(type)) {
    throw new OAuthError('unsupported_media_type', 'send the body as application/json')
  }
  return parseJson(await readBody(request))
}

/** JSON of at most 16 levels without `__proto__` members; throws `invalid_request`. */
export function parseJson(text: string): unknown {
  // Before parsing, so that depth costs no stack (CVE-2025-59466).
  if (depthOf(text) > MAX_DEPTH)
    throw invalidRequest(`at most ${MAX_DEPTH} levels of JSON are read`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalidRequest('the body is not valid JSON')
  }
  if (namesProto(value)) throw invalidRequest('a member may not be named __proto__')
  return value
}

function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (isString) {
      if (char === '\\') at++
      else if (char === '"') isString = false
    } else if (char === '"') isString = true
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth)
    else if (char === '}' || char === ']') depth--
  }
  return deepest
}

function namesProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Object.hasOwn(value, '__proto__')) return true
  return Object.values(value).some(namesProto)
}
