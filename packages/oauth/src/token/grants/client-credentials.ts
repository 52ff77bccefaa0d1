import {
  CLAIM_SCOPES,
  checkResources,
  DEFAULT_SCOPE,
  invalidScope,
  isPublicClient,
  isSubsetOf,
  narrowScope,
  parseScope,
  scopeTokens,
  unauthorizedClient,
} from '@grantd/domain'
import Type from 'typebox'
import { grant } from '../grant.ts'

/** Scopes that speak of a person; a client acting for itself has none (OIDC Core §11). */
const PERSONAL = ['openid', ...CLAIM_SCOPES, 'offline_access'] as const

export const clientCredentials = grant({
  type: 'client_credentials',
  spec: 'RFC 6749 §4.4',
  parameters: Type.Object({ scope: Type.Optional(Type.String()) }),
  redeem({ client, parameters, resources, request }, services) {
    if (isPublicClient(client)) {
      throw unauthorizedClient('a public client cannot use client_credentials')
    }
    const fallback = isSubsetOf(DEFAULT_SCOPE, client.scope) ? DEFAULT_SCOPE : client.scope
    const asked = parameters.scope === undefined ? fallback : parseScope(parameters.scope)
    const scope = narrowScope(asked, client.scope)
    const personal = scopeTokens(scope).find((token) =>
      (PERSONAL as readonly string[]).includes(token),
    )
    if (personal !== undefined) {
      throw invalidScope(`scope "${personal}" needs a person; client_credentials has none`)
    }
    // Nothing is spent, so no order is needed: keyed by client, the requests of one client would wait
    // for each other's commits.
    return services.tokens.for(request.requestId).create({
      client,
      scope,
      resources: checkResources(resources, services.settings.resources),
    })
  },
})
