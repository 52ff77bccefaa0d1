export interface AdaptiveSettings {
  readonly most: number
  /** It never falls below this: few at a time are no overload, however slow the machine is. */
  readonly least: number
  /** The same while some are turned away in any case: as few as keep the processor busy. */
  readonly leastPressed: number
  /** The longest delay, in milliseconds, that is no standing queue. */
  readonly targetMs: number
}

/** What is kept of the work that caused too long a delay: most of it, and never less than a quarter. */
const BACK_OFF = 0.8
const DEEPEST_BACK_OFF = 0.25
/** What is tried beyond what went well. */
const STEP = 8

/**
 * How much may be at work at once, found out by trying. Each interval brings the *shortest* delay that
 * was seen in it, as in CoDel (RFC 8289 §4): a burst that goes away has short ones too, a queue that
 * stands has none. While it is too long the limit falls, by a fifth of what was at work, or in proportion
 * where the delay is many times what it should be: what causes four times the delay is about four times
 * too much, and a flood that begins at once should not be let in for a second first. Otherwise the limit
 * rises by a constant (additive increase, multiplicative decrease, RFC 5681), so it settles near the point
 * where more work only makes everyone wait.
 */
export class AdaptiveLimit {
  readonly #settings: AdaptiveSettings
  #limit: number

  constructor(settings: AdaptiveSettings) {
    this.#settings = settings
    this.#limit = settings.most
  }

  get limit(): number {
    return this.#limit
  }

  /** `delayMs`: the shortest of the interval, or what else tells of a queue that stands; `peak`: the most at work at once in it. */
  observe(delayMs: number, peak: number): number {
    const { most, targetMs } = this.#settings
    const least = Math.min(this.#settings.least, most)
    if (delayMs <= targetMs) this.#rise()
    else if (this.#limit < least) this.#limit = least
    // What was not used is not to blame: a slow machine with little to do is no reason to refuse.
    else if (peak > least) this.#fall(least, peak, delayMs)
    return this.#limit
  }

  /**
   * Instead of it, when somebody was turned away in the interval. More at once than keep the processor busy
   * get no more done then, and only wait for each other; fewer would leave it idle.
   */
  press(isBusy: boolean, delayMs: number, peak: number): number {
    const { most, leastPressed } = this.#settings
    if (isBusy) this.#fall(Math.min(leastPressed, most), peak, delayMs)
    else this.#rise()
    return this.#limit
  }

  #rise(): void {
    this.#limit = Math.min(this.#settings.most, this.#limit + STEP)
  }

  #fall(least: number, peak: number, delayMs: number): void {
    const kept = Math.max(DEEPEST_BACK_OFF, this.#settings.targetMs / delayMs)
    this.#limit = Math.max(least, Math.min(this.#limit, peak) * Math.min(BACK_OFF, kept))
  }
}
