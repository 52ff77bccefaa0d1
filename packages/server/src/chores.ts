// Owns: starting the work of nobody's request, but for the relay of the outbox (events/start-outbox.ts).
// Does not own: the work itself: janitor.ts, timers.ts, mail/postman.ts, tls/watch-certificate.ts.
import type { Log, Services } from '@grantd/oauth'
import type { Settings } from './config/settings.ts'
import type { HttpServer } from './http/server.ts'
import { startJanitor } from './janitor.ts'
import { startPostman } from './mail/postman.ts'
import { smtpProblem } from './mail/smtp-mailer.ts'
import { startTimers } from './timers.ts'
import { type Certificate, readCertificate } from './tls/certificate.ts'
import { watchCertificate } from './tls/watch-certificate.ts'

export interface Chore {
  stop(): Promise<void> | void
}

export interface ChoreParts {
  readonly services: Services
  readonly settings: Settings
  readonly log: Log
  /** Where letters go, if that is asked whether it works. */
  readonly smtpUrl: string | undefined
  readonly encryptionKey: Uint8Array
}

/** What one process does for all. */
export function startChores(parts: ChoreParts): readonly Chore[] {
  const { services, settings, log, smtpUrl, encryptionKey } = parts
  const kept = {
    encryptionKey,
    auditDays: settings.audit.retention_days,
    historyDays: settings.events.outbox.history_days,
  }
  return [
    startJanitor({ services, settings: settings.janitor, log, kept }),
    startTimers({ services, log, encryptionKey }),
    startPostman({
      services,
      log,
      ...(smtpUrl !== undefined && { problem: () => smtpProblem(smtpUrl) }),
    }),
  ]
}

/** In every process: each has its own listener. `onCertificate` hears of the first one too. */
export function startCertificateWatch(
  { server: { tls } }: Settings,
  http: HttpServer,
  log: Log,
  onCertificate?: (certificate: Certificate) => void,
): readonly Chore[] {
  const { cert, key } = tls
  if (cert === undefined || key === undefined) return []
  const files = { cert, key }
  onCertificate?.(readCertificate(files))
  const use = (certificate: Certificate) => {
    http.useCertificate(certificate)
    onCertificate?.(certificate)
  }
  return [watchCertificate({ files, log, use })]
}
