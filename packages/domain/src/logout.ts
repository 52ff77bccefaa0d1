import type { EpochSeconds } from './clock.ts'
import type { ClientId, LogoutDeliveryId, UserId } from './ids.ts'

/** A back-channel logout that a client has still to hear of (OIDC Back-Channel Logout §2.5). */
export interface LogoutDelivery {
  readonly id: LogoutDeliveryId
  readonly clientId: ClientId
  readonly userId: UserId
  readonly sid: string
  /** Attempts begun so far; an attempt claims the row by counting it up. */
  readonly attempts: number
  readonly nextAttemptAt: EpochSeconds
  readonly createdAt: EpochSeconds
  /** Given up for good; the row goes with the next purge. */
  readonly expiresAt: EpochSeconds
}
