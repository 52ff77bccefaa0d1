import { UpstreamError, type UpstreamFailure } from '@grantd/domain'

/** Codes of openid-client, whose messages may name a claim and never its value. */
const NOT_BELIEVED: ReadonlySet<string> = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
])

/** Whatever a step threw, as the one error of this package. Causes may hold tokens: none is kept. */
export function upstreamFailure(step: string, thrown: unknown): UpstreamError {
  const known = ownError(thrown)
  if (known !== undefined) return known
  const { code, message, error } = parts(thrown)
  if (code === 'OAUTH_RESPONSE_BODY_ERROR')
    return new UpstreamError('exchange_refused', `${step}: the provider says ${safeWord(error)}`)
  const reason: UpstreamFailure = NOT_BELIEVED.has(code) ? 'not_believed' : 'unavailable'
  return new UpstreamError(reason, `${step}: ${message}${code === '' ? '' : ` (${code})`}`)
}

/** Errors of the port come back wrapped. */
function ownError(thrown: unknown): UpstreamError | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; depth++) {
    if (error instanceof UpstreamError) return error
    error = error.cause
  }
  return undefined
}

function parts(thrown: unknown): { code: string; message: string; error: unknown } {
  if (!(thrown instanceof Error)) return { code: '', message: 'failed', error: undefined }
  const { code = '', error } = thrown as { code?: unknown; error?: unknown }
  return { code: String(code), message: thrown.message, error }
}

/** A word of the protocol, or that it was none: what others send must not forge a log line. */
export function safeWord(value: unknown): string {
  return typeof value === 'string' && /^[a-z0-9_.-]{1,64}$/i.test(value) ? value : 'no known word'
}
