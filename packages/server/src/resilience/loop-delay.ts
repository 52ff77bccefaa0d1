/** How often a turn of the event loop is measured while there is something to do. */
const SAMPLE_MS = 20

/** What begins and ends a turn; replaced in tests. */
export interface LoopTimers {
  now(): number
  later(ms: number, run: () => void): void
  afterTurn(run: () => void): void
}

const SYSTEM: LoopTimers = {
  now: () => performance.now(),
  later: (ms, run) => void setTimeout(run, ms).unref(),
  afterTurn: (run) => void setImmediate(run),
}

/**
 * How long a turn of the event loop takes, which is how long a request stands before it is looked at.
 * Each interval ends with the shortest turn that was seen in it. Nothing runs while nothing happens.
 */
export class LoopDelay {
  readonly #intervalMs: number
  readonly #onInterval: (shortestMs: number) => void
  readonly #timers: LoopTimers
  #isRunning = false
  #hasWork = false
  #began = 0
  #shortest = Infinity

  constructor(
    intervalMs: number,
    onInterval: (shortestMs: number) => void,
    timers: LoopTimers = SYSTEM,
  ) {
    this.#intervalMs = intervalMs
    this.#onInterval = onInterval
    this.#timers = timers
  }

  /** A request has come. */
  notice(): void {
    this.#hasWork = true
    if (this.#isRunning) return
    this.#isRunning = true
    this.#begin()
  }

  #begin(): void {
    this.#hasWork = false
    this.#began = this.#timers.now()
    this.#shortest = Infinity
    this.#timers.later(SAMPLE_MS, this.#sample)
  }

  /** From one check phase to the next: a whole turn, in which the loop does not stop to wait. */
  #sample = (): void => {
    this.#timers.afterTurn(() => {
      const from = this.#timers.now()
      this.#timers.afterTurn(() => {
        this.#shortest = Math.min(this.#shortest, this.#timers.now() - from)
        this.#next()
      })
    })
  }

  #next(): void {
    if (this.#timers.now() - this.#began < this.#intervalMs) {
      this.#timers.later(SAMPLE_MS, this.#sample)
      return
    }
    this.#onInterval(this.#shortest)
    if (this.#hasWork) this.#begin()
    else this.#isRunning = false
  }
}
