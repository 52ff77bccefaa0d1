import type { EpochSeconds } from './clock.ts'
import type { MailId } from './ids.ts'

/** A finished message to one address. */
export interface MailMessage {
  /** One address, checked by `parseEmail`. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A message that waits to be sent. It may hold a link that opens an account, so it is kept sealed. */
export interface OutgoingMail {
  readonly id: MailId
  /** What it is about, for operators: `reset_password`. */
  readonly topic: string
  readonly messageSealed: string
  readonly attempts: number
  readonly nextAttemptAt: EpochSeconds
  /** Why the last attempt failed, in the words of the mail server. */
  readonly lastError: string | undefined
  readonly createdAt: EpochSeconds
  /** No attempt is made any more; what it says is out of date. */
  readonly expiresAt: EpochSeconds
}
