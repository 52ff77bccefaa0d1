import { isSubsetOf, type UserId } from '@grantd/domain'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { clientDigest } from '../authorize/request-text.ts'
import type { Services } from '../services.ts'

/**
 * Whether the person must be asked. A remembered consent counts only while it covers the scope, the
 * client still looks as it did, and an operator vouched for the client.
 */
export async function isConsentNeeded(
  request: AuthorizationRequest,
  userId: UserId,
  services: Services,
): Promise<boolean> {
  if (request.client.registeredBy === 'self') return true
  const consent = await services.storage.consents.find(userId, request.client.id)
  if (consent === undefined || consent.clientDigest !== clientDigest(request.client)) return true
  return !isSubsetOf(request.scope, consent.scope)
}
