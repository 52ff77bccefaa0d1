import type { Log, Services } from '@grantd/oauth'

const ROUND_MS = 15_000

/** Looks after mail that waits for another attempt; new mail is sent as soon as it is written. */
export function startPostman({
  services,
  log,
  problem,
}: {
  services: Services
  log: Log
  /** Asks the mail server, if there is one, whether it would take mail. */
  problem?: () => Promise<string | undefined>
}): { stop(): void } {
  // Said now, not when the first person waits for a mail; the start does not wait for the answer.
  void problem?.().then((why) => {
    if (why !== undefined)
      log.warn({ why }, 'the mail server takes no mail; look at OAUTH2_SMTP_URL')
  })
  const timer = setInterval(() => {
    services.mails.deliver({}).catch((error: unknown) => {
      log.warn({ err: error }, 'waiting mail could not be looked at; it is tried again')
    })
  }, ROUND_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
