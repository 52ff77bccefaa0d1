/** The postal address of OIDC Core §5.1.1. */
export interface AddressClaim {
  readonly formatted?: string
  readonly street_address?: string
  readonly locality?: string
  readonly region?: string
  readonly postal_code?: string
  readonly country?: string
}

/**
 * What is known of a person, by the names of OIDC Core §5.1. The account's own e-mail address and
 * name are members of `User`; `sub` and `updated_at` are computed.
 */
export interface UserClaims {
  readonly name?: string
  readonly given_name?: string
  readonly family_name?: string
  readonly middle_name?: string
  readonly nickname?: string
  readonly preferred_username?: string
  readonly profile?: string
  readonly picture?: string
  readonly website?: string
  readonly gender?: string
  readonly birthdate?: string
  readonly zoneinfo?: string
  readonly locale?: string
  readonly address?: AddressClaim
  readonly phone_number?: string
  readonly phone_number_verified?: boolean
  readonly email_verified?: boolean
}

/** Which claims each scope asks for (OIDC Core §5.4). */
export const SCOPE_CLAIMS = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type ClaimScope = keyof typeof SCOPE_CLAIMS

export const CLAIM_SCOPES: readonly ClaimScope[] = ['profile', 'email', 'address', 'phone']

/** The scope that covers a claim about a person; `undefined` for claims of the protocol and unknown ones. */
export function scopeOfClaim(claim: string): ClaimScope | undefined {
  return CLAIM_SCOPES.find((scope) => (SCOPE_CLAIMS[scope] as readonly string[]).includes(claim))
}

/** How one claim was asked for (OIDC Core §5.5.1). */
export interface ClaimWish {
  readonly essential?: true
  readonly value?: string | number | boolean
  readonly values?: readonly (string | number | boolean)[]
}

/** A checked `claims` parameter (OIDC Core §5.5). */
export interface ClaimsRequest {
  readonly userinfo?: Readonly<Record<string, ClaimWish>>
  readonly id_token?: Readonly<Record<string, ClaimWish>>
}

/** What of an OpenID request must be remembered until its tokens are issued. */
export interface OpenIdGrant {
  readonly claims?: ClaimsRequest
  /** The authentication context that was reached (OIDC Core §2). */
  readonly acr?: string
  /** What the client knows the session by; stays although the person signs in again. */
  readonly sid?: string
}
