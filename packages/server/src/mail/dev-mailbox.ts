// Owns: where mail goes with `grantd dev` and no mail server: a page on this machine.
import type { Clock, Mailer, MailMessage } from '@grantd/domain'
import type { Endpoint } from '@grantd/oauth'

const KEPT = 50

export interface ReceivedMail extends MailMessage {
  /** Seconds since the epoch. */
  readonly at: number
}

/** Keeps the last messages in memory; they are gone with the process. */
export class DevMailbox implements Mailer {
  readonly #clock: Clock
  #mails: readonly ReceivedMail[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Newest first. */
  get mails(): readonly ReceivedMail[] {
    return this.#mails
  }

  async send(message: MailMessage): Promise<void> {
    const at = Math.floor(this.#clock.nowMs() / 1_000)
    this.#mails = [{ ...message, at }, ...this.#mails].slice(0, KEPT)
  }
}

/** All of it but what answers. */
export const DEV_MAIL = {
  id: 'dev.mail',
  method: 'GET',
  path: '/dev/mail',
  spec: 'development only',
  summary: 'Shows the mail that was written on this development server.',
  caller: 'session',
  body: 'none',
} as const satisfies Omit<Endpoint, 'handle'>

export function devMailEndpoint(mailbox: DevMailbox): Endpoint {
  return {
    ...DEV_MAIL,
    handle: () => ({
      kind: 'page',
      status: 200,
      page: {
        page: 'mailbox',
        mails: mailbox.mails.map(({ to, subject, text, at }) => ({ to, subject, text, at })),
      },
    }),
  }
}
