import { createHmac, hkdfSync } from 'node:crypto'
import type { Clock, Random, Seconds } from '@grantd/domain'
import { type SecretHash, sameHash } from '@grantd/domain'

/** What a form is for; a token of one form is worthless in another. */
export type FormPurpose =
  | 'login'
  | 'logout'
  | 'consent'
  | 'setup'
  | 'reauthenticate'
  | 'second_factor'
  | 'forgot'
  | 'reset'
  | 'sign_up'
  | 'sign_up_finish'
  | 'email'
  | 'account'
  | 'passkey.sign_in'
  | 'passkey.second_factor'
  | 'passkey.register'

const LIFETIME: Seconds = 30 * 60

/**
 * CSRF tokens: `<time>.<nonce>.<mac>` bound to the browser (its cookie or its session), to the form's
 * purpose and to a subject (for consent: the very request that was shown). Nothing is stored, so a
 * restart or a second process does not expire a page.
 */
export class FormGuards {
  readonly #key: Buffer
  readonly #clock: Clock
  readonly #random: Random

  constructor(ports: { sessionKey: Uint8Array; clock: Clock; random: Random }) {
    this.#key = Buffer.from(hkdfSync('sha256', ports.sessionKey, '', 'grantd form guard v1', 32))
    this.#clock = ports.clock
    this.#random = ports.random
  }

  issue(purpose: FormPurpose, binding: string, subject = ''): string {
    const time = Math.floor(this.#clock.nowMs() / 1000).toString(36)
    const nonce = this.#random.base64url(12)
    return `${time}.${nonce}.${this.#mac(purpose, binding, subject, time, nonce)}`
  }

  /** `valid` with the token's nonce (for single use), `expired`, or `forged`. */
  check(
    token: string | undefined,
    purpose: FormPurpose,
    binding: string,
    subject = '',
  ):
    | { readonly verdict: 'valid'; readonly nonce: string; readonly issuedAt: number }
    | { readonly verdict: 'expired' | 'forged' } {
    const [time, nonce, mac, ...rest] = token?.split('.') ?? []
    if (time === undefined || nonce === undefined || mac === undefined || rest.length > 0) {
      return { verdict: 'forged' }
    }
    const expected = this.#mac(purpose, binding, subject, time, nonce)
    if (!sameHash(expected as SecretHash, mac as SecretHash)) return { verdict: 'forged' }
    const issuedAt = Number.parseInt(time, 36)
    const age = Math.floor(this.#clock.nowMs() / 1000) - issuedAt
    if (age > LIFETIME) return { verdict: 'expired' }
    return { verdict: 'valid', nonce, issuedAt }
  }

  #mac(
    purpose: FormPurpose,
    binding: string,
    subject: string,
    time: string,
    nonce: string,
  ): string {
    // JSON keeps the fields apart: no two different lists of fields have one text.
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([purpose, binding, subject, time, nonce]))
      .digest('base64url')
  }
}
