// Owns: every answer of an operation: what it says itself, and the refusals that follow from its caller,
// its body and its tokens. Does not own: when they are given (mount.ts, hooks/, the endpoints).
import type { OAuthErrorCode } from '@grantd/domain'
import { type Answer, LEADS_ON, PAGE } from '@grantd/oauth'
import { PROBES } from '../http/hooks/https-redirect.ts'
import { isForPrograms } from '../http/paths.ts'
import { statusOf, wireCodeOf } from '../http/status.ts'
import { headerReferences, headersOf } from './components.ts'
import type { DescribedEndpoint, DocumentFacts } from './document.ts'
import type { JsonObject, NamedParts } from './named-parts.ts'

/** Wire codes that no `OAuthError` carries: the door of an overloaded server says its own. */
type Code = OAuthErrorCode | 'service_unavailable'

/** Those that say in a header what has to be shown. */
const CHALLENGED: ReadonlySet<Code> = new Set([
  'invalid_client',
  'invalid_token',
  'insufficient_scope',
])
/** A response with more codes than that is of one operation, and stands there. */
const MOST_IN_NAME = 3

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request cannot be used:',
  401: 'Nothing valid was shown:',
  403: 'This is not for whoever asks:',
  404: 'There is no such thing:',
  408: 'The body came too slowly:',
  413: 'The body is too large:',
  415: 'The body is of another type:',
  429: 'Too many requests, or tries:',
  503: 'Not now; try again:',
}

/** By status, in order. */
export function responsesOf(
  endpoint: DescribedEndpoint,
  facts: DocumentFacts,
  named: NamedParts,
): JsonObject {
  const answers = successesOf(endpoint)
  const refusals = Map.groupBy(codesOf(endpoint, facts), (code) =>
    code === 'service_unavailable' ? 503 : statusOf(code),
  )
  const statuses = new Set([...answers.map(({ status }) => status), ...refusals.keys()])
  const about = {
    isLimited: facts.isLimited && !PROBES.has(endpoint.path),
    hasEtag: answers.some(({ status }) => status === 304),
  }
  return Object.fromEntries(
    [...statuses]
      .toSorted((a, b) => a - b)
      .map((status) => {
        const own = answers.filter((answer) => answer.status === status)
        const codes = refusals.get(status) ?? []
        const hasChallenge = codes.some((code) => CHALLENGED.has(code))
        const names = headersOf(status, { ...about, hasChallenge })
        const headers = headerReferences(names)
        const content = contentOf(endpoint, own, codes, named)
        const description = own[0]?.says ?? `${MEANINGS[status]} ${wordsOf(codes).join(', ')}`
        const response = {
          description,
          ...(headers && { headers }),
          ...(content && { content }),
        }
        if (own.length > 0 || codes.length > MOST_IN_NAME) return [String(status), response]
        const name = nameOf(codes, isForPrograms(endpoint), names)
        return [String(status), named.response(name, response)]
      }),
  )
}

function successesOf(endpoint: DescribedEndpoint): readonly Answer[] {
  const { caller, response: schema, responseStatus: status = 200, answers = [] } = endpoint
  if (schema === undefined) return caller === 'session' ? [PAGE, LEADS_ON, ...answers] : answers
  return [{ status, says: 'Done.', type: 'application/json', schema }, ...answers]
}

/** What each endpoint may be refused with, whatever it does. */
function codesOf(endpoint: DescribedEndpoint, facts: DocumentFacts): readonly Code[] {
  const { caller, body, method, bearer = [], refuses = [], path, rateClass } = endpoint
  const isProbe = PROBES.has(path)
  const isRead = bearer.some((kind) => kind !== 'reader_token')
  const isScoped = bearer.includes('access_token') || bearer.includes('admin_token')
  return [
    'invalid_request',
    'access_denied',
    ...(caller === 'client' ? (['invalid_client'] as const) : []),
    ...(isRead ? (['invalid_token'] as const) : []),
    ...(isRead && isScoped ? (['insufficient_scope'] as const) : []),
    ...(caller === 'session' && method === 'POST' ? (['invalid_csrf_token'] as const) : []),
    ...(body === 'none'
      ? []
      : (['request_timeout', 'content_too_large', 'unsupported_media_type'] as const)),
    ...refuses,
    ...((facts.isLimited && !isProbe) || rateClass === 'credentials'
      ? (['too_many_requests'] as const)
      : []),
    'temporarily_unavailable',
    ...(isProbe ? [] : (['service_unavailable'] as const)),
  ]
}

function contentOf(
  endpoint: DescribedEndpoint,
  answers: readonly Answer[],
  codes: readonly Code[],
  named: NamedParts,
): JsonObject | undefined {
  const schemas = new Map<string, JsonObject[]>()
  const add = (type: string, schema: JsonObject) =>
    schemas.set(type, [...(schemas.get(type) ?? []), schema])
  for (const { type, schema } of answers) {
    if (type === undefined) continue
    add(type, schema === undefined ? { type: 'string' } : named.schema(schema))
  }
  if (codes.length > 0) add('application/json', errorSchema(codes))
  if (codes.length > 0 && !isForPrograms(endpoint) && !schemas.has('text/html'))
    add('text/html', { type: 'string' })
  if (schemas.size === 0) return undefined
  return Object.fromEntries(
    [...schemas].map(([type, [only, ...more]]) => [
      type,
      { schema: more.length === 0 ? only : { anyOf: [only, ...more] } },
    ]),
  )
}

/** Of a refusal: its codes, who reads it, and which headers come with it. */
function nameOf(codes: readonly Code[], isOfPrograms: boolean, headers: readonly string[]): string {
  const words = codes.map((code) => code.replaceAll(/(?:^|_)([a-z])/g, (_, a) => a.toUpperCase()))
  return [
    words.join('Or'),
    ...(isOfPrograms ? [] : ['OrPage']),
    ...(headers.includes('WWW-Authenticate') ? ['WithChallenge'] : []),
    ...(headers.includes('X-RateLimit-Limit') ? [] : ['Uncounted']),
  ].join('')
}

/** As they are on the wire. */
function wordsOf(codes: readonly Code[]): readonly string[] {
  const words = codes.map((code) => (code === 'service_unavailable' ? code : wireCodeOf(code)))
  return [...new Set(words)]
}

function errorSchema(codes: readonly Code[]): JsonObject {
  return {
    allOf: [
      { $ref: '#/components/schemas/Error' },
      { properties: { error: { enum: wordsOf(codes) } } },
    ],
  }
}
