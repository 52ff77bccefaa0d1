import type { SigningAlgorithm } from './signing-key.ts'

/** Response types a client may register. Implicit tokens stay off (RFC 9700 §2.1.2). */
export const RESPONSE_TYPES = ['code', 'code id_token'] as const
export type ResponseType = (typeof RESPONSE_TYPES)[number]

/** Algorithms with a public key; what a client's own signatures and our ID tokens may use. */
export const ASYMMETRIC_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type AsymmetricAlgorithm = Extract<SigningAlgorithm, (typeof ASYMMETRIC_ALGORITHMS)[number]>

/** A public JSON Web Key (RFC 7517 §4), checked when it was registered. */
export type PublicKey = Readonly<Record<string, unknown>> & { readonly kty: string }

/**
 * What a client registered beyond the members of `Client`, under the registered names (RFC 7591 §2,
 * OpenID Connect Registration §2, the logout specifications): what is stored is what is echoed.
 * An absent member means the default of its specification.
 */
export interface RegisteredMetadata {
  readonly response_types?: readonly ResponseType[]
  readonly subject_type?: 'public' | 'pairwise'
  readonly sector_identifier_uri?: string
  readonly jwks?: { readonly keys: readonly PublicKey[] }
  readonly jwks_uri?: string
  readonly id_token_signed_response_alg?: AsymmetricAlgorithm
  readonly id_token_encrypted_response_alg?: string
  readonly id_token_encrypted_response_enc?: string
  readonly userinfo_signed_response_alg?: AsymmetricAlgorithm
  readonly userinfo_encrypted_response_alg?: string
  readonly userinfo_encrypted_response_enc?: string
  readonly request_object_signing_alg?: AsymmetricAlgorithm | 'none'
  readonly require_signed_request_object?: boolean
  readonly request_uris?: readonly string[]
  readonly token_endpoint_auth_signing_alg?: AsymmetricAlgorithm | 'HS256'
  readonly default_max_age?: number
  readonly require_auth_time?: boolean
  readonly default_acr_values?: readonly string[]
  readonly initiate_login_uri?: string
  readonly post_logout_redirect_uris?: readonly string[]
  readonly backchannel_logout_uri?: string
  readonly backchannel_logout_session_required?: boolean
  readonly frontchannel_logout_uri?: string
  readonly frontchannel_logout_session_required?: boolean
  readonly software_id?: string
  readonly software_version?: string
  /** Colours of the sign-in and consent pages, `#rrggbb`; given by operators only. */
  readonly accent_color?: string
  readonly accent_color_dark?: string
  /** Members with a language tag, such as `client_name#de` (RFC 7591 §2.2). */
  readonly localized?: Readonly<Record<string, string>>
}
