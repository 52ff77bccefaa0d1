/** `half_open`: a few calls may find out whether the dependency is back. */
export type CircuitState = 'closed' | 'open' | 'half_open'

export interface CircuitSettings {
  /** Failures in a row after which nothing is asked any more. */
  readonly failureThreshold: number
  /** Successes in a row, of probes, after which everything is asked again. */
  readonly successThreshold: number
  /** How long nothing is asked before the first probe, in milliseconds. */
  readonly openMs: number
  /** Probes that may be under way at the same time. */
  readonly halfOpenMaxProbes: number
}

export interface CircuitOptions extends CircuitSettings {
  /** Milliseconds of a clock that never steps. */
  readonly now: () => number
}

/**
 * Stops asking a dependency that fails, and finds out by a few calls when it is back. A call is
 * entered by `tryEnter` and ended by exactly one of `succeed`, `fail` and `abandon`, with the ticket
 * that `tryEnter` gave. What a call began in another state of the circuit says is not counted: an
 * answer that was asked for before the outage proves nothing of the time after it.
 */
export class CircuitBreaker {
  readonly #options: CircuitOptions
  #state: CircuitState = 'closed'
  #openedAt = 0
  #failures = 0
  #successes = 0
  #probes = 0
  #trips = 0
  /** Grows with every change of the state; what a ticket is. Above zero, so that 0 means "refused". */
  #era = 1

  constructor(options: CircuitOptions) {
    for (const name of ['failureThreshold', 'successThreshold', 'halfOpenMaxProbes'] as const)
      if (!(options[name] >= 1)) throw new RangeError(`${name} must be at least 1`)
    this.#options = options
  }

  /** As a caller would find it now: an open circuit whose time is over is half open. */
  get state(): CircuitState {
    this.#look()
    return this.#state
  }

  /** How often it opened; that a probe failed is not another time. */
  get trips(): number {
    return this.#trips
  }

  /** Milliseconds until the first probe; 0 when one may be made now. */
  get waitMs(): number {
    if (this.#state !== 'open') return 0
    return Math.max(0, this.#openedAt + this.#options.openMs - this.#options.now())
  }

  /** A ticket for one call, or 0 when it must not be made. */
  tryEnter(): number {
    if (this.#state === 'closed') return this.#era
    this.#look()
    if (this.#state === 'open' || this.#probes >= this.#options.halfOpenMaxProbes) return 0
    this.#probes++
    return this.#era
  }

  /** The dependency answered, with whatever answer. */
  succeed(ticket: number): void {
    if (ticket !== this.#era) return
    if (this.#state === 'closed') {
      this.#failures = 0
      return
    }
    this.#probes--
    this.#successes++
    if (this.#successes >= this.#options.successThreshold) this.#turn('closed')
  }

  /** The dependency did not answer, or answered that it cannot. */
  fail(ticket: number): void {
    if (ticket !== this.#era) return
    if (this.#state === 'closed' && ++this.#failures < this.#options.failureThreshold) return
    this.trip()
  }

  /** The call ended without telling anything of the dependency. */
  abandon(ticket: number): void {
    if (ticket === this.#era && this.#state === 'half_open') this.#probes--
  }

  /** Opens it now, whatever was counted; an open one begins its time anew. */
  trip(): void {
    if (this.#state === 'closed') this.#trips++
    this.#turn('open')
    this.#openedAt = this.#options.now()
  }

  #look(): void {
    if (this.#state === 'open' && this.waitMs === 0) this.#turn('half_open')
  }

  #turn(state: CircuitState): void {
    this.#state = state
    this.#era++
    this.#failures = 0
    this.#successes = 0
    this.#probes = 0
  }
}
