export interface AdaptiveSettings {
  readonly most: number
  /** It never falls below this: few at a time are no overload, however slow the machine is. */
  readonly least: number
  /** The longest delay, in milliseconds, that is no standing queue. */
  readonly targetMs: number
}

/** What is kept of the work that caused too long a delay, and what is tried beyond what went well. */
const BACK_OFF = 0.8
const STEP = 8

/**
 * How much may be at work at once, found out by trying. Each interval brings the *shortest* delay that
 * was seen in it, as in CoDel (RFC 8289 §4): a burst that goes away has short ones too, a queue that
 * stands has none. While it is too long the limit falls by a fifth of what was at work, otherwise it
 * rises by a constant (additive increase, multiplicative decrease, RFC 5681), so it settles near the
 * point where more work only makes everyone wait.
 */
export class AdaptiveLimit {
  readonly #settings: AdaptiveSettings
  #limit: number

  constructor(settings: AdaptiveSettings) {
    this.#settings = { ...settings, least: Math.min(settings.least, settings.most) }
    this.#limit = settings.most
  }

  get limit(): number {
    return this.#limit
  }

  /** `delayMs`: the shortest of the interval; `peak`: the most that was at work at once in it. */
  observe(delayMs: number, peak: number): number {
    const { least, most, targetMs } = this.#settings
    if (delayMs <= targetMs) this.#limit = Math.min(most, this.#limit + STEP)
    // What was not used is not to blame: a slow machine with little to do is no reason to refuse.
    else if (peak > least) this.#limit = Math.max(least, Math.min(this.#limit, peak) * BACK_OFF)
    return this.#limit
  }
}
