export interface LatelyOptions {
  readonly periodMs: number
  /** Pairs of one period that are remembered at most. */
  readonly maxPairs: number
  readonly nowMs: () => number
}

/** Places by who was seen there; two lookups of known texts are cheaper than one of a text put together. */
class Generation {
  readonly #places = new Map<string, Set<string>>()
  size = 0

  has(who: string, where: string): boolean {
    return this.#places.get(who)?.has(where) === true
  }

  add(who: string, where: string): void {
    const places = this.#places.get(who)
    if (places === undefined) this.#places.set(who, new Set([where]))
    else if (places.has(where)) return
    else places.add(where)
    this.size++
  }
}

/**
 * Who was seen where within about `periodMs`: remembered at least that long, at most twice. Bounded: beyond
 * `maxPairs` in one period the older half is forgotten early.
 */
export class Lately {
  readonly #periodMs: number
  readonly #maxPairs: number
  readonly #nowMs: () => number
  #young = new Generation()
  #old = new Generation()
  #turnedAt: number

  constructor({ periodMs, maxPairs, nowMs }: LatelyOptions) {
    this.#periodMs = periodMs
    this.#maxPairs = maxPairs
    this.#nowMs = nowMs
    this.#turnedAt = nowMs()
  }

  note(who: string, where: string): void {
    this.#turn()
    this.#young.add(who, where)
    if (this.#young.size > this.#maxPairs) this.#age()
  }

  has(who: string, where: string): boolean {
    this.#turn()
    return this.#young.has(who, where) || this.#old.has(who, where)
  }

  #turn(): void {
    const now = this.#nowMs()
    const elapsed = now - this.#turnedAt
    if (elapsed >= 0 && elapsed < this.#periodMs) return
    this.#turnedAt = now
    this.#age()
    // Nothing was noted for a whole period more, or the clock was set: what is left is too old.
    if (elapsed < 0 || elapsed >= 2 * this.#periodMs) this.#old = new Generation()
  }

  #age(): void {
    this.#old = this.#young
    this.#young = new Generation()
  }
}
