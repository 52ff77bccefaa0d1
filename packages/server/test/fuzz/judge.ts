// Owns: what any answer to any request must be. Does not own: whether it was the right one.
import assert from 'node:assert/strict'
import type { Documented } from '../support/documented.ts'
import type { FuzzAnswer, FuzzRequest, Known } from './cast.ts'
import { MARKUP } from './vocabulary.ts'

const CODE = /^[a-z_]+$/
/** RFC 6749 §5.2: what error_description may consist of. */
const DESCRIPTION = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/
const INSIDES = /\bat \S+ \(|node:internal|\.ts:\d+|SQLITE_|E11000|syntax error at|\/node_modules\//

/** Throws an AssertionError that says what is wrong with the answer. */
export function judge(
  request: FuzzRequest,
  answer: FuzzAnswer,
  known: Known,
  documented: Documented,
): void {
  const { status, headers, body } = answer
  const about = `${request.method} ${request.target.slice(0, 200)} → ${status} ${body.slice(0, 300)}`
  assert.ok(status < 500 || status === 503, about)
  assert.equal(documented.problemOf(request.method, request.target, answer), undefined, about)
  assert.equal(headers.server, undefined, about)
  assert.equal(headers['x-powered-by'], undefined, about)
  assert.equal(headers['x-content-type-options'], 'nosniff', about)
  assert.doesNotMatch(body, INSIDES, about)
  for (const value of Object.values(headers).flat()) {
    assert.doesNotMatch(value ?? '', /[\r\n\0]/, about)
  }
  const isBare = request.method === 'HEAD' || status === 204 || status === 304
  assert.ok(isBare || body !== '' || status === 303 || status === 200, about)
  const type = String(headers['content-type'] ?? '')
  if (type.startsWith('text/html')) assert.ok(!body.includes(MARKUP), `markup came back: ${about}`)
  if (type.startsWith('application/json') && body !== '') judgeJson(answer, about)
  if (status === 401)
    assert.match(String(headers['www-authenticate']), /^(?:Basic|Bearer) realm=/, about)
  if (status === 405) assert.ok(headers.allow, about)
  if (status === 429) assert.match(String(headers['retry-after']), /^\d+$/, about)
  if (status >= 400) assert.equal(headers['cache-control'], 'no-store', about)
  judgeRedirect(answer, known, about)
  judgeSecrets(answer, known, about)
}

function judgeJson({ status, headers, body }: FuzzAnswer, about: string): void {
  const json: unknown = JSON.parse(body)
  if (status < 400) return
  assert.ok(typeof json === 'object' && json !== null, about)
  if (!('error' in json)) return // a report of health, as the document allows
  const { error, error_description } = json as { error?: unknown; error_description?: unknown }
  assert.match(String(error), CODE, about)
  assert.match(String(error_description), DESCRIPTION, about)
  if (status !== 503) return
  const isOff = error === 'event_ingest_auth_not_configured' || error === 'eventing_disabled'
  if (!isOff) assert.match(String(headers['retry-after']), /^\d+$/, about)
}

function judgeRedirect({ status, headers }: FuzzAnswer, known: Known, about: string): void {
  const { location } = headers
  if (location === undefined) return
  assert.ok(status === 303 || status === 201, about)
  const target = String(location)
  const isOwn = /^\/(?![/\\])/.test(target) || target.startsWith(`${known.origin}/`)
  assert.ok(isOwn || target.startsWith(`${known.redirectUri}?`), `sent to ${target}: ${about}`)
}

function judgeSecrets({ headers, body }: FuzzAnswer, known: Known, about: string): void {
  const all = body + JSON.stringify(headers)
  assert.ok(!all.includes(known.password), `the password came back: ${about}`)
  assert.ok(!all.includes(known.confidential.secret), `a client secret came back: ${about}`)
}
