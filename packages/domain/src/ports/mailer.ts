import type { MailMessage } from '../mail.ts'

/** Hands a message to a mail server. */
export interface Mailer {
  /** Rejects with an error whose message an operator can act on. */
  send(message: MailMessage): Promise<void>
}
