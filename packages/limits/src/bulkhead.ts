/** At most so many of one kind at once, so that the kind cannot sink the ship. Refuses, never queues. */
export class Bulkhead {
  readonly name: string
  readonly most: number
  #inFlight = 0
  #rejected = 0

  constructor(name: string, most: number) {
    if (!(most >= 1)) throw new RangeError('a bulkhead needs room for one')
    this.name = name
    this.most = most
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get rejected(): number {
    return this.#rejected
  }

  /** Whether one more may come in now; a no is counted as a rejection. */
  hasRoom(): boolean {
    if (this.#inFlight < this.most) return true
    this.#rejected++
    return false
  }

  /** True: it may work, and `leave` must be called once when it is done. */
  tryEnter(): boolean {
    if (!this.hasRoom()) return false
    this.#inFlight++
    return true
  }

  leave(): void {
    this.#inFlight--
  }
}
