// Owns: what the server says about itself (RFC 8414, OIDC Discovery) and where its keys are.
// Does not own: the lists it speaks of; they are passed in. Start here: `discoveryDocument`.
import {
  ASYMMETRIC_ALGORITHMS,
  KNOWN_SCOPES,
  RESPONSE_TYPES,
  type SigningAlgorithm,
} from '@grantd/domain'
import { PROMPTS } from '../authorize/openid-parameters.ts'
import { RESPONSE_MODES } from '../authorize/response-type.ts'
import { CONTENT_ENCRYPTION, KEY_MANAGEMENT } from '../clients/encrypt-for-client.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Services } from '../services.ts'
import { REACHABLE_ACR } from '../tokens/acr.ts'
import { ID_TOKEN_CLAIMS } from '../tokens/id-token.ts'
import { PERSONAL_CLAIMS } from '../userinfo/claims-of-user.ts'

/** What the document is computed from: the same lists that serve requests, so it cannot drift from them. */
export interface DiscoveryLists {
  readonly endpoints: readonly Endpoint[]
  /** The `grant_type` values that can be redeemed. */
  readonly grantTypes: readonly string[]
  /** The client authentication methods, `none` among them where public clients are served. */
  readonly authMethods: readonly string[]
}

/** Endpoints for which RFC 8414 §2 names a list of authentication methods. */
const AUTHENTICATED = new Set(['token_endpoint', 'introspection_endpoint', 'revocation_endpoint'])

/**
 * The metadata of RFC 8414 §2 and OIDC Discovery §3, one document for both. It lists exactly what is
 * enabled. All URLs begin with configured values, never with a request's Host.
 */
export function discoveryDocument(lists: DiscoveryLists, services: Services): object {
  const { settings } = services
  return {
    issuer: settings.issuer,
    ...endpointUrls(lists, services),
    scopes_supported: KNOWN_SCOPES,
    response_types_supported: RESPONSE_TYPES,
    response_modes_supported: RESPONSE_MODES,
    grant_types_supported: lists.grantTypes,
    ...authMethods(lists, services),
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true, // RFC 9207 §3
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: idTokenAlgorithms(settings.idTokenAlgorithm),
    id_token_encryption_alg_values_supported: KEY_MANAGEMENT,
    id_token_encryption_enc_values_supported: CONTENT_ENCRYPTION,
    userinfo_signing_alg_values_supported: ASYMMETRIC_ALGORITHMS,
    userinfo_encryption_alg_values_supported: KEY_MANAGEMENT,
    userinfo_encryption_enc_values_supported: CONTENT_ENCRYPTION,
    acr_values_supported: REACHABLE_ACR,
    ui_locales_supported: settings.uiLocales,
    claim_types_supported: ['normal'],
    prompt_values_supported: PROMPTS,
    claims_supported: [...ID_TOKEN_CLAIMS, ...PERSONAL_CLAIMS],
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    request_object_signing_alg_values_supported: [...ASYMMETRIC_ALGORITHMS, 'none'],
  }
}

/** What clients may register, and what they get who register nothing. */
function idTokenAlgorithms(fallback: SigningAlgorithm): readonly SigningAlgorithm[] {
  return [...new Set<SigningAlgorithm>([fallback, ...ASYMMETRIC_ALGORITHMS])]
}

function endpointUrls({ endpoints }: DiscoveryLists, services: Services): Record<string, string> {
  const base = services.settings.baseUrl.replace(/\/$/, '')
  const urls: Record<string, string> = {}
  for (const { discoveryName, path, isOn } of endpoints) {
    if (discoveryName === undefined || isOn?.(services.settings) === false) continue
    urls[discoveryName] = base + path
  }
  return urls
}

function authMethods(lists: DiscoveryLists, services: Services): Record<string, readonly string[]> {
  const members: Record<string, readonly string[]> = {}
  for (const endpoint of lists.endpoints) {
    const { discoveryName, allowsPublicClient, allowsAnonymous } = endpoint
    if (discoveryName === undefined || !AUTHENTICATED.has(discoveryName)) continue
    const acceptsNone = allowsPublicClient === true || allowsAnonymous?.(services) === true
    members[`${discoveryName}_auth_signing_alg_values_supported`] = [
      ...ASYMMETRIC_ALGORITHMS,
      'HS256',
    ]
    members[`${discoveryName}_auth_methods_supported`] = acceptsNone
      ? lists.authMethods
      : lists.authMethods.filter((method) => method !== 'none')
  }
  return members
}
