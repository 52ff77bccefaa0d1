/** How often a turn of the event loop is measured while there is something to do. */
const SAMPLE_MS = 20
/**
 * One long turn can be a pause of the machine or of the garbage collector, and the next one what came meanwhile.
 * It takes three to say that requests queue; three in a row say it whatever was seen before them.
 */
const LEAST_SAMPLES = 3

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
 * Each interval ends with the shortest turn that was seen in it, and early when one long turn follows
 * another. Nothing runs while nothing happens.
 */
export class LoopDelay {
  readonly #intervalMs: number
  readonly #onInterval: (shortestMs: number) => void
  readonly #timers: LoopTimers
  #isRunning = false
  #hasWork = false
  #began = 0
  #shortest = Infinity
  #samples = 0
  /** Of the long turns in a row: how many, and the shortest. */
  #long = 0
  #shortestLong = Infinity

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
    this.#samples = 0
    this.#endLong()
    this.#timers.later(SAMPLE_MS, this.#sample)
  }

  #sample = (): void => {
    this.#timers.afterTurn(() => this.#measure(this.#timers.now()))
  }

  /** From one check phase to the next: a whole turn, in which the loop does not stop to wait. */
  #measure(from: number): void {
    this.#timers.afterTurn(() => {
      const now = this.#timers.now()
      this.#see(now - from)
      const isOver = now - this.#began >= this.#intervalMs && this.#samples >= LEAST_SAMPLES
      if (this.#long >= LEAST_SAMPLES) this.#end(this.#shortestLong)
      else if (isOver) this.#end(this.#shortest)
      // In long turns there is no time to lose: the next one is measured at once.
      else if (this.#long > 0) this.#measure(now)
      else this.#timers.later(SAMPLE_MS, this.#sample)
    })
  }

  #see(turn: number): void {
    this.#samples++
    this.#shortest = Math.min(this.#shortest, turn)
    if (turn <= SAMPLE_MS) {
      this.#endLong()
      return
    }
    this.#long++
    this.#shortestLong = Math.min(this.#shortestLong, turn)
  }

  #endLong(): void {
    this.#long = 0
    this.#shortestLong = Infinity
  }

  #end(shortest: number): void {
    this.#onInterval(shortest)
    if (this.#hasWork) this.#begin()
    else this.#isRunning = false
  }
}
