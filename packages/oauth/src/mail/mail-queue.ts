import {
  after,
  type Change,
  type MailId,
  nowSeconds,
  type Seconds,
  type User,
} from '@grantd/domain'
import { languageOfUser } from '../language/page-language.ts'
import type { Services } from '../services.ts'
import type { AccountChange, Letter } from './letters.ts'

/** What sealing binds a waiting message to. */
export const MAIL_SEAL = 'outgoing mail'

const NOTICE_LIFETIME: Seconds = 2 * 24 * 3_600
const LINK_LIFETIME: Seconds = 20 * 60

type QueuePorts = Pick<Services, 'ids' | 'clock' | 'vault' | 'letters' | 'settings'>

/** The change that queues `letter` for the unit of work it belongs to. Tell `mails` after the commit. */
export function mailChange(
  to: string,
  letter: Letter,
  language: string,
  services: QueuePorts,
): Change {
  const at = nowSeconds(services.clock)
  const id = services.ids.next<MailId>()
  const message = JSON.stringify({ to, ...services.letters.write(letter, language) })
  // A link that has expired is not worth sending.
  const lifetime = letter.topic === 'account_changed' ? NOTICE_LIFETIME : LINK_LIFETIME
  return {
    kind: 'mail.insert',
    mail: {
      id,
      topic: letter.topic,
      messageSealed: services.vault.seal(message, MAIL_SEAL, id),
      attempts: 0,
      nextAttemptAt: at,
      lastError: undefined,
      createdAt: at,
      expiresAt: after(at, lifetime),
    },
  }
}

/** Tells the owner of a change, where there is an address; part of the change's own unit. */
export function tellOwner(
  user: User,
  change: AccountChange,
  services: QueuePorts,
): readonly Change[] {
  if (user.email === undefined || !services.settings.mailIsOn) return []
  const letter: Letter = {
    topic: 'account_changed',
    username: user.username,
    change,
    at: nowSeconds(services.clock),
    link: `${services.settings.baseUrl}/profile`,
  }
  return [mailChange(user.email, letter, languageOfUser(user, services), services)]
}
