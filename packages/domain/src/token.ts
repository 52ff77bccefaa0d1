import type { OpenIdGrant } from './claims.ts'
import type { EpochSeconds } from './clock.ts'
import type {
  ClientId,
  CodeId,
  ConsentId,
  FamilyId,
  InitialAccessTokenId,
  RefreshTokenId,
  SessionId,
  SetupLinkId,
  TokenId,
  UserId,
} from './ids.ts'
import type { CodeChallenge } from './pkce.ts'
import type { RedirectUri } from './redirect-uri.ts'
import type { Scope } from './scope.ts'
import type { SecretHash } from './secret.ts'

/** What one authorization bought: a code's tokens and every refresh after it (RFC 9700 §4.14). */
export interface TokenFamily {
  readonly id: FamilyId
  readonly clientId: ClientId
  readonly userId: UserId
  /** The session that granted it; ending that session ends the family unless `offline_access` was granted. */
  readonly sessionId: SessionId | undefined
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly authTime: EpochSeconds
  readonly amr: readonly string[]
  readonly openid: OpenIdGrant
  readonly createdAt: EpochSeconds
  /** Absolute end: no refresh lives longer. */
  readonly expiresAt: EpochSeconds
  readonly revokedAt: EpochSeconds | undefined
}

/** RFC 6749 §1.3.1. `usedAt` is set by exactly one redemption. */
export interface AuthorizationCode {
  readonly id: CodeId
  readonly secretHash: SecretHash
  readonly clientId: ClientId
  readonly userId: UserId
  readonly sessionId: SessionId | undefined
  readonly redirectUri: RedirectUri
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly codeChallenge: CodeChallenge
  readonly nonce: string | undefined
  readonly authTime: EpochSeconds
  readonly amr: readonly string[]
  readonly openid: OpenIdGrant
  /** The family that redemption will create; a replay revokes it. */
  readonly familyId: FamilyId
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly usedAt: EpochSeconds | undefined
}

/** A row per issued access token; the token itself is never stored. */
export interface AccessToken {
  readonly id: TokenId
  /** SHA-256 of the whole JWT, or of the secret part of an opaque token. */
  readonly hash: SecretHash
  readonly clientId: ClientId
  readonly userId: UserId | undefined
  readonly familyId: FamilyId | undefined
  readonly scope: Scope
  readonly audience: readonly string[]
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly revokedAt: EpochSeconds | undefined
}

/** One link of a family's chain. Rotation marks it used and names its one successor. */
export interface RefreshToken {
  readonly id: RefreshTokenId
  readonly secretHash: SecretHash
  readonly familyId: FamilyId
  readonly clientId: ClientId
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly usedAt: EpochSeconds | undefined
  /** The successor, sealed under a key derived from this token: a retry in the grace time gets it back. */
  readonly successorSealed: string | undefined
  readonly graceUses: number
}

export interface Consent {
  readonly id: ConsentId
  readonly userId: UserId
  readonly clientId: ClientId
  readonly scope: Scope
  /** Digest of what the person saw of the client; a change asks again. */
  readonly clientDigest: string
  readonly createdAt: EpochSeconds
  readonly updatedAt: EpochSeconds
}

/** Lets its holder register clients where registration is not open (RFC 7591 §1.2). */
export interface InitialAccessToken {
  readonly id: InitialAccessTokenId
  readonly secretHash: SecretHash
  readonly usesLeft: number
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}

/** A one-time link that lets an operator create the first administrator's password. */
export interface SetupLink {
  readonly id: SetupLinkId
  readonly secretHash: SecretHash
  readonly username: string
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly usedAt: EpochSeconds | undefined
}
