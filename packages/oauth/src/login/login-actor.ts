// Owns: deciding one sign-in attempt: counters, password, new session. Does not own: the form and its
// CSRF token (login-endpoints.ts). Start here: `attempt`.
import {
  after,
  epochSeconds,
  foldName,
  nowSeconds,
  type Session,
  type SessionId,
  StorageError,
  type Throttle,
  type User,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'
import { endSession, startSession } from '../sessions/session-life.ts'
import { networkOf } from './network.ts'

type LoginPorts = Pick<
  Services,
  'storage' | 'clock' | 'random' | 'ids' | 'settings' | 'passwords' | 'log'
>

export interface LoginAttempt {
  readonly username: string
  readonly password: string
  readonly ip: string
  readonly userAgent: string | undefined
  readonly former: Session | undefined
}

export type LoginResult =
  | {
      readonly outcome: 'signed_in'
      readonly cookie: string
      readonly sessionId: SessionId
      readonly user: User
    }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfter: number }

/** The first failures of a window cost nothing; then each doubles the wait. */
const FREE_FAILURES = 5
const CAS_TRIES = 8

/** Keyed by folded account name: parallel guesses at one account are judged one by one. */
export class LoginActor {
  readonly #ports: LoginPorts

  constructor(ports: LoginPorts) {
    this.#ports = ports
  }

  /**
   * Judges one attempt. Unknown, disabled and wrong look the same and take the same time. The attempt
   * is counted *before* the password is checked, so that guesses in parallel, also from other
   * processes, cannot pass the limit; success gives the count back.
   */
  async attempt(message: LoginAttempt): Promise<LoginResult> {
    const name = foldName(message.username)
    const user = await this.#ports.storage.users.findByLogin(name)
    // A name and an e-mail address of one person share one counter (CVE-2025-24806).
    const account = user?.usernameKey ?? name
    const keys = [`account:${account}`, `network:${networkOf(message.ip)}`]
    for (const key of keys) {
      const wait = await this.#count(key)
      if (wait > 0) {
        await this.#note('login.throttled', account, message.ip)
        return { outcome: 'throttled', retryAfter: wait }
      }
    }
    const isProven = await this.#ports.passwords.verify(message.password, user?.passwordHash)
    if (user === undefined || !isProven || !user.isEnabled) {
      await this.#note('login.failed', account, message.ip)
      return { outcome: 'refused' }
    }
    const start = startSession({ ...message, user, amr: ['pwd'] }, this.#ports)
    await this.#ports.storage.commit([
      ...start.changes,
      { kind: 'throttle.clear', key: `account:${account}` },
    ])
    await this.#giveBack(`network:${networkOf(message.ip)}`)
    if (message.former !== undefined)
      await this.#supersede(message.former, start.session, message.ip)
    return { outcome: 'signed_in', cookie: start.cookie, sessionId: start.session.id, user }
  }

  /**
   * Ends the browser's former session. What the same person granted in it goes on under the new one,
   * so that signing out still ends it; what another person granted ends here.
   */
  async #supersede(former: Session, next: Session, ip: string): Promise<void> {
    const { storage, clock } = this.#ports
    if (former.userId !== next.userId) {
      await endSession(former, ip, this.#ports)
      return
    }
    await storage.commit([
      { kind: 'session.revoke', id: former.id, at: nowSeconds(clock) },
      { kind: 'family.moveSession', from: former.id, to: next.id },
    ])
  }

  /** Counts one attempt; the seconds to wait when it must not be evaluated, else 0. */
  async #count(key: string): Promise<number> {
    const { storage, clock, settings } = this.#ports
    for (let attempt = 0; attempt < CAS_TRIES; attempt++) {
      const at = nowSeconds(clock)
      const stored = await storage.throttles.find(key)
      const isCurrent = stored !== undefined && at < stored.windowStartedAt + settings.loginWindow
      if (isCurrent && at < stored.blockedUntil) return stored.blockedUntil - at
      const windowStartedAt = isCurrent ? stored.windowStartedAt : at
      const windowEnd = after(windowStartedAt, settings.loginWindow)
      const failures = (isCurrent ? stored.failures : 0) + 1
      if (failures > settings.loginMaxAttempts) return Math.max(1, windowEnd - at)
      const backoff = failures > FREE_FAILURES ? 2 ** (failures - FREE_FAILURES - 1) : 0
      const throttle: Throttle = {
        key,
        failures,
        windowStartedAt,
        blockedUntil: epochSeconds(Math.min(at + backoff, windowEnd)),
        expiresAt: windowEnd,
      }
      const result = await storage.commit([
        { kind: 'throttle.put', throttle, seen: stored?.failures ?? 0 },
      ])
      if (result.outcome === 'committed') return 0
    }
    throw new StorageError('unavailable', { message: 'too many attempts at once' })
  }

  async #giveBack(key: string): Promise<void> {
    const stored = await this.#ports.storage.throttles.find(key)
    if (stored === undefined) return
    if (stored.failures <= 1) {
      await this.#ports.storage.commit([{ kind: 'throttle.clear', key }])
      return
    }
    const throttle = { ...stored, failures: stored.failures - 1, blockedUntil: epochSeconds(0) }
    await this.#ports.storage.commit([{ kind: 'throttle.put', throttle, seen: stored.failures }])
  }

  async #note(
    action: 'login.failed' | 'login.throttled',
    account: string,
    ip: string,
  ): Promise<void> {
    await this.#ports.storage.commit([
      auditChange(
        { action, targetKind: 'account', targetId: account.slice(0, 128), ip },
        this.#ports,
      ),
    ])
  }
}
