import type { EpochSeconds } from './clock.ts'
import type { KeyId } from './ids.ts'

export const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA', 'HS256'] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

/**
 * next: published, not yet used. active: signs. retiring: published for verifiers, signs nothing.
 * retired: gone from the JWKS.
 */
export type KeyState = 'next' | 'active' | 'retiring' | 'retired'

export interface SigningKey {
  readonly kid: KeyId
  readonly algorithm: SigningAlgorithm
  readonly state: KeyState
  /** Public JWK as JSON; safe to publish. */
  readonly publicJwk: string
  /** Private key sealed under the encryption key; useless without it. */
  readonly sealedPrivateKey: string
  readonly createdAt: EpochSeconds
  readonly stateChangedAt: EpochSeconds
}
