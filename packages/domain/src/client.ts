import type { RegisteredMetadata } from './client-metadata.ts'
import type { EpochSeconds } from './clock.ts'
import type { ClientId, ClientRowId } from './ids.ts'
import type { ApplicationType, RedirectUri } from './redirect-uri.ts'
import type { Scope } from './scope.ts'
import type { SecretHash } from './secret.ts'

/** Grant types of RFC 6749 that this version can redeem; the list of registration and discovery. */
export const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials'] as const
export type GrantType = (typeof GRANT_TYPES)[number]

/** RFC 7591 §2 `token_endpoint_auth_method`. */
export const AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
] as const
export type AuthMethod = (typeof AUTH_METHODS)[number]

/** A registered client (RFC 6749 §2). Frozen when it leaves storage; changed only by a new version. */
export interface Client {
  readonly rowId: ClientRowId
  readonly id: ClientId
  readonly name: string
  readonly applicationType: ApplicationType
  readonly authMethod: AuthMethod
  /** SHA-256 of the generated secret; absent for public clients. */
  readonly secretHash: SecretHash | undefined
  /** The secret itself, sealed: only for `client_secret_jwt`, which cannot be checked by a hash. */
  readonly secretSealed: string | undefined
  /** From then on the secret proves nothing (RFC 7591 §3.2.1); `undefined`: never. */
  readonly secretExpiresAt: EpochSeconds | undefined
  /** SHA-256 of the registration access token (RFC 7592 §3); absent for clients of an operator. */
  readonly registrationTokenHash: SecretHash | undefined
  readonly redirectUris: readonly RedirectUri[]
  readonly grantTypes: readonly GrantType[]
  readonly scope: Scope
  /** `self`: registered without an operator; shown as unverified and asked for consent every time. */
  readonly registeredBy: 'operator' | 'self'
  readonly isEnabled: boolean
  /** Tokens issued before this moment are dead; how all tokens of a client are revoked at once. */
  readonly tokensValidFrom: EpochSeconds
  readonly clientUri: string | undefined
  readonly logoUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
  readonly contacts: readonly string[]
  readonly metadata: RegisteredMetadata
  readonly createdAt: EpochSeconds
  readonly updatedAt: EpochSeconds
  /** Grows by one with each change; an update names the version it has seen. */
  readonly version: number
}

/** A client that cannot keep a secret and proves itself by PKCE alone (RFC 6749 §2.1). */
export function isPublicClient(client: Client): boolean {
  return client.authMethod === 'none'
}

export function mayUseGrant(client: Client, grantType: string): boolean {
  return (client.grantTypes as readonly string[]).includes(grantType)
}
