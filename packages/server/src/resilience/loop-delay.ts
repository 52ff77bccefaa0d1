/** How often a turn of the event loop is measured while there is something to do. */
const SAMPLE_MS = 20
/**
 * One long turn can be a pause of the machine or of the garbage collector, and the next one what came meanwhile.
 * It takes three to say that requests queue.
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

export interface IntervalWatcher {
  /** An interval begins, after the last one or after a rest of whatever length. */
  begin(): void
  end(shortestMs: number): void
}

/**
 * How long a turn of the event loop takes, which is how long a request stands before it is looked at.
 * Each interval ends with the shortest turn that was seen in it. Nothing runs while nothing happens.
 */
export class LoopDelay {
  readonly #intervalMs: number
  readonly #watcher: IntervalWatcher
  readonly #timers: LoopTimers
  #isRunning = false
  #hasWork = false
  #began = 0
  #shortest = Infinity
  #samples = 0

  constructor(intervalMs: number, watcher: IntervalWatcher, timers: LoopTimers = SYSTEM) {
    this.#intervalMs = intervalMs
    this.#watcher = watcher
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
    this.#watcher.begin()
    this.#timers.later(SAMPLE_MS, this.#sample)
  }

  #sample = (): void => {
    this.#timers.afterTurn(() => this.#measure(this.#timers.now()))
  }

  /** From one check phase to the next: a whole turn, in which the loop does not stop to wait. */
  #measure(from: number): void {
    this.#timers.afterTurn(() => {
      const now = this.#timers.now()
      const turn = now - from
      this.#shortest = Math.min(this.#shortest, turn)
      this.#samples++
      if (now - this.#began >= this.#intervalMs && this.#samples >= LEAST_SAMPLES) this.#end()
      // In long turns there is no time to lose: the next one is measured at once.
      else if (turn > SAMPLE_MS) this.#measure(now)
      else this.#timers.later(SAMPLE_MS, this.#sample)
    })
  }

  #end(): void {
    this.#watcher.end(this.#shortest)
    if (this.#hasWork) this.#begin()
    else this.#isRunning = false
  }
}
