import { UpstreamError } from '@grantd/domain'
import type { ServerMetadata } from 'openid-client'
import { safeWord } from './failures.ts'

/** What people do who go back, and what providers say for them. */
const DENIALS: ReadonlySet<string> = new Set([
  'access_denied',
  'consent_required',
  'login_required',
  'interaction_required',
  'account_selection_required',
  'user_cancelled_login',
  'user_cancelled_authorize',
])

const TENANT = '{tenantid}'
/** Of a tenant of Microsoft. */
export const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The query of the callback, judged: by whom it is (RFC 9207), and whether it has a code. */
export function checkAnswer(params: URLSearchParams, metadata: ServerMetadata): URLSearchParams {
  const iss = params.get('iss')
  const isPromised = metadata.authorization_response_iss_parameter_supported === true
  if (iss === null ? isPromised : !isOfIssuer(iss, metadata.issuer))
    throw new UpstreamError('mixed_up', 'the answer is not of the issuer that was asked')
  const error = params.get('error')
  if (error !== null) {
    const isDenial = DENIALS.has(error)
    throw new UpstreamError(
      isDenial ? 'denied' : 'unavailable',
      `the provider answered ${safeWord(error)}`,
    )
  }
  const code = params.get('code')
  if (code === null || code === '') throw new UpstreamError('mixed_up', 'the answer has no code')
  const kept = new URLSearchParams(params)
  // The library compares the text, which for a template is another one for each tenant.
  if (metadata.issuer.includes(TENANT)) kept.delete('iss')
  return kept
}

/** Whether `iss` is the issuer, or one of its tenants where the issuer is a template. */
export function isOfIssuer(iss: unknown, issuer: string): boolean {
  if (typeof iss !== 'string') return false
  const [head = '', tail] = issuer.split(TENANT)
  if (tail === undefined) return iss === issuer
  const middle = iss.slice(head.length, iss.length - tail.length)
  return iss.startsWith(head) && iss.endsWith(tail) && GUID.test(middle)
}
