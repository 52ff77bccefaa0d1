import { Type } from '../schema.ts'

const url = Type.String()
const words = Type.Array(Type.String())

/** RFC 8414 §2 and OIDC Discovery §3, as far as clients build on it; what is switched off is not there. */
export const MetadataSchema = Type.Object(
  {
    issuer: url,
    authorization_endpoint: url,
    token_endpoint: url,
    jwks_uri: url,
    introspection_endpoint: url,
    revocation_endpoint: url,
    userinfo_endpoint: url,
    end_session_endpoint: url,
    registration_endpoint: Type.Optional(url),
    check_session_iframe: Type.Optional(url),
    scopes_supported: words,
    response_types_supported: words,
    response_modes_supported: words,
    grant_types_supported: words,
    code_challenge_methods_supported: words,
    token_endpoint_auth_methods_supported: words,
    subject_types_supported: words,
    id_token_signing_alg_values_supported: words,
    claims_supported: words,
    authorization_response_iss_parameter_supported: Type.Boolean(),
  },
  { $id: 'ServerMetadata', additionalProperties: true },
)

/** RFC 7517 §5: public parts alone. */
export const KeySetSchema = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          kty: Type.String({ enum: ['EC', 'RSA', 'OKP'] }),
          kid: Type.String(),
          alg: Type.String(),
          use: Type.Literal('sig'),
        },
        { additionalProperties: true },
      ),
    ),
  },
  { $id: 'KeySet' },
)
