// Owns: which mailer the settings name. Does not own: sending (smtp-mailer.ts, dev-mailbox.ts).
import type { Clock, Mailer } from '@grantd/domain'
import type { Mode } from '../config/mode.ts'
import type { Settings } from '../config/settings.ts'
import { guardMailer } from '../resilience/guard-mailer.ts'
import type { Resilience } from '../resilience/resilience.ts'
import { DevMailbox } from './dev-mailbox.ts'
import { createSmtpMailer } from './smtp-mailer.ts'

/** Refuses, and says what to set. */
export const NO_MAILER: Mailer = {
  send: () => Promise.reject(new Error('no mail server is configured: set OAUTH2_SMTP_URL')),
}

/** Through SMTP when it is configured; with `grantd dev` else to a page of this server. */
export function chooseMailer(parts: {
  readonly settings: Settings
  readonly mode: Mode
  readonly baseUrl: string
  readonly clock: Clock
  readonly resilience: Resilience
}): Mailer | undefined {
  const { settings, mode, baseUrl, clock, resilience } = parts
  const { smtp_url: url, from } = settings.mail
  if (url === undefined) return mode === 'dev' ? new DevMailbox(clock) : undefined
  const smtp = createSmtpMailer({ url, from: from ?? `no-reply@${new URL(baseUrl).hostname}` })
  const circuit = resilience.mailCircuit()
  return circuit === undefined ? smtp : guardMailer(smtp, circuit)
}
