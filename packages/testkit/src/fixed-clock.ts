import type { Clock } from '@grantd/domain'

/** Stands still until a test moves it. */
export class FixedClock implements Clock {
  #ms: number

  constructor(startMs = Date.UTC(2026, 0, 15, 12)) {
    this.#ms = startMs
  }

  nowMs(): number {
    return this.#ms
  }

  /** Moves the clock by `seconds`; negative steps back. */
  advance(seconds: number): void {
    this.#ms += seconds * 1_000
  }
}
