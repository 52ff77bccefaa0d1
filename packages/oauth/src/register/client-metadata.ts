// Owns: which client metadata is acceptable (RFC 7591 §2) and the client it makes. The CLI and the
// endpoint share it, so neither can register what the other refuses.
import {
  type ApplicationType,
  AUTH_METHODS,
  type AuthMethod,
  type Client,
  clientId,
  epochSeconds,
  GRANT_TYPES,
  type GrantType,
  isPrivilegedScope,
  nowSeconds,
  OAuthError,
  PREFIX,
  parseRedirectUri,
  parseScope,
  type RedirectUri,
  type Scope,
  Secret,
  scopeTokens,
} from '@grantd/domain'
import type { Services } from '../services.ts'

const MAX_REDIRECT_URIS = 50
const MAX_NAME = 128
// Bidirectional controls and other invisible characters could make a name read as another's. Half a
// surrogate pair (Cs) has no UTF-8: it would be stored as another name than was registered.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

export interface ClientMetadata {
  readonly name: string
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
}

/** Throws `invalid_client_metadata` or `invalid_redirect_uri` naming the member to correct. */
export function readClientMetadata(
  json: unknown,
  options: { readonly mayBePrivileged?: boolean } = {},
): ClientMetadata {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw bad('the body must be a JSON object')
  const body = json as Readonly<Record<string, unknown>>
  const authMethod =
    oneOf(body.token_endpoint_auth_method, AUTH_METHODS, 'token_endpoint_auth_method') ??
    'client_secret_basic'
  const redirectUris = (texts(body.redirect_uris, 'redirect_uris') ?? []).map(parseRedirectUri)
  if (redirectUris.length > MAX_REDIRECT_URIS)
    throw bad(`redirect_uris has more than ${MAX_REDIRECT_URIS} entries`)
  const grantTypes = (texts(body.grant_types, 'grant_types') ?? ['authorization_code']).map(
    (type) => {
      const known = GRANT_TYPES.find((grant) => grant === type)
      if (known === undefined) throw bad(`grant_types: "${type.slice(0, 64)}" is not supported`)
      return known
    },
  )
  if (grantTypes.length === 0) throw bad('grant_types must name at least one grant')
  checkCombination(grantTypes, redirectUris, authMethod)
  const responseTypes = texts(body.response_types, 'response_types')
  if (responseTypes?.some((type) => type !== 'code'))
    throw bad('response_types may only be ["code"]')
  return {
    name: readName(body.client_name),
    redirectUris,
    grantTypes: [...new Set(grantTypes)],
    scope: readScope(body.scope, options.mayBePrivileged === true),
    authMethod,
    applicationType:
      oneOf(body.application_type, ['web', 'native'] as const, 'application_type') ??
      (authMethod === 'none' ? 'native' : 'web'),
    clientUri: webUri(body.client_uri, 'client_uri'),
    logoUri: webUri(body.logo_uri, 'logo_uri'),
    policyUri: webUri(body.policy_uri, 'policy_uri'),
    tosUri: webUri(body.tos_uri, 'tos_uri'),
    contacts: texts(body.contacts, 'contacts') ?? [],
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
  },
  services: Pick<Services, 'ids' | 'clock' | 'random'>,
): { readonly client: Client; readonly secret: Secret | undefined; readonly response: object } {
  const at = nowSeconds(services.clock)
  const secret =
    metadata.authMethod === 'none'
      ? undefined
      : as.secret === undefined
        ? newClientSecret(services)
        : new Secret(as.secret)
  const client: Client = {
    ...metadata,
    rowId: services.ids.next(),
    id: clientId(as.id ?? `client_${services.random.base64url(16)}`),
    secretHash: secret?.hash(),
    secretSealed: undefined,
    secretExpiresAt: undefined,
    registrationTokenHash: undefined,
    metadata: {},
    registeredBy: as.registeredBy,
    isEnabled: true,
    tokensValidFrom: epochSeconds(0),
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
  return { client, secret, response: describeClient(client, secret) }
}

export function newClientSecret(services: Pick<Services, 'random'>): Secret {
  return new Secret(PREFIX.clientSecret + services.random.base64url(32))
}

/** RFC 7591 §3.2.1; the secret appears only when it was just made. */
export function describeClient(client: Client, secret: Secret | undefined): object {
  return {
    client_id: client.id,
    ...(secret !== undefined && { client_secret: secret.reveal(), client_secret_expires_at: 0 }),
    client_id_issued_at: client.createdAt,
    client_name: client.name,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: client.grantTypes.includes('authorization_code') ? ['code'] : [],
    scope: client.scope,
    token_endpoint_auth_method: client.authMethod,
    application_type: client.applicationType,
    ...(client.clientUri !== undefined && { client_uri: client.clientUri }),
    ...(client.logoUri !== undefined && { logo_uri: client.logoUri }),
    ...(client.policyUri !== undefined && { policy_uri: client.policyUri }),
    ...(client.tosUri !== undefined && { tos_uri: client.tosUri }),
    ...(client.contacts.length > 0 && { contacts: client.contacts }),
  }
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

function readName(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') throw bad('client_name is required')
  if (value.length > MAX_NAME) throw bad(`client_name is longer than ${MAX_NAME} characters`)
  if (INVISIBLE.test(value)) throw bad('client_name has invisible or control characters')
  return value.trim()
}

function readScope(value: unknown, mayBePrivileged: boolean): Scope {
  if (value !== undefined && typeof value !== 'string') throw bad('scope must be a string')
  if (value === undefined || value === '') return parseScope('openid')
  const scope = parseScopeAsMetadata(value)
  const privileged = scopeTokens(scope).find(isPrivilegedScope)
  if (privileged !== undefined && !mayBePrivileged)
    throw bad(`scope "${privileged}" cannot be registered here`)
  return scope
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

function texts(value: unknown, name: string): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length > 1_000)
    throw bad(`${name} must be an array of strings`)
  return Array.from(value as readonly unknown[], (entry) => {
    if (typeof entry !== 'string' || !entry.isWellFormed())
      throw bad(`${name} must be an array of strings`)
    return entry
  })
}

function oneOf<Option extends string>(
  value: unknown,
  options: readonly Option[],
  name: string,
): Option | undefined {
  if (value === undefined) return undefined
  const known = options.find((option) => option === value)
  if (known === undefined) throw bad(`${name} must be one of ${options.join(', ')}`)
  return known
}

function webUri(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined
  if (
    typeof value !== 'string' ||
    value.length > 2_048 ||
    !value.isWellFormed() ||
    !/^https?:\/\//i.test(value) ||
    !URL.canParse(value)
  ) {
    throw bad(`${name} must be an http or https URL`)
  }
  return value
}

function bad(description: string): OAuthError {
  return new OAuthError('invalid_client_metadata', description)
}
