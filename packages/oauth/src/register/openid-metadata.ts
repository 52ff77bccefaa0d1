// Owns: the metadata of OpenID Connect Registration, its logout specifications, RFC 7523 and RFC 9101
// that a client may register. Does not own: names, grants, redirect URIs (client-metadata.ts).
import {
  ASYMMETRIC_ALGORITHMS,
  type AuthMethod,
  OAuthError,
  parseRedirectUri,
  RESPONSE_TYPES,
  type RedirectUri,
  type RegisteredMetadata,
  type ResponseType,
} from '@grantd/domain'
import { CONTENT_ENCRYPTION, KEY_MANAGEMENT } from '../clients/encrypt-for-client.ts'
import { sectorOf } from '../subjects/subjects.ts'
import {
  type Body,
  bad,
  callableUri,
  endpointUri,
  fewTexts,
  flag,
  httpsUri,
  oneOf,
  readName,
  shortText,
  webUri,
} from './members.ts'
import { readPublicKeys } from './public-keys.ts'

const MAX_URIS = 50
/** Asked for, these would have to be kept; they are not done, so nobody may count on them. */
const NOT_DONE = [
  'request_object_encryption_alg',
  'request_object_encryption_enc',
  'authorization_signed_response_alg',
  'authorization_encrypted_response_alg',
  'authorization_encrypted_response_enc',
  'authorization_details_types',
  'backchannel_token_delivery_mode',
  'introspection_signed_response_alg',
  'introspection_encrypted_response_alg',
  'introspection_encrypted_response_enc',
  'tls_client_certificate_bound_access_tokens',
  'dpop_bound_access_tokens',
  'require_pushed_authorization_requests',
]
const LOCALIZED =
  /^(client_name|client_uri|logo_uri|policy_uri|tos_uri)#[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/

/** Throws `invalid_client_metadata`, `invalid_redirect_uri` or `unapproved_software_statement`. */
export function readOpenIdMetadata(
  body: Body,
  known: { readonly authMethod: AuthMethod; readonly redirectUris: readonly RedirectUri[] },
): RegisteredMetadata {
  refuseWhatIsNotDone(body)
  const metadata = present({
    response_types: readResponseTypes(body.response_types),
    subject_type: oneOf(body.subject_type, ['public', 'pairwise'] as const, 'subject_type'),
    sector_identifier_uri: endpointUri(body.sector_identifier_uri, 'sector_identifier_uri'),
    jwks: body.jwks === undefined ? undefined : readPublicKeys(body.jwks, 'jwks'),
    jwks_uri: endpointUri(body.jwks_uri, 'jwks_uri'),
    id_token_signed_response_alg: algorithm(body, 'id_token_signed_response_alg'),
    userinfo_signed_response_alg: algorithm(body, 'userinfo_signed_response_alg'),
    ...readEncryption(body, 'id_token'),
    ...readEncryption(body, 'userinfo'),
    request_object_signing_alg: oneOf(
      body.request_object_signing_alg,
      [...ASYMMETRIC_ALGORITHMS, 'none'] as const,
      'request_object_signing_alg',
    ),
    require_signed_request_object: flag(
      body.require_signed_request_object,
      'require_signed_request_object',
    ),
    request_uris: uris(body.request_uris, 'request_uris', callableUri),
    token_endpoint_auth_signing_alg: readAuthAlgorithm(body, known.authMethod),
    default_max_age: seconds(body.default_max_age, 'default_max_age'),
    require_auth_time: flag(body.require_auth_time, 'require_auth_time'),
    default_acr_values: fewTexts(body.default_acr_values, 'default_acr_values', 10),
    initiate_login_uri: httpsUri(body.initiate_login_uri, 'initiate_login_uri'),
    post_logout_redirect_uris: fewTexts(
      body.post_logout_redirect_uris,
      'post_logout_redirect_uris',
      MAX_URIS,
    )?.map(parseRedirectUri),
    ...readLogout(body),
    software_id: shortText(body.software_id, 'software_id'),
    software_version: shortText(body.software_version, 'software_version'),
    localized: readLocalized(body),
  })
  checkKeys(metadata, known.authMethod)
  checkSector(metadata, known.redirectUris)
  return metadata
}

function refuseWhatIsNotDone(body: Body): void {
  if (body.software_statement !== undefined) {
    throw new OAuthError(
      'unapproved_software_statement',
      'no issuer of software statements is trusted here',
    )
  }
  const asked = NOT_DONE.find((name) => body[name] !== undefined && body[name] !== false)
  if (asked !== undefined) throw bad(`${asked} is not supported`)
}

function readResponseTypes(value: unknown): readonly ResponseType[] | undefined {
  const types = fewTexts(value, 'response_types', 10)?.map((text) => {
    const words = [...new Set(text.split(' '))].sort().join(' ')
    const type = RESPONSE_TYPES.find((one) => one === words)
    if (type === undefined) throw bad(`response_types may only be ${RESPONSE_TYPES.join(', ')}`)
    return type
  })
  // What says no more than the default is not kept: it reads back the same.
  return types?.some((type) => type !== 'code') === true ? [...new Set(types)] : undefined
}

function readEncryption(body: Body, what: 'id_token' | 'userinfo') {
  const [algName, encName] = [
    `${what}_encrypted_response_alg`,
    `${what}_encrypted_response_enc`,
  ] as const
  const alg = oneOf(body[algName], KEY_MANAGEMENT, algName)
  const enc = oneOf(body[encName], CONTENT_ENCRYPTION, encName)
  if (enc !== undefined && alg === undefined) throw bad(`${encName} needs ${algName} beside it`)
  return { [algName]: alg, [encName]: enc }
}

function readAuthAlgorithm(body: Body, authMethod: AuthMethod) {
  const name = 'token_endpoint_auth_signing_alg'
  const value = body[name]
  if (authMethod === 'private_key_jwt') return oneOf(value, ASYMMETRIC_ALGORITHMS, name)
  if (authMethod === 'client_secret_jwt') return oneOf(value, ['HS256'] as const, name)
  if (value !== undefined) throw bad(`${name} is for private_key_jwt and client_secret_jwt`)
  return undefined
}

function readLogout(body: Body) {
  const back = endpointUri(body.backchannel_logout_uri, 'backchannel_logout_uri')
  const front = endpointUri(body.frontchannel_logout_uri, 'frontchannel_logout_uri')
  const isBackRequired = 'backchannel_logout_session_required'
  const isFrontRequired = 'frontchannel_logout_session_required'
  return {
    backchannel_logout_uri: back,
    backchannel_logout_session_required: flag(body[isBackRequired], isBackRequired),
    frontchannel_logout_uri: front,
    frontchannel_logout_session_required: flag(body[isFrontRequired], isFrontRequired),
  }
}

function readLocalized(body: Body): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(body).filter(([name]) => LOCALIZED.test(name))
  if (entries.length === 0) return undefined
  if (entries.length > MAX_URIS) throw bad(`more than ${MAX_URIS} members have a language tag`)
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      name.startsWith('client_name#') ? readName(value, name) : (webUri(value, name) ?? ''),
    ]),
  )
}

/** Who signs or is written to must say with which keys, and say it once (RFC 7591 §2). */
function checkKeys(metadata: RegisteredMetadata, authMethod: AuthMethod): void {
  const { jwks, jwks_uri: uri } = metadata
  if (jwks !== undefined && uri !== undefined) throw bad('use either jwks or jwks_uri, not both')
  if (jwks !== undefined || uri !== undefined) return
  const signed = metadata.request_object_signing_alg
  const need =
    authMethod === 'private_key_jwt'
      ? 'token_endpoint_auth_method private_key_jwt'
      : metadata.id_token_encrypted_response_alg !== undefined
        ? 'id_token_encrypted_response_alg'
        : metadata.userinfo_encrypted_response_alg !== undefined
          ? 'userinfo_encrypted_response_alg'
          : signed !== undefined && signed !== 'none'
            ? 'request_object_signing_alg'
            : undefined
  if (need !== undefined) throw bad(`${need} needs jwks or jwks_uri`)
}

/** OIDC Core §8.1: redirect URIs of several hosts need a document that lists them together. */
function checkSector(metadata: RegisteredMetadata, redirectUris: readonly RedirectUri[]): void {
  if (metadata.subject_type !== 'pairwise' || metadata.sector_identifier_uri !== undefined) return
  const id = '' as Parameters<typeof sectorOf>[0]['id'] // only used where there is no redirect URI
  const sectors = redirectUris.map((uri) => sectorOf({ id, metadata: {}, redirectUris: [uri] }))
  if (new Set(sectors).size > 1)
    throw bad('pairwise redirect_uris of several hosts need a sector_identifier_uri')
}

function algorithm(body: Body, name: keyof RegisteredMetadata & string) {
  return oneOf(body[name], ASYMMETRIC_ALGORITHMS, name)
}

function seconds(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw bad(`${name} must be whole seconds`)
  return value
}

function uris(
  value: unknown,
  name: string,
  read: (value: unknown, name: string) => string | undefined,
): readonly string[] | undefined {
  return fewTexts(value, name, MAX_URIS)?.map((text) => read(text, name) ?? text)
}

type Defined<Value> = { [Name in keyof Value]?: Exclude<Value[Name], undefined> }

function present<Value extends object>(value: Value): Defined<Value> {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(entries) as Defined<Value> // the same members without undefined
}
