/** Wire codes of RFC 6749 §4.1.2.1 and §5.2 and of the extensions that this server speaks. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_authorization_details'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'unapproved_software_statement'
  | 'access_denied'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'account_selection_required'
  | 'unmet_authentication_requirements'
  | 'invalid_request_object'
  | 'invalid_request_uri'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  | 'invalid_csrf_token'
  | 'not_found'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'content_too_large'
  | 'request_timeout'
  | 'too_many_requests'
  | 'temporarily_unavailable'
  | 'server_error'

export interface OAuthErrorDetails {
  /** For the log only; never leaves the server. */
  readonly cause?: unknown
  /** Whole seconds after which the caller may try again (Retry-After). */
  readonly retryAfter?: number
  /** Says which challenge a 401 carries. */
  readonly challenge?: 'Basic' | 'Bearer'
  /** The caller showed no token at all: the challenge then names no error (RFC 6750 §3). */
  readonly isAnonymous?: boolean
}

/**
 * A refusal: an answer the protocol foresees, not a fault. `message` is public text that tells the
 * caller what to do and reveals nothing of others.
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode
  readonly retryAfter: number | undefined
  readonly challenge: 'Basic' | 'Bearer' | undefined
  readonly isAnonymous: boolean

  constructor(code: OAuthErrorCode, description: string, details: OAuthErrorDetails = {}) {
    super(wireText(description), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'OAuthError'
    this.code = code
    this.retryAfter = details.retryAfter
    this.challenge = details.challenge
    this.isAnonymous = details.isAnonymous === true
  }
}

/**
 * The characters that RFC 6749 §5.2 allows in `error_description`, which may quote what a caller sent:
 * printable ASCII without quotation mark and backslash.
 */
function wireText(description: string): string {
  return description.replace(/["\\]/g, "'").replace(/[^\x20-\x7E]/gu, '?')
}

export const invalidRequest = (description: string): OAuthError =>
  new OAuthError('invalid_request', description)

/** Always the same text: an unknown client and a wrong secret must not be told apart. */
export const invalidClient = (details: OAuthErrorDetails = {}): OAuthError =>
  new OAuthError('invalid_client', 'client authentication failed', {
    challenge: 'Basic',
    ...details,
  })

export const invalidGrant = (description: string): OAuthError =>
  new OAuthError('invalid_grant', description)

export const invalidScope = (description: string): OAuthError =>
  new OAuthError('invalid_scope', description)

export const unauthorizedClient = (description: string): OAuthError =>
  new OAuthError('unauthorized_client', description)

export const temporarilyUnavailable = (details: OAuthErrorDetails = {}): OAuthError =>
  new OAuthError('temporarily_unavailable', 'the server is busy; try again shortly', {
    retryAfter: 1,
    ...details,
  })

/**
 * `conflict`: a unique key exists already. `unavailable`: surely nothing was written. `unknown`: the
 * commit may or may not have happened (the connection broke between COMMIT and its reply); the
 * caller must neither repeat nor confirm. `corrupt`: stored data does not read back.
 */
export type StorageErrorKind = 'conflict' | 'unavailable' | 'unknown' | 'corrupt'

export class StorageError extends Error {
  readonly kind: StorageErrorKind
  /** What an operator should do, where that is known. */
  readonly fix: string | undefined

  constructor(
    kind: StorageErrorKind,
    details: { cause?: unknown; message?: string; fix?: string } = {},
  ) {
    super(details.message ?? `storage ${kind}`, { cause: details.cause })
    this.name = 'StorageError'
    this.kind = kind
    this.fix = details.fix
  }
}
