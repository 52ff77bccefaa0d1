// Owns: sending what waits in the queue, with retries. Does not own: what is written (letters.ts).
import { after, type Mailer, type MailMessage, nowSeconds, type OutgoingMail } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'
import { MAIL_SEAL } from './mail-queue.ts'

type MailPorts = Pick<Services, 'storage' | 'clock' | 'ids' | 'vault' | 'log'> & {
  readonly mailer: Mailer
}

/**
 * Seconds until the next attempt after the first, second, … one; the last repeats. The first is longer
 * than an attempt can take, so that no message is sent twice at the same time.
 */
const RETRY_AFTER = [60, 120, 600, 1_800, 3_600] as const
const AT_ONCE = 20

/** Sends mail outside of any request. Several processes may each run one: a claim is a guard. */
export class MailActor {
  readonly #ports: MailPorts

  constructor(ports: MailPorts) {
    this.#ports = ports
  }

  /** Sends what is due; resolves to how many messages left. */
  async deliver(_message: object): Promise<number> {
    const { storage, clock } = this.#ports
    const due = await storage.mails.listDue(nowSeconds(clock), AT_ONCE)
    let sent = 0
    for (const mail of due) if (await this.#attempt(mail)) sent++
    return sent
  }

  async #attempt(mail: OutgoingMail): Promise<boolean> {
    const { storage, clock, vault, mailer } = this.#ports
    const at = nowSeconds(clock)
    const wait = RETRY_AFTER[Math.min(mail.attempts, RETRY_AFTER.length - 1)] ?? 3_600
    const claim = await storage.commit([
      {
        kind: 'mail.claim',
        id: mail.id,
        attempts: mail.attempts,
        nextAttemptAt: after(at, wait),
      },
    ])
    if (claim.outcome === 'refused') return false
    if (at >= mail.expiresAt) return this.#giveUp(mail, mail.lastError ?? 'it waited too long')
    const text = vault.open(mail.messageSealed, MAIL_SEAL, mail.id)
    if (text === undefined) return this.#giveUp(mail, 'it was sealed under another encryption key')
    try {
      await mailer.send(JSON.parse(text) as MailMessage) // sealed by mailChange
    } catch (error) {
      return this.#failed(mail, error)
    }
    await storage.commit([{ kind: 'mail.delete', id: mail.id }])
    return true
  }

  async #failed(mail: OutgoingMail, error: unknown): Promise<false> {
    const why = withoutAddresses(error instanceof Error ? error.message : String(error))
    const attempt = mail.attempts + 1
    this.#ports.log.warn({ mail: mail.id, topic: mail.topic, attempt, why }, 'a mail was not sent')
    await this.#ports.storage.commit([{ kind: 'mail.failed', id: mail.id, error: why }])
    return false
  }

  async #giveUp(mail: OutgoingMail, why: string): Promise<false> {
    const { storage, log } = this.#ports
    log.error({ mail: mail.id, topic: mail.topic, why }, 'a mail was given up')
    await storage.commit([
      { kind: 'mail.delete', id: mail.id },
      auditChange(
        {
          action: 'mail.failed',
          targetKind: 'mail',
          targetId: mail.id,
          metadata: { topic: mail.topic, why },
        },
        this.#ports,
      ),
    ])
    return false
  }
}

const ADDRESS = /[^\s<>()"',;:]+@[^\s<>()"',;:]+/g

/** Mail servers repeat the recipient in what they refuse; no log, audit record or event has to keep it. */
export function withoutAddresses(text: string): string {
  return text.replace(ADDRESS, '[address]').slice(0, 300)
}
