/** What follows a fault, as data. Times in milliseconds. */
export interface Supervision {
  /** `restart` begins anew within the budget; `stop` ends the shard; `escalate` ends it and tells. */
  readonly onFault: 'restart' | 'stop' | 'escalate'
  /** Restarts allowed within `within`; one more fault stops the shard and escalates. */
  readonly restarts: number
  readonly within: number
  /** Wait before the first restart of a window; doubles with each further one up to `max`. */
  readonly backoff: { readonly first: number; readonly max: number }
}

export const defaultSupervision: Supervision = {
  onFault: 'restart',
  restarts: 5,
  within: 60_000,
  backoff: { first: 50, max: 5_000 },
}

/** What supervision decided about a fault. `ignored`: the instance was already on its way out. */
export type Decision = 'restart' | 'stop' | 'escalate' | 'ignored'

/** Decides about the faults of one shard; remembers no more of them than the budget needs. */
export class Supervisor {
  readonly #policy: Supervision
  #faults: number[] = []

  constructor(policy: Supervision) {
    this.#policy = policy
  }

  /** Judges a fault at `now` (ms). `delay` is the back-off in ms before a restart. */
  judge(now: number): { decision: Exclude<Decision, 'ignored'>; delay: number } {
    const { onFault, restarts, within, backoff } = this.#policy
    if (onFault !== 'restart') return { decision: onFault, delay: 0 }
    this.#faults = this.#faults.filter((at) => now - at < within)
    if (this.#faults.length >= restarts) return { decision: 'escalate', delay: 0 }
    const delay = Math.min(backoff.max, backoff.first * 2 ** this.#faults.length)
    this.#faults.push(now)
    return { decision: 'restart', delay }
  }
}
