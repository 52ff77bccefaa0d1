// The sections `jwt` (tokens, their keys and lifetimes) and `session`.
import { Type } from '@grantd/oauth/schema'
import { choice, flag, integer, list, optionalText, seconds } from './setting.ts'

const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA', 'HS256'] as const

export const jwt = Type.Object({
  secret: optionalText({
    env: ['OAUTH2_JWT_SECRET'],
    secret: true,
    description: 'Key for HS256, at least 32 bytes; only used when an algorithm is HS256.',
  }),
  algorithm: choice(SIGNING_ALGORITHMS, {
    env: ['OAUTH2_JWT_ALGORITHM'],
    default: 'ES256',
    description: 'Signature algorithm of access tokens.',
  }),
  id_token_algorithm: choice(SIGNING_ALGORITHMS, {
    env: ['OAUTH2_ID_TOKEN_ALG'],
    default: 'RS256',
    description: 'Signature algorithm of ID tokens (OpenID Connect Core expects RS256).',
  }),
  issuer: optionalText({
    env: ['OAUTH2_JWT_ISSUER'],
    shape: 'issuer',
    description: 'The `iss` value, when it must differ from `server.public_url`; used unchanged.',
  }),
  audience: optionalText({
    env: ['OAUTH2_JWT_AUDIENCE'],
    description: 'Audience of access tokens when no resource is requested; unset = the client id.',
  }),
  resources: list({
    env: ['OAUTH2_RESOURCES'],
    shape: 'resource',
    description: 'Resource identifiers (RFC 8707) that clients may request tokens for.',
  }),
  key_rotation_grace_hours: integer({
    env: ['OAUTH2_JWT_KEY_ROTATION_GRACE_HOURS'],
    default: 24,
    minimum: 0,
    maximum: 87_600,
    unit: 'hours',
    description: 'How long a rotated key stays published and accepted.',
  }),
  key_rotation_interval_hours: integer({
    env: ['OAUTH2_JWT_KEY_ROTATION_INTERVAL_HOURS'],
    default: 2_160,
    minimum: 0,
    maximum: 87_600,
    unit: 'hours',
    description:
      'Age at which a signing key is replaced by itself; 0 = only by `grantd keys rotate`.',
  }),
  public_introspection: flag({
    env: ['OAUTH2_PUBLIC_INTROSPECTION', 'OAUTH2_INTROSPECTION_PUBLIC'],
    default: false,
    description: 'Answer introspection without client authentication. Leave it off.',
  }),
  access_tokens_opaque: flag({
    env: ['OAUTH2_ACCESS_TOKENS_OPAQUE'],
    default: false,
    description: 'Issue random access tokens that only introspection can read, instead of JWTs.',
  }),
  access_token_ttl_secs: seconds({
    env: ['OAUTH2_ACCESS_TOKEN_TTL_SECS', 'OAUTH2_ACCESS_TOKEN_EXPIRATION'],
    default: 3600,
    description: 'Lifetime of an access token.',
  }),
  refresh_token_ttl_secs: seconds({
    env: ['OAUTH2_REFRESH_TOKEN_TTL_SECS', 'OAUTH2_REFRESH_TOKEN_EXPIRATION'],
    default: 2_592_000,
    description: 'Lifetime of a refresh token that is not used.',
  }),
  refresh_token_max_age_secs: seconds({
    env: ['OAUTH2_REFRESH_TOKEN_MAX_AGE_SECS'],
    default: 7_776_000,
    description: 'Absolute end of a refresh token family, counted from the first token.',
  }),
  refresh_token_grace_secs: seconds({
    env: ['OAUTH2_REFRESH_TOKEN_GRACE_SECS'],
    default: 10,
    minimum: 0,
    maximum: 300,
    description: 'How long a spent refresh token still answers with its successor; 0 = off.',
  }),
  authorization_code_ttl_secs: seconds({
    env: ['OAUTH2_AUTHORIZATION_CODE_TTL_SECS', 'OAUTH2_AUTHORIZATION_CODE_EXPIRATION'],
    default: 60,
    maximum: 600,
    description: 'Lifetime of an authorization code.',
  }),
  id_token_ttl_secs: seconds({
    env: ['OAUTH2_ID_TOKEN_TTL_SECS'],
    default: 3600,
    description: 'Lifetime of an ID token.',
  }),
})

export const session = Type.Object({
  key: optionalText({
    env: ['OAUTH2_SESSION_KEY'],
    secret: true,
    shape: 'session_key',
    description: 'Session key, 128 hex digits; unset = derived from `secrets.encryption_key`.',
  }),
  idle_timeout_secs: seconds({
    env: ['OAUTH2_SESSION_TIMEOUT'],
    default: 1800,
    description: 'A session unused for this long ends.',
  }),
  absolute_timeout_secs: seconds({
    env: ['OAUTH2_SESSION_MAX_AGE_SECS'],
    default: 43_200,
    description: 'A session ends this long after sign-in, used or not.',
  }),
  management: flag({
    env: ['OAUTH2_SESSION_MANAGEMENT_ENABLED'],
    default: false,
    description: 'Offer the iframe of OpenID Connect Session Management (`check_session_iframe`).',
  }),
})
