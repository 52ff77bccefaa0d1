// Owns: who may call what, in the words of OpenAPI. Does not own: proving it (mount.ts, the endpoints).
import type { BearerKind } from '@grantd/oauth'
import { cookieNames } from '../http/cookies.ts'
import type { DescribedEndpoint, DocumentFacts } from './document.ts'
import type { JsonObject } from './named-parts.ts'

const TOKENS: Readonly<Record<BearerKind, string>> = {
  access_token: 'An access token of this server.',
  admin_token:
    'An access token with the scope `admin`, of a client that OAUTH2_ADMIN_CLIENT_IDS lists.',
  initial_access_token: 'From `grantd client initial-access-token`.',
  registration_token: 'The registration_access_token that came with the registration.',
  ingest_token: 'The value of OAUTH2_EVENTS_INGEST_BEARER_TOKEN.',
  reader_token:
    'The value of OAUTH2_METRICS_BEARER_TOKEN, or an access token as for administrators.',
}

const CLIENT_BASIC = {
  type: 'http',
  scheme: 'basic',
  description:
    'client_secret_basic (RFC 6749 §2.3.1). The other methods, client_secret_post, client_secret_jwt and private_key_jwt, send what proves the client in the form.',
}

/** The schemes that these endpoints use. */
export function securitySchemes(
  endpoints: readonly DescribedEndpoint[],
  { oauth }: DocumentFacts,
): JsonObject {
  const kinds = new Set(endpoints.flatMap(({ bearer = [] }) => bearer))
  const isSecure = oauth.baseUrl.startsWith('https:')
  const hasClients = endpoints.some(({ caller }) => caller === 'client')
  const hasSessions = endpoints.some(({ caller }) => caller === 'session')
  return {
    ...(hasClients && { client_secret_basic: CLIENT_BASIC }),
    ...Object.fromEntries(
      Object.entries(TOKENS)
        .filter(([kind]) => kinds.has(kind as BearerKind)) // names of TOKENS
        .map(([kind, description]) => [kind, { type: 'http', scheme: 'bearer', description }]),
    ),
    ...(hasSessions && {
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: cookieNames(isSecure).session,
        description: 'Of a person who is signed in.',
      },
    }),
  }
}

/** The alternatives of one endpoint; an empty one is for who proves nothing, or in the form. */
export function securityOf(
  { caller, bearer = [], allowsNoBearer }: DescribedEndpoint,
  { oauth }: DocumentFacts,
): readonly JsonObject[] {
  if (caller === 'client') return [{ client_secret_basic: [] }, {}]
  if (caller === 'session') return [{ session: [] }, {}]
  const isFree = bearer.length > 0 && allowsNoBearer?.(oauth) === true
  return [...bearer.map((kind) => ({ [kind]: [] })), ...(isFree ? [{}] : [])]
}
