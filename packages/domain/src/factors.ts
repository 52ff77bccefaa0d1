import type { EpochSeconds } from './clock.ts'
import type { PasskeyId, RecoveryCodeId, UserId } from './ids.ts'
import type { SecretHash } from './secret.ts'

/** A public key of a person's device or password manager (WebAuthn Level 3 §4, "public key credential"). */
export interface Passkey {
  readonly id: PasskeyId
  /** The authenticator's name for it, base64url; unique over all accounts. */
  readonly credentialId: string
  readonly userId: UserId
  /** COSE key, base64url. */
  readonly publicKey: string
  /** Signature counter; stays 0 for passkeys that are copied between devices (§6.1.1). */
  readonly counter: number
  readonly transports: readonly string[]
  /** Chosen by its owner. */
  readonly name: string
  /** Whether it is kept on more than one device (backup state, §6.1.3). */
  readonly isBackedUp: boolean
  readonly createdAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds | undefined
}

/** The authenticator app of an account (RFC 6238); one at most. */
export interface TotpSeed {
  readonly userId: UserId
  /** Sealed under the encryption key and bound to the user id. */
  readonly seedSealed: string
  /** The time step of the last accepted code: an older or equal one is a replay (RFC 6238 §5.2). */
  readonly lastStep: number
  readonly createdAt: EpochSeconds
}

/** A code that stands in for a lost second factor, once. */
export interface RecoveryCode {
  readonly id: RecoveryCodeId
  readonly userId: UserId
  /** Keyed: 80 bits are too few for a bare hash. */
  readonly codeHash: SecretHash
  readonly createdAt: EpochSeconds
  readonly usedAt: EpochSeconds | undefined
}
