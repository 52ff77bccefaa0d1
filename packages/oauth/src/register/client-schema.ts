// Owns: what the JSON of registration looks like, for its documentation. Does not own: what is accepted
// of it (client-metadata.ts, openid-metadata.ts), which says more than a schema can.
import { ASYMMETRIC_ALGORITHMS, AUTH_METHODS, GRANT_TYPES, RESPONSE_TYPES } from '@grantd/domain'
import type { TSchema } from 'typebox'
import { CONTENT_ENCRYPTION, KEY_MANAGEMENT } from '../clients/encrypt-for-client.ts'
import { Type } from '../schema.ts'

const text = (description?: string) =>
  Type.Optional(Type.String(description === undefined ? {} : { description }))
const texts = (description?: string) =>
  Type.Optional(Type.Array(Type.String(), description === undefined ? {} : { description }))
const flag = () => Type.Optional(Type.Boolean())
const word = (words: readonly string[]) => Type.Optional(Type.String({ enum: [...words] }))
const words = (all: readonly string[]) => Type.Optional(Type.Array(Type.String({ enum: [...all] })))

/** RFC 7591 §2, OpenID Connect Registration §2, the logout specifications. */
const METADATA = {
  client_name: text('What people read; `client_name#de` says it in another language.'),
  redirect_uris: texts('Compared byte for byte; any port on loopback addresses (RFC 8252 §7.3).'),
  grant_types: words([...GRANT_TYPES, 'implicit']),
  response_types: texts(`Of ${RESPONSE_TYPES.join(', ')}.`),
  scope: text('Separated by spaces.'),
  token_endpoint_auth_method: word(AUTH_METHODS),
  token_endpoint_auth_signing_alg: word([...ASYMMETRIC_ALGORITHMS, 'HS256']),
  application_type: word(['web', 'native']),
  client_uri: text(),
  logo_uri: text(),
  policy_uri: text(),
  tos_uri: text(),
  contacts: texts(),
  subject_type: word(['public', 'pairwise']),
  sector_identifier_uri: text(),
  jwks: Type.Optional(
    Type.Object({
      keys: Type.Array(Type.Object({ kty: Type.String() }, { additionalProperties: true })),
    }),
  ),
  jwks_uri: text(),
  id_token_signed_response_alg: word(ASYMMETRIC_ALGORITHMS),
  id_token_encrypted_response_alg: word(KEY_MANAGEMENT),
  id_token_encrypted_response_enc: word(CONTENT_ENCRYPTION),
  userinfo_signed_response_alg: word(ASYMMETRIC_ALGORITHMS),
  userinfo_encrypted_response_alg: word(KEY_MANAGEMENT),
  userinfo_encrypted_response_enc: word(CONTENT_ENCRYPTION),
  request_object_signing_alg: word([...ASYMMETRIC_ALGORITHMS, 'none']),
  require_signed_request_object: flag(),
  request_uris: texts(),
  default_max_age: Type.Optional(Type.Integer({ minimum: 0 })),
  require_auth_time: flag(),
  default_acr_values: texts(),
  initiate_login_uri: text(),
  post_logout_redirect_uris: texts(),
  backchannel_logout_uri: text(),
  backchannel_logout_session_required: flag(),
  frontchannel_logout_uri: text(),
  frontchannel_logout_session_required: flag(),
  software_id: text(),
  software_version: text(),
} satisfies Record<string, TSchema>

/** What is sent; of members that nobody knows nothing is kept. */
export const ClientMetadataSchema = Type.Object(METADATA, {
  $id: 'ClientMetadata',
  additionalProperties: true,
})

/** What is sent instead of a registration (RFC 7592 §2.2): it names the client, and its secret at most. */
export const ChangedMetadataSchema = Type.Object(
  { ...METADATA, client_id: text(), client_secret: text('The current one, or left out.') },
  { $id: 'ChangedClientMetadata', additionalProperties: true },
)

const registered = {
  ...METADATA,
  client_id: Type.String(),
  client_secret: text('Shown once.'),
  client_secret_expires_at: Type.Optional(Type.Integer({ description: '0: never.' })),
  client_id_issued_at: Type.Integer(),
  client_name: Type.String(),
  redirect_uris: Type.Array(Type.String()),
  grant_types: Type.Array(Type.String({ enum: [...GRANT_TYPES] })),
  response_types: Type.Array(Type.String({ enum: [...RESPONSE_TYPES] })),
  scope: Type.String(),
  token_endpoint_auth_method: Type.String({ enum: [...AUTH_METHODS] }),
  application_type: Type.String({ enum: ['web', 'native'] }),
  accent_color: text(),
  accent_color_dark: text(),
}

/** RFC 7591 §3.2.1. Open: members with a language tag are echoed. */
export const ClientSchema = Type.Object(registered, { $id: 'Client', additionalProperties: true })

/** RFC 7592 §3: with what manages it from now on. */
export const ManagedClientSchema = Type.Object(
  {
    ...registered,
    registration_access_token: Type.String(),
    registration_client_uri: Type.String(),
  },
  { $id: 'ManagedClient', additionalProperties: true },
)
