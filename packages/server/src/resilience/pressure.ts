// Owns: what an interval tells of the load, and what then becomes of the bound.
// Does not own: how the bound moves (@grantd/limits), what is measured (admission.ts).
import { AdaptiveLimit } from '@grantd/limits'

/** So many at once are no overload on any machine. With its share, the token endpoint has 64 of them. */
const LEAST = 72
/** While requests that are quick are refused in any case, those that come in need not wait for each other. */
const LEAST_PRESSED = 45
/** A turn of the event loop that takes longer, all through an interval, means that requests queue. */
const TARGET_MS = 10
/** Above this part of its time the event loop has no more to give. */
const BUSY = 0.9
/**
 * Quick requests that stay longer, in the mean, while the event loop has no more to give, stand in a queue: many that
 * come in one step and are answered in one step leave short turns between the long ones.
 */
const LONG_STAY_MS = 15
/** When a flood begins, as many are kept as would stay so long (by Little's law); a quarter at least. */
const GOOD_STAY_MS = 5

/** What was seen in one interval. */
export interface Interval {
  /** The shortest turn of the event loop. */
  readonly shortestMs: number
  /** Of the event loop's time, the part in which it worked. */
  readonly busy: number
  /** How long quick requests stayed, in the mean. */
  readonly stayMs: number
  /** The most at work at once. */
  readonly peak: number
  /** Somebody who is quick was turned away. */
  readonly isPressed: boolean
}

/** Finds, from interval to interval, how many may be at work. */
export class Pressure {
  readonly #limit: AdaptiveLimit
  /** It fell since the last interval in which nobody was turned away. */
  #isHeld = false

  constructor(most: number) {
    this.#limit = new AdaptiveLimit({
      most,
      least: LEAST,
      leastPressed: LEAST_PRESSED,
      targetMs: TARGET_MS,
    })
  }

  limitAfter({ shortestMs, busy, stayMs, peak, isPressed }: Interval): number {
    const isBusy = busy > BUSY
    // Whoever waits for a database that takes its time stays long as well, and is no queue.
    const isQueue = isBusy && stayMs > LONG_STAY_MS
    // Later less is known: what is left of a long stay may be the database, and too few leave the processor idle.
    const goodMs = this.#isHeld ? LONG_STAY_MS : GOOD_STAY_MS
    const delayMs = Math.max(shortestMs, isQueue ? stayMs * (TARGET_MS / goodMs) : 0)
    this.#isHeld = isPressed && (isBusy || this.#isHeld)
    return isPressed ? this.#limit.press(isBusy, delayMs, peak) : this.#limit.observe(delayMs, peak)
  }
}
