import {
  CLAIM_SCOPES,
  type Client,
  checkResources,
  DEFAULT_SCOPE,
  invalidScope,
  isPublicClient,
  isSubsetOf,
  narrowScope,
  parseScope,
  type Scope,
  scopeTokens,
  unauthorizedClient,
} from '@grantd/domain'
import { Type } from '../../schema.ts'
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
    const scope = scopeFor(client, parameters.scope)
    // Nothing is spent, so no order is needed: keyed by client, the requests of one client would wait
    // for each other's commits.
    return services.tokens.for(request.requestId).create({
      client,
      scope,
      resources: checkResources(resources, services.settings.resources),
    })
  },
})

/** What was decided of the scopes that a client asks for again and again; a change makes another client. */
const decided = new WeakMap<Client, Map<string | undefined, Scope>>()
const MOST_DECIDED = 16

function scopeFor(client: Client, text: string | undefined): Scope {
  const known = decided.get(client)
  const again = known?.get(text)
  if (again !== undefined) return again
  const scope = decideScope(client, text)
  // What was sent is part of a whole body, which it would keep in memory: remembered is our own spelling.
  if (text !== undefined && text !== scope) return scope
  const asked = text === undefined ? undefined : scope
  if (known === undefined) decided.set(client, new Map([[asked, scope]]))
  else if (known.size < MOST_DECIDED) known.set(asked, scope)
  return scope
}

/** Throws `invalid_scope`. */
function decideScope(client: Client, text: string | undefined): Scope {
  const fallback = isSubsetOf(DEFAULT_SCOPE, client.scope) ? DEFAULT_SCOPE : client.scope
  const asked = text === undefined ? fallback : parseScope(text)
  const scope = narrowScope(asked, client.scope)
  const personal = scopeTokens(scope).find((token) =>
    (PERSONAL as readonly string[]).includes(token),
  )
  if (personal === undefined) return scope
  throw invalidScope(`scope "${personal}" needs a person; client_credentials has none`)
}
