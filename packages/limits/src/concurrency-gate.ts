/** How many of several ranks may work at once; the lower the rank, the sooner it is turned away. */
export interface GateSettings {
  /** The most that ever work at once. */
  readonly most: number
  /** The part of the bound that each rank may fill, the first rank first: `[1, 0.9, 0.5]`. */
  readonly shares: readonly number[]
}

/**
 * Counts what is at work and refuses what would be too much. Everyone shares one count and each rank
 * has a bound of its own, so whoever comes last in the order finds the gate closed first, and what
 * comes first always has room that the others cannot fill.
 */
export class ConcurrencyGate {
  readonly #settings: GateSettings
  readonly #bounds: number[]
  #limit: number
  #inFlight = 0
  #peak = 0
  #rejected = 0

  constructor(settings: GateSettings) {
    if (!(settings.most >= 1)) throw new RangeError('most must be at least 1')
    this.#settings = settings
    this.#limit = settings.most
    this.#bounds = settings.shares.map(() => 0)
    this.limit = settings.most
  }

  /** The bound that the shares are parts of; whoever sets it gets it between 1 and `most`. */
  get limit(): number {
    return this.#limit
  }

  set limit(limit: number) {
    this.#limit = Math.min(this.#settings.most, Math.max(1, Math.floor(limit)))
    this.#settings.shares.forEach((share, rank) => {
      this.#bounds[rank] = Math.max(1, Math.floor(this.#limit * share))
    })
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get rejected(): number {
    return this.#rejected
  }

  /** Whether one more may come in now; a no is counted as a rejection. */
  hasRoom(rank: number): boolean {
    if (this.#inFlight < (this.#bounds[rank] ?? 0)) return true
    this.#rejected++
    return false
  }

  /** True: it may work, and `leave` must be called once when it is done. */
  tryEnter(rank: number): boolean {
    if (!this.hasRoom(rank)) return false
    this.#inFlight++
    if (this.#inFlight > this.#peak) this.#peak = this.#inFlight
    return true
  }

  leave(): void {
    this.#inFlight--
  }

  /** The most that worked at once since the last time that this was asked. */
  takePeak(): number {
    const peak = this.#peak
    this.#peak = this.#inFlight
    return peak
  }
}
