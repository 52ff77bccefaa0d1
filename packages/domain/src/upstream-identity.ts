import type { EpochSeconds } from './clock.ts'
import type { UpstreamIdentityId, UserId } from './ids.ts'

/**
 * An account at another provider that its owner signs in with. What a provider calls one person belongs
 * to one user here; a user may have several.
 */
export interface UpstreamIdentity {
  readonly id: UpstreamIdentityId
  readonly userId: UserId
  /** The name of the provider in the configuration. */
  readonly provider: string
  /** Who vouched for it when it was linked (`iss`); absent where a provider has no issuer. */
  readonly issuer: string | undefined
  /** The provider's own id of the person; no address, which may pass to somebody else. */
  readonly subject: string
  /** As the provider told it last; to be recognised by, never a proof of anything. */
  readonly email: string | undefined
  /** As the provider told it last. */
  readonly name: string | undefined
  readonly createdAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds | undefined
}
