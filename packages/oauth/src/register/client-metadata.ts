// Owns: which client metadata is acceptable (RFC 7591 §2) and the client it makes. The CLI and the
// endpoint share it, so neither can register what the other refuses.
import {
  type ApplicationType,
  AUTH_METHODS,
  type AuthMethod,
  after,
  CLAIM_SCOPES,
  type Client,
  clientId,
  epochSeconds,
  GRANT_TYPES,
  type GrantType,
  isPrivilegedScope,
  nowSeconds,
  OAuthError,
  parseRedirectUri,
  parseScope,
  type RedirectUri,
  type RegisteredMetadata,
  type Scope,
  Secret,
  scopeTokens,
} from '@grantd/domain'
import { responseTypesOf } from '../authorize/response-type.ts'
import { hasSecret, newClientSecret, storedSecret } from '../clients/client-secret.ts'
import type { Services } from '../services.ts'
import { type Body, bad, oneOf, readName, texts, webUri } from './members.ts'
import { readOpenIdMetadata } from './openid-metadata.ts'

const MAX_REDIRECT_URIS = 50

export interface ClientMetadata {
  /** Absent: people see the client id (RFC 7591 §2). */
  readonly name: string | undefined
  readonly redirectUris: readonly RedirectUri[]
  readonly grantTypes: readonly GrantType[]
  readonly scope: Scope
  readonly authMethod: AuthMethod
  readonly applicationType: ApplicationType
  readonly clientUri: string | undefined
  readonly logoUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
  readonly contacts: readonly string[]
  readonly metadata: RegisteredMetadata
}

/** Throws `invalid_client_metadata` or `invalid_redirect_uri` naming the member to correct. */
export function readClientMetadata(
  json: unknown,
  options: { readonly mayBePrivileged?: boolean } = {},
): ClientMetadata {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw bad('the body must be a JSON object')
  const body = json as Body
  const authMethod =
    oneOf(body.token_endpoint_auth_method, AUTH_METHODS, 'token_endpoint_auth_method') ??
    'client_secret_basic'
  const redirectUris = (texts(body.redirect_uris, 'redirect_uris') ?? []).map(parseRedirectUri)
  if (redirectUris.length > MAX_REDIRECT_URIS)
    throw bad(`redirect_uris has more than ${MAX_REDIRECT_URIS} entries`)
  const metadata = {
    ...readOpenIdMetadata(body, { authMethod, redirectUris }),
    ...readAccent(body, options.mayBePrivileged === true),
  }
  const grantTypes = readGrantTypes(body, metadata)
  if (grantTypes.length === 0) throw bad('grant_types must name at least one grant')
  checkCombination(grantTypes, redirectUris, authMethod)
  if (metadata.response_types !== undefined && !grantTypes.includes('authorization_code'))
    throw bad('response_types need the grant authorization_code')
  return {
    name: body.client_name === undefined ? undefined : readName(body.client_name, 'client_name'),
    redirectUris,
    grantTypes: [...new Set(grantTypes)],
    scope: readScope(body.scope, grantTypes, options.mayBePrivileged === true),
    authMethod,
    applicationType:
      oneOf(body.application_type, ['web', 'native'] as const, 'application_type') ??
      (authMethod === 'none' ? 'native' : 'web'),
    clientUri: webUri(body.client_uri, 'client_uri'),
    logoUri: webUri(body.logo_uri, 'logo_uri'),
    policyUri: webUri(body.policy_uri, 'policy_uri'),
    tosUri: webUri(body.tos_uri, 'tos_uri'),
    contacts: texts(body.contacts, 'contacts') ?? [],
    metadata,
  }
}

/** The client, its one-time secret and the answer of RFC 7591 §3.2.1. Nothing is stored yet. */
export function createClient(
  metadata: ClientMetadata,
  as: {
    readonly registeredBy: Client['registeredBy']
    readonly id?: string
    /** A secret kept elsewhere (the demo client's); generated when absent. */
    readonly secret?: string | undefined
    /** Seconds; 0 or absent: unlimited. */
    readonly secretLifetime?: number
  },
  services: Pick<Services, 'ids' | 'clock' | 'random' | 'vault'>,
): { readonly client: Client; readonly secret: Secret | undefined; readonly response: object } {
  const at = nowSeconds(services.clock)
  const id = clientId(as.id ?? `client_${services.random.base64url(16)}`)
  const secret = hasSecret(metadata.authMethod)
    ? as.secret === undefined
      ? newClientSecret(services)
      : new Secret(as.secret)
    : undefined
  const client: Client = {
    ...metadata,
    name: metadata.name ?? id,
    rowId: services.ids.next(),
    id,
    ...storedSecret({ id, authMethod: metadata.authMethod }, secret, services),
    secretExpiresAt:
      secret === undefined || !as.secretLifetime ? undefined : after(at, as.secretLifetime),
    registrationTokenHash: undefined,
    registeredBy: as.registeredBy,
    isEnabled: true,
    tokensValidFrom: epochSeconds(0),
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
  return { client, secret, response: describeClient(client, secret) }
}

/** RFC 7591 §3.2.1; the secret appears only when it was just made. */
export function describeClient(client: Client, secret: Secret | undefined): object {
  const { localized, ...metadata } = client.metadata
  return {
    client_id: client.id,
    ...(secret !== undefined && {
      client_secret: secret.reveal(),
      client_secret_expires_at: client.secretExpiresAt ?? 0,
    }),
    client_id_issued_at: client.createdAt,
    client_name: client.name,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: client.grantTypes.includes('authorization_code') ? responseTypesOf(client) : [],
    scope: client.scope,
    token_endpoint_auth_method: client.authMethod,
    application_type: client.applicationType,
    ...(client.clientUri !== undefined && { client_uri: client.clientUri }),
    ...(client.logoUri !== undefined && { logo_uri: client.logoUri }),
    ...(client.policyUri !== undefined && { policy_uri: client.policyUri }),
    ...(client.tosUri !== undefined && { tos_uri: client.tosUri }),
    ...(client.contacts.length > 0 && { contacts: client.contacts }),
    ...metadata,
    ...localized,
  }
}

const ACCENTS = ['accent_color', 'accent_color_dark'] as const

/** Colours are for clients that an operator knows: a stranger must not look like somebody else. */
function readAccent(
  body: Body,
  isOperator: boolean,
): Pick<RegisteredMetadata, (typeof ACCENTS)[number]> {
  const entries = ACCENTS.flatMap((name) => {
    const value = body[name]
    if (value === undefined) return []
    if (!isOperator) throw bad(`${name} cannot be registered here`)
    if (typeof value !== 'string' || !/^#[0-9a-fA-F]{6}$/.test(value))
      throw bad(`${name} must be a colour of six hex digits, such as #0f5e50`)
    return [[name, value.toLowerCase()] as const]
  })
  return Object.fromEntries(entries)
}

function readGrantTypes(body: Body, metadata: RegisteredMetadata): GrantType[] {
  const named = texts(body.grant_types, 'grant_types') ?? ['authorization_code']
  // OIDC Registration §2 wants `implicit` beside a hybrid response type; no grant comes of it here.
  const isHybrid = metadata.response_types?.includes('code id_token') === true
  return named
    .filter((type) => !(isHybrid && type === 'implicit'))
    .map((type) => {
      const known = GRANT_TYPES.find((grant) => grant === type)
      if (known === undefined) throw bad(`grant_types: "${type.slice(0, 64)}" is not supported`)
      return known
    })
}

function checkCombination(
  grants: readonly GrantType[],
  uris: readonly RedirectUri[],
  method: AuthMethod,
): void {
  if (grants.includes('authorization_code') && uris.length === 0) {
    throw new OAuthError(
      'invalid_redirect_uri',
      'redirect_uris must name at least one URI for authorization_code',
    )
  }
  if (method === 'none' && grants.includes('client_credentials')) {
    throw bad('a public client (token_endpoint_auth_method none) cannot use client_credentials')
  }
  if (grants.includes('refresh_token') && !grants.includes('authorization_code')) {
    throw bad('refresh_token needs authorization_code beside it')
  }
}

function readScope(value: unknown, grants: readonly GrantType[], mayBePrivileged: boolean): Scope {
  if (value !== undefined && typeof value !== 'string') throw bad('scope must be a string')
  if (value === undefined || value === '') return defaultScope(grants)
  const scope = parseScopeAsMetadata(value)
  const privileged = scopeTokens(scope).find(isPrivilegedScope)
  if (privileged !== undefined && !mayBePrivileged)
    throw bad(`scope "${privileged}" cannot be registered here`)
  return scope
}

/**
 * OpenID Connect Registration knows no `scope`: its clients may ask for any scope of OIDC Core §5.4,
 * and each person decides (RFC 7591 §2: a default set).
 */
function defaultScope(grants: readonly GrantType[]): Scope {
  if (!grants.includes('authorization_code')) return parseScope('openid')
  const offline = grants.includes('refresh_token') ? ['offline_access'] : []
  return parseScope(['openid', ...CLAIM_SCOPES, ...offline].join(' '))
}

function parseScopeAsMetadata(text: string): Scope {
  try {
    return parseScope(text)
  } catch (cause) {
    throw new OAuthError(
      'invalid_client_metadata',
      'scope must be printable words separated by single spaces',
      { cause },
    )
  }
}
