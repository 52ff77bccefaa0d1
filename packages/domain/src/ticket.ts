import type { EpochSeconds } from './clock.ts'
import type { CredentialPrefix } from './credential.ts'
import { PREFIX } from './credential.ts'
import type { TicketId, UserId } from './ids.ts'
import type { SecretHash } from './secret.ts'

/**
 * What a ticket can be spent on. Each purpose has a prefix of its own and the purpose is part of the
 * guard that spends it, so none is ever good for another (CVE-2026-4282, CVE-2025-12421).
 */
export type TicketPurpose =
  | 'sign_up'
  | 'verify_email'
  | 'change_email'
  | 'reset_password'
  | 'second_factor'
  /** The same after another provider has vouched for the person, instead of a password. */
  | 'upstream_second_factor'

/** Something that its holder may do once, soon. The holder has `<prefix><id>.<secret>`. */
export interface Ticket {
  readonly id: TicketId
  readonly secretHash: SecretHash
  readonly purpose: TicketPurpose
  /** Absent while there is no account yet (`sign_up`). */
  readonly userId: UserId | undefined
  /** The address that the ticket was mailed to; it is proven by whoever spends it. */
  readonly email: string | undefined
  /** The account's version when it was made: a later change of the account makes it worthless. */
  readonly userVersion: number
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly usedAt: EpochSeconds | undefined
}

export const TICKET_PREFIX: Readonly<Record<TicketPurpose, CredentialPrefix>> = {
  sign_up: PREFIX.signUp,
  verify_email: PREFIX.verifyEmail,
  change_email: PREFIX.changeEmail,
  reset_password: PREFIX.resetPassword,
  second_factor: PREFIX.pendingLogin,
  upstream_second_factor: PREFIX.pendingUpstreamLogin,
}
