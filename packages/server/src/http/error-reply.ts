import type { OAuthError } from '@grantd/domain'
import type { ErrorPage, ErrorReason, LanguageClues, MessagePage } from '@grantd/oauth'
import type { Exchange } from './exchange.ts'
import type { Refusal } from './hooks/order.ts'
import { toRefusal } from './refusal.ts'
import { type ReplyContext, sendReply } from './reply.ts'
import { statusOf, wireCodeOf } from './status.ts'

/** How a caller reads a refusal: programs as JSON, people as a page. */
export type ErrorForm = 'json' | 'page'

/** Answers whatever was thrown, and logs what is a fault: once, with the request id. */
export function sendError(
  exchange: Exchange,
  thrown: unknown,
  form: ErrorForm,
  reply: ReplyContext,
  clues?: LanguageClues,
): void {
  const refusal = toRefusal(thrown)
  const status = statusOf(refusal.code)
  if (status >= 500) {
    const fields = { request_id: exchange.id, path: exchange.path, err: refusal.cause ?? refusal }
    if (status === 503) reply.context.services.log.warn(fields, 'request refused, try again later')
    else reply.context.services.log.error(fields, 'request failed')
  }
  addErrorHeaders(exchange, refusal)
  const code = wireCodeOf(refusal.code)
  const { message, retryAfter } = refusal
  sendRefusal(exchange, { status, code, text: message, retryAfter }, form, reply, clues)
}

const REFUSALS: Readonly<Record<Refusal, readonly [status: number, code: string, text: string]>> = {
  bad_path: [400, 'invalid_request', 'the path is not valid percent-encoding'],
  misdirected: [421, 'invalid_request', 'the request target must be a path'],
  foreign_host: [
    421,
    'invalid_request',
    'this server is not called by the name in the Host header; set OAUTH2_PUBLIC_URL to the URL that you use',
  ],
  denied_address: [403, 'access_denied', 'request source is denylisted'],
  too_many_headers: [431, 'invalid_request', 'too many header fields'],
  repeated_header: [400, 'invalid_request', 'a header was sent more than once'],
  method_not_allowed: [405, 'invalid_request', 'this method is not allowed here'],
  not_found: [404, 'not_found', 'there is nothing at this path'],
  overloaded: [503, 'service_unavailable', 'the server is busy; try again shortly'],
}

/** Answers a refusal that no endpoint was needed for; `isForPrograms` where only such call. */
export function sendKnownRefusal(
  exchange: Exchange,
  refusal: Refusal,
  isForPrograms: boolean,
  reply: ReplyContext,
): void {
  const [status, code, text] = REFUSALS[refusal]
  if (status === 503) exchange.setHeader('Retry-After', '1')
  const isPage = !isForPrograms && prefersHtml(exchange.request.headers.accept)
  sendRefusal(exchange, { status, code, text }, isPage ? 'page' : 'json', reply)
}

/** Answers a refusal of a request that no endpoint has read; `isForPrograms` where only such call. */
export function sendEarlyError(
  exchange: Exchange,
  error: OAuthError,
  isForPrograms: boolean,
  reply: ReplyContext,
): void {
  const isPage = !isForPrograms && prefersHtml(exchange.request.headers.accept)
  sendError(exchange, error, isPage ? 'page' : 'json', reply)
}

/** Whether `text/html` is named, and before JSON; `*` alone means a program. */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined) return false
  const html = accept.indexOf('text/html')
  const json = accept.indexOf('application/json')
  return html !== -1 && (json === -1 || html < json)
}

interface RefusalText {
  readonly status: number
  readonly code: string
  readonly text: string
  readonly retryAfter?: number | undefined
}

function sendRefusal(
  exchange: Exchange,
  { status, code, text, retryAfter }: RefusalText,
  form: ErrorForm,
  reply: ReplyContext,
  clues?: LanguageClues,
): void {
  if (form === 'page') {
    try {
      const page = status === 404 ? NOT_FOUND : errorPage(status, code, text, exchange.id)
      // Faults were logged with their cause; a refusal is found by the id that the person was given. Those
      // of a flood are in the access log, and counted (rate-limits/refusal-log.ts).
      if (status !== 404 && status !== 429 && status < 500) {
        reply.context.services.log.info(
          { request_id: exchange.id, path: exchange.path, code },
          text,
        )
      }
      sendReply(exchange, { kind: 'page', status, page }, { clues }, reply)
      return
    } catch (err) {
      reply.context.services.log.error({ request_id: exchange.id, err }, 'error page failed')
    }
  }
  const body = {
    error: code,
    error_description: text,
    // For programs that do not see headers.
    ...(status === 429 && retryAfter !== undefined && { retry_after: retryAfter }),
  }
  sendReply(exchange, { kind: 'json', status, body }, {}, reply)
}

/** Nothing failed here, so there is nothing to report and no id to quote. */
const NOT_FOUND: MessagePage = { page: 'message', notice: 'not_found' }

function errorPage(status: number, code: string, text: string, errorId: string): ErrorPage {
  const explanation = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/([.!?])\.$/, '$1')
  return {
    page: 'error',
    reason: reasonOf(status),
    explanation,
    code,
    errorId,
    details: [],
    hasWayOn: false,
  }
}

function reasonOf(status: number): ErrorReason {
  if (status === 503) return 'busy'
  if (status >= 500) return 'failed'
  return status === 429 ? 'too_many' : 'refused'
}

function addErrorHeaders(exchange: Exchange, refusal: OAuthError): void {
  if (refusal.retryAfter !== undefined || refusal.code === 'temporarily_unavailable') {
    exchange.setHeader('Retry-After', String(refusal.retryAfter ?? 1))
  }
  const challenge = challengeOf(refusal)
  if (challenge !== undefined) exchange.setHeader('WWW-Authenticate', challenge)
}

/** RFC 6749 §5.2 for clients, RFC 6750 §3 for bearers of tokens. */
function challengeOf({ code, challenge, isAnonymous, message }: OAuthError): string | undefined {
  if (code === 'invalid_client' && challenge !== 'Bearer') return 'Basic realm="grantd"'
  const isBearer = code === 'invalid_token' || code === 'insufficient_scope'
  if (!isBearer && challenge !== 'Bearer') {
    return challenge === 'Basic' ? 'Basic realm="grantd"' : undefined
  }
  if (isAnonymous) return 'Bearer realm="grantd"'
  return `Bearer realm="grantd", error="${wireCodeOf(code)}", error_description="${message}"`
}
