import type { OAuthErrorCode } from '@grantd/domain'

/** Codes with a status of their own; RFC 6749 §5.2 gives 400 to all others. */
const STATUS: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  access_denied: 403,
  invalid_csrf_token: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  content_too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  server_error: 500,
  temporarily_unavailable: 503,
}

/** Codes of ours that no RFC registers; the status says what they mean. */
const INTERNAL: ReadonlySet<OAuthErrorCode> = new Set([
  'method_not_allowed',
  'unsupported_media_type',
  'content_too_large',
  'request_timeout',
])

export function statusOf(code: OAuthErrorCode): number {
  return STATUS[code] ?? 400
}

/** The value of `error` in the body. */
export function wireCodeOf(code: OAuthErrorCode): OAuthErrorCode {
  return INTERNAL.has(code) ? 'invalid_request' : code
}
