// Owns: what a server has acknowledged, written down outside it after the answer arrived, and what
// was asked but not answered. Does not own: asking (workload.ts), judging after a restart (verify.ts).
import type { ClientKeys } from './prepare.ts'

/**
 * `live` and `ended` were acknowledged and must stay true. `in doubt`: the request that would end it
 * got no answer before the kill, so both are right until somebody looks; then what was seen must stay.
 */
export type State = 'live' | 'in doubt' | 'ended'

export interface Thing {
  state: State
  /** A request about it is under way; others leave it alone. */
  isBusy: boolean
}

export interface AccessToken extends Thing {
  readonly kind: 'access token'
  readonly value: string
  readonly client: ClientKeys
}

/** What one code bought: a chain of refresh tokens and the access tokens beside it. */
export interface Family extends Thing {
  readonly kind: 'family'
  readonly client: ClientKeys
  readonly accessTokens: string[]
  refreshToken: string
  /** The token before, spent by an acknowledged rotation. */
  former: string | undefined
  /** Rotations of this token that got no answer, and when the first was asked for. */
  unanswered: number
  unansweredSinceMs: number
}

export interface Code extends Thing {
  readonly kind: 'code'
  readonly value: string
  readonly client: ClientKeys
  /** Successful redemptions that were answered. Two is what must never be. */
  redeemed: number
  family: Family | undefined
}

export interface Session extends Thing {
  readonly kind: 'session'
  readonly cookie: string
}

/** A decision on the consent form, remembered. `ended` has no meaning for it. */
export interface Consent extends Thing {
  readonly kind: 'consent'
  readonly cookie: string
  readonly client: ClientKeys
  /** The form as it was sent: sent again, it must not decide again. */
  readonly form: Readonly<Record<string, string>>
}

export interface RegisteredClient extends Thing {
  readonly kind: 'client'
  readonly keys: ClientKeys
}

export type Entry = AccessToken | Family | Code | Session | Consent | RegisteredClient

export interface Finding {
  /** `unexpected`: an answer that no crash explains. */
  readonly kind: 'lost' | 'revived' | 'twice' | 'unexpected' | 'broken'
  readonly text: string
}

export class Journal {
  readonly entries: Entry[] = []
  readonly findings: Finding[] = []
  /** Every refresh token that was presented, and the successors it was answered with. */
  readonly successors = new Map<string, Set<string>>()
  unanswered = 0
  #acknowledged = 0
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = []
  #touched = new Set<Entry>()

  /** Writes down something new that was acknowledged. */
  add<Kind extends Entry>(entry: Omit<Kind, 'state' | 'isBusy'> & { state?: State }): Kind {
    const made = { state: 'live', isBusy: false, ...entry } as unknown as Kind // Omit loses the union
    this.entries.push(made)
    this.touch(made)
    return made
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  acknowledge(): void {
    this.#acknowledged++
    for (const { count, resolve } of this.#waiting) if (this.#acknowledged >= count) resolve()
  }

  /** Resolves when `more` acknowledgements have come from now on. */
  acknowledgements(more: number): Promise<void> {
    const count = this.#acknowledged + more
    return new Promise((resolve) => this.#waiting.push({ count, resolve }))
  }

  touch(entry: Entry): void {
    this.#touched.add(entry)
  }

  /** What was acknowledged or asked about since the last call, then forgotten as such. */
  takeTouched(): Entry[] {
    const touched = [...this.#touched]
    this.#touched = new Set()
    return touched
  }

  report(kind: Finding['kind'], text: string): void {
    this.findings.push({ kind, text })
  }

  noteSuccessor(presented: string, successor: string): void {
    const known = this.successors.get(presented) ?? new Set()
    known.add(successor)
    this.successors.set(presented, known)
    if (known.size > 1) this.report('twice', 'a refresh token was rotated into two successors')
  }

  /** A random entry of this kind that nobody is asking about and that `suits`. */
  pick<Kind extends Entry['kind']>(
    kind: Kind,
    suits: (entry: Extract<Entry, { kind: Kind }>) => boolean = (entry) => entry.state === 'live',
  ): Extract<Entry, { kind: Kind }> | undefined {
    const start = Math.floor(Math.random() * this.entries.length)
    for (let step = 0; step < this.entries.length; step++) {
      const entry = this.entries[(start + step) % this.entries.length]
      if (entry === undefined || entry.isBusy || entry.kind !== kind) continue
      const found = entry as Extract<Entry, { kind: Kind }> // its kind was just compared
      if (suits(found)) return found
    }
    return undefined
  }
}
