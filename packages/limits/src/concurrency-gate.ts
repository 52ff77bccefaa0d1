/** How many of several ranks may work at once; the lower the rank, the sooner it is turned away. */
export interface GateSettings {
  /** The most that ever work at once. */
  readonly most: number
  /** The part of the bound that each rank may fill, the first rank first: `[1, 0.9, 0.5]`. */
  readonly shares: readonly number[]
}

/**
 * Counts what is at work and refuses what would be too much. Two bounds hold for each rank. Of all that
 * may ever be at work, a rank finds its part only as long as the others have left something of it: so
 * what comes first always has room that the others cannot fill. Of the limit of the moment, a rank sees
 * only itself and what is more urgent: whoever waits for something slow without working (a sign-in for
 * its password to be hashed) must not keep out what is more urgent and quick.
 */
export class ConcurrencyGate {
  readonly #settings: GateSettings
  /** Of all that are at work, by rank. */
  readonly #parts: readonly number[]
  /** Of those of this rank and the more urgent ones. */
  readonly #bounds: number[]
  /** How many of this rank and the more urgent ones are at work. */
  readonly #upTo: number[]
  /** The same of those who were told that there is room, and have not come in yet. */
  readonly #expected: number[]
  readonly #last: number
  #limit = 0
  #peak = 0
  #rejected = 0

  constructor(settings: GateSettings) {
    if (!(settings.most >= 1)) throw new RangeError('most must be at least 1')
    this.#settings = settings
    this.#parts = partsOf(settings.most, settings.shares)
    this.#bounds = [...this.#parts]
    this.#upTo = settings.shares.map(() => 0)
    this.#expected = settings.shares.map(() => 0)
    this.#last = settings.shares.length - 1
    this.limit = settings.most
  }

  /** The limit of the moment; whoever sets it gets it between 1 and `most`. */
  get limit(): number {
    return this.#limit
  }

  set limit(limit: number) {
    this.#limit = Math.min(this.#settings.most, Math.max(1, Math.floor(limit)))
    partsOf(this.#limit, this.#settings.shares).forEach((bound, rank) => {
      this.#bounds[rank] = bound
    })
  }

  get inFlight(): number {
    return this.#upTo[this.#last] ?? 0
  }

  get rejected(): number {
    return this.#rejected
  }

  /**
   * Whether there will be room for one more that is about to come in; a no is counted as a rejection.
   * Until `forgetExpected` it is reckoned with: of many who ask before any of them comes in, no more
   * hear yes than there is room for.
   */
  expect(rank: number): boolean {
    if (!this.#hasRoom(rank, this.#expected[rank] ?? 0, this.#expected[this.#last] ?? 0)) {
      this.#rejected++
      return false
    }
    this.#count(this.#expected, rank, 1)
    return true
  }

  /** Whoever was expected has come by now, or is waited for no longer. */
  forgetExpected(): void {
    this.#expected.fill(0)
  }

  /**
   * True: it may work, and `leave` must be called once, with the same rank, when it is done. A no is counted
   * as a rejection.
   */
  tryEnter(rank: number): boolean {
    if (!this.#hasRoom(rank, 0, 0)) {
      this.#rejected++
      return false
    }
    this.#count(this.#upTo, rank, 1)
    if (this.inFlight > this.#peak) this.#peak = this.inFlight
    return true
  }

  leave(rank: number): void {
    this.#count(this.#upTo, rank, -1)
  }

  /** The most that worked at once since the last time that this was asked. */
  takePeak(): number {
    const peak = this.#peak
    this.#peak = this.inFlight
    return peak
  }

  /** With so many more of the rank and the more urgent ones, and in all. */
  #hasRoom(rank: number, moreUpTo: number, moreInAll: number): boolean {
    if (this.inFlight + moreInAll >= (this.#parts[rank] ?? 0)) return false
    return (this.#upTo[rank] ?? 0) + moreUpTo < (this.#bounds[rank] ?? 0)
  }

  #count(counts: number[], rank: number, change: 1 | -1): void {
    for (let at = rank; at <= this.#last; at++) counts[at] = (counts[at] ?? 0) + change
  }
}

/** Every rank keeps room for one. */
function partsOf(whole: number, shares: readonly number[]): number[] {
  return shares.map((share) => Math.max(1, Math.floor(whole * share)))
}
