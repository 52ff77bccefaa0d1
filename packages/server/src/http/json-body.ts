import type { IncomingMessage } from 'node:http'
import { invalidRequest, OAuthError } from '@grantd/domain'
import { type JsonProblem, readJsonText } from '@grantd/oauth'
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

/** JSON of at most 16 levels without `__proto__` and repeated members; throws `invalid_request`. */
export function parseJson(text: string): unknown {
  const read = readJsonText(text, MAX_DEPTH)
  if (!('problem' in read)) return read.value
  throw invalidRequest(PROBLEMS[read.problem])
}

const PROBLEMS: Readonly<Record<JsonProblem, string>> = {
  too_deep: `at most ${MAX_DEPTH} levels of JSON are read`,
  malformed: 'the body is not valid JSON',
  proto: 'a member may not be named __proto__',
  repeated: 'a member is named twice',
}
