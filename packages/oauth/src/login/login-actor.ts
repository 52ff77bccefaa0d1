// Owns: deciding one sign-in attempt: counters, password, what comes next. Does not own: the form and
// its CSRF token (login-endpoints.ts), second factors (factors/). Start here: `attempt`.
import { foldName, nowSeconds, type Session, type SessionId, type User } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { isInGoodStanding } from '../denylist/standing.ts'
import type { Services } from '../services.ts'
import { afterFirstFactor } from './first-factor.ts'
import { knownDeviceKey } from './known-device.ts'
import { networkOf } from './network.ts'
import { countAttempt, giveBack } from './throttle.ts'

type LoginPorts = Pick<
  Services,
  'storage' | 'clock' | 'random' | 'ids' | 'settings' | 'passwords' | 'hashes' | 'log' | 'denylist'
>

export interface LoginAttempt {
  readonly username: string
  readonly password: string
  readonly ip: string
  readonly userAgent: string | undefined
  readonly former: Session | undefined
  /** The cookie by which a browser that signed in before is known. */
  readonly device?: string | undefined
}

export type LoginResult =
  | {
      readonly outcome: 'signed_in'
      readonly cookie: string
      readonly sessionId: SessionId
      readonly user: User
    }
  /** The password was right and is not enough: `pending` names the sign-in that waits. */
  | { readonly outcome: 'second_factor'; readonly pending: string }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfter: number }

/** Keyed by folded account name: parallel guesses at one account are judged one by one. */
export class LoginActor {
  readonly #ports: LoginPorts

  constructor(ports: LoginPorts) {
    this.#ports = ports
  }

  /**
   * Judges one attempt. Unknown, disabled and wrong look the same and take the same time. The attempt
   * is counted *before* the password is checked; success gives the count back.
   */
  async attempt(message: LoginAttempt): Promise<LoginResult> {
    const { storage } = this.#ports
    const name = foldName(message.username)
    const user = await storage.users.findByLogin(name)
    // A name and an e-mail address of one person share one counter (CVE-2025-24806).
    const account = user?.usernameKey ?? this.#unknownName(name)
    const accountKey = knownDeviceKey(user, message.device, this.#ports) ?? `account:${account}`
    const networkKey = `network:${networkOf(message.ip)}`
    for (const key of [accountKey, networkKey]) {
      const wait = await countAttempt(key, this.#ports)
      if (wait > 0) {
        await this.#note('login.throttled', account, user, message.ip)
        return { outcome: 'throttled', retryAfter: wait }
      }
    }
    const isProven = await this.#ports.passwords.verify(message.password, user?.passwordHash)
    if (!isProven || !isInGoodStanding(user, this.#ports)) {
      await this.#note('login.failed', account, user, message.ip)
      return { outcome: 'refused' }
    }
    await giveBack(networkKey, storage)
    const current = await this.#rehashed(user, message.password)
    return this.#goOn(current, message, accountKey)
  }

  async #goOn(user: User, message: LoginAttempt, accountKey: string): Promise<LoginResult> {
    const changes = [{ kind: 'throttle.clear', key: accountKey } as const]
    const result = await afterFirstFactor({ ...message, user, method: 'pwd', changes }, this.#ports)
    if (result.outcome !== 'signed_in') return result
    return { outcome: 'signed_in', cookie: result.cookie, sessionId: result.session.id, user }
  }

  /** A hash of older settings is replaced while the password is at hand. */
  async #rehashed(user: User, password: string): Promise<User> {
    const { passwords, storage, clock } = this.#ports
    if (user.passwordHash === undefined || !passwords.isOutdated(user.passwordHash)) return user
    const passwordHash = await passwords.hash(password)
    const renewed = {
      ...user,
      passwordHash,
      updatedAt: nowSeconds(clock),
      version: user.version + 1,
    }
    const result = await storage.commit([{ kind: 'user.update', user: renewed }])
    // Another change of the account came first: the old hash still works, the next sign-in tries again.
    return result.outcome === 'committed' ? renewed : user
  }

  /**
   * What nobody has as a name may be a password in the wrong field: it is stored as a keyed hash, which
   * still tells that the same one was tried again.
   */
  #unknownName(name: string): string {
    return `unknown-${this.#ports.hashes.of('', 'unknown name', name)}`
  }

  async #note(
    action: 'login.failed' | 'login.throttled',
    account: string,
    user: User | undefined,
    ip: string,
  ): Promise<void> {
    const targetId = account.slice(0, 128)
    await this.#ports.storage.commit([
      auditChange({ action, targetKind: 'account', targetId, subject: user?.id, ip }, this.#ports),
    ])
  }
}
