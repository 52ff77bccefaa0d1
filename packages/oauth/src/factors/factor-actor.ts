// Owns: judging a second factor: its counters, its single use. Does not own: sessions, pages.
import type { Session, Ticket, User } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { SecondFactorProof } from '../evidence/evidence.ts'
import { networkOf } from '../login/network.ts'
import { countAttempt } from '../login/throttle.ts'
import { tellOwner } from '../mail/mail-queue.ts'
import type { Services } from '../services.ts'
import { startSession } from '../sessions/session-life.ts'
import { checkPasskey } from './passkeys.ts'
import { findRecoveryCode, looksLikeRecoveryCode } from './recovery-codes.ts'
import { totpGuard } from './totp.ts'

export type FactorPorts = Omit<
  Services,
  | 'auth'
  | 'tokens'
  | 'clients'
  | 'clientCache'
  | 'clientUse'
  | 'registrationQuota'
  | 'clientKeys'
  | 'logos'
  | 'logins'
  | 'logouts'
  | 'factors'
  | 'keys'
  | 'mails'
  | 'ingest'
  | 'recoveries'
>

export interface FactorAttempt {
  readonly user: User
  /** The pending sign-in that this completes; spent with the session's start. */
  readonly ticket: Ticket
  /** What was proven before (RFC 8176). */
  readonly first: 'pwd' | 'fed'
  readonly code: string | undefined
  readonly passkey: string | undefined
  readonly browser: string
  readonly ip: string
  readonly userAgent: string | undefined
  readonly former: Session | undefined
}

export type FactorResult =
  | { readonly outcome: 'signed_in'; readonly cookie: string; readonly session: Session }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfter: number }

/** Guesses at a six-digit code within one window; recovery codes and passwords have their own. */
const MAX_ATTEMPTS = 5
/** Of one network, where many people may sign in. */
const NETWORK_ATTEMPTS = 50

/** Keyed by user id: parallel guesses at one account are judged one by one. */
export class FactorActor {
  readonly #ports: FactorPorts

  constructor(ports: FactorPorts) {
    this.#ports = ports
  }

  /** Completes a sign-in whose first factor is proven. Until then there is no session at all. */
  async complete(attempt: FactorAttempt): Promise<FactorResult> {
    const judged = await this.#judge(attempt)
    if (judged.outcome !== 'proven') return judged
    const { proof, factor } = judged
    const { user, ticket, ip } = attempt
    const amr = [...new Set([attempt.first, ...proof.methods, 'mfa'])]
    const start = startSession({ ...attempt, amr }, this.#ports)
    const at = start.session.createdAt
    const result = await this.#ports.storage.commit([
      { kind: 'ticket.use', id: ticket.id, purpose: ticket.purpose, at },
      ...proof.changes,
      ...start.changes,
      { kind: 'throttle.clear', key: factorKey(factor, user) },
      ...(factor === 'recovery' ? this.#noteRecovery(user, ip) : []),
    ])
    // Somebody was faster with the same code or the same pending sign-in.
    if (result.outcome === 'refused') return { outcome: 'refused' }
    return { outcome: 'signed_in', cookie: start.cookie, session: start.session }
  }

  async #judge(
    attempt: FactorAttempt,
  ): Promise<
    | { readonly outcome: 'proven'; readonly proof: SecondFactorProof; readonly factor: Factor }
    | Exclude<FactorResult, { outcome: 'signed_in' }>
  > {
    const { user, code = '', ip } = attempt
    if (attempt.passkey !== undefined) {
      const use = 'passkey.second_factor'
      const answered = await checkPasskey(
        { answer: attempt.passkey, use, binding: attempt.browser, owner: user.id },
        this.#ports,
      )
      if (answered === undefined) return this.#refused(user, 'passkey', ip)
      const proof = SecondFactorProof.of(user, answered.methods, answered.guards)
      return { outcome: 'proven', proof, factor: 'passkey' }
    }
    const factor: Factor = looksLikeRecoveryCode(code) ? 'recovery' : 'totp'
    const rules = [
      { key: factorKey(factor, user), limit: MAX_ATTEMPTS },
      { key: `factor-network:${networkOf(ip)}`, limit: NETWORK_ATTEMPTS, free: NETWORK_ATTEMPTS },
    ]
    for (const { key, ...rule } of rules) {
      const retryAfter = await countAttempt(key, this.#ports, rule)
      if (retryAfter > 0) {
        await this.#note('factor.throttled', user, factor, ip)
        return { outcome: 'throttled', retryAfter }
      }
    }
    const at = Math.floor(this.#ports.clock.nowMs() / 1_000) as Session['createdAt']
    if (factor === 'recovery') {
      const found = await findRecoveryCode(user, code, this.#ports)
      if (found === undefined) return this.#refused(user, factor, ip)
      const guard = { kind: 'recoveryCode.use', id: found.id, at } as const
      return { outcome: 'proven', proof: SecondFactorProof.of(user, ['otp'], [guard]), factor }
    }
    const guard = await totpGuard(user, code.replace(/\s/g, ''), this.#ports)
    if (guard === undefined) return this.#refused(user, factor, ip)
    return { outcome: 'proven', proof: SecondFactorProof.of(user, ['otp'], [guard]), factor }
  }

  async #refused(user: User, factor: Factor, ip: string): Promise<{ outcome: 'refused' }> {
    await this.#note('factor.failed', user, factor, ip)
    return { outcome: 'refused' }
  }

  #noteRecovery(user: User, ip: string) {
    return [
      auditChange(
        { action: 'recovery_code.used', actor: user.id, targetKind: 'user', targetId: user.id, ip },
        this.#ports,
      ),
      ...tellOwner(user, 'recovery_code_used', this.#ports),
    ]
  }

  async #note(
    action: 'factor.failed' | 'factor.throttled',
    user: User,
    factor: Factor,
    ip: string,
  ): Promise<void> {
    const metadata = { factor }
    await this.#ports.storage.commit([
      auditChange({ action, targetKind: 'user', targetId: user.id, ip, metadata }, this.#ports),
    ])
  }
}

type Factor = 'totp' | 'recovery' | 'passkey'

function factorKey(factor: Factor, user: User): string {
  return `${factor}:${user.id}`
}
