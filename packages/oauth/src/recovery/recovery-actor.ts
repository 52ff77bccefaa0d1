// Owns: what happens after "forgot password" and "create an account" were answered. The answer is the
// same and goes out first, so neither its words nor its time tell who has an account (T152, T161).
import { foldName, nowSeconds, parseEmail } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { isInGoodStanding } from '../denylist/standing.ts'
import { languageOfUser } from '../language/page-language.ts'
import { networkOf } from '../login/network.ts'
import { countAttempt } from '../login/throttle.ts'
import { mailChange } from '../mail/mail-queue.ts'
import type { Services } from '../services.ts'
import { issueTicket } from '../tickets/tickets.ts'

type RecoveryPorts = Pick<
  Services,
  | 'storage'
  | 'clock'
  | 'random'
  | 'ids'
  | 'settings'
  | 'vault'
  | 'letters'
  | 'log'
  | 'hashes'
  | 'denylist'
>

interface Asked {
  readonly ip: string
  /** Of the page on which it was asked. */
  readonly language: string
}

/** Messages to one address, or for one account, within a window. */
const MAX_LETTERS = 3
/** For one network, where many people may live. */
const NETWORK_LETTERS = 30

export class RecoveryActor {
  readonly #ports: RecoveryPorts
  /** Called when a letter is in the queue. */
  readonly #posted: () => void

  constructor(ports: RecoveryPorts, posted: () => void) {
    this.#posted = posted
    this.#ports = ports
  }

  /** Mails a link for a new password to the proven address of the account, if there is one. */
  async forgot({ login, ip, language }: Asked & { readonly login: string }): Promise<boolean> {
    const { storage, settings } = this.#ports
    if (!settings.mailIsOn) return false
    const name = foldName(login)
    const user = await storage.users.findByLogin(name)
    // What nobody has as a name may be a secret in the wrong field, which is not stored as it is.
    const account = user?.id ?? this.#ports.hashes.of('', 'unknown name', name)
    if (await this.#isTooMuch('reset', account, ip)) return false
    if (!isInGoodStanding(user, this.#ports) || user.email === undefined) return false
    // The one address that was checked when it was set, never the text that was typed (CVE-2022-35924).
    const to = parseEmail(user.email)
    if (to === undefined) return false
    const ticket = issueTicket('reset_password', { user, email: to }, this.#ports)
    const link = `${settings.baseUrl}/auth/reset?ticket=${ticket.value}`
    await storage.commit([
      ticket.change,
      mailChange(
        to,
        { topic: 'reset_password', username: user.username, link },
        user.claims.locale === undefined ? language : languageOfUser(user, this.#ports),
        this.#ports,
      ),
      auditChange(
        {
          action: 'user.password_reset_requested',
          targetKind: 'user',
          targetId: user.id,
          ip,
        },
        this.#ports,
      ),
    ])
    this.#posted()
    return true
  }

  /** Mails a link to make an account, or, to whoever has one, a link to sign in. */
  async signUp({ email, ip, language }: Asked & { readonly email: string }): Promise<boolean> {
    const { storage, settings } = this.#ports
    if (await this.#isTooMuch('sign_up', foldName(email), ip)) return false
    const existing = await storage.users.findByLogin(foldName(email))
    if (existing !== undefined) {
      const link = `${settings.baseUrl}/auth/login`
      const letter = { topic: 'sign_up_known', link } as const
      await storage.commit([mailChange(email, letter, language, this.#ports)])
      this.#posted()
      return true
    }
    const ticket = issueTicket('sign_up', { user: undefined, email }, this.#ports)
    const link = `${settings.baseUrl}/auth/sign-up/finish?ticket=${ticket.value}`
    await storage.commit([
      ticket.change,
      mailChange(email, { topic: 'sign_up', link }, language, this.#ports),
    ])
    this.#posted()
    return true
  }

  async #isTooMuch(what: string, account: string, ip: string): Promise<boolean> {
    const waits = [
      await countAttempt(`${what}:${account}`, this.#ports, { limit: MAX_LETTERS }),
      await countAttempt(`${what}-network:${networkOf(ip)}`, this.#ports, {
        limit: NETWORK_LETTERS,
        free: NETWORK_LETTERS,
      }),
    ]
    if (waits.every((wait) => wait === 0)) return false
    this.#ports.log.info({ what, at: nowSeconds(this.#ports.clock) }, 'a letter was held back')
    this.#posted()
    return true
  }
}
