import type { Log, Services } from '@grantd/oauth'

const ROUND_MS = 15_000

/** Looks after mail that waits for another attempt; new mail is sent as soon as it is written. */
export function startPostman({ services, log }: { services: Services; log: Log }): {
  stop(): void
} {
  const timer = setInterval(() => {
    services.mails.deliver({}).catch((error: unknown) => {
      log.warn({ err: error }, 'waiting mail could not be looked at; it is tried again')
    })
  }, ROUND_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
