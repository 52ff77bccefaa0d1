/**
 * Keys that were noted within about `periodMs`: at least that long, at most twice. Bounded: beyond
 * `maxKeys` in one period the older half is forgotten early.
 */
export class Lately {
  readonly #periodMs: number
  readonly #maxKeys: number
  readonly #nowMs: () => number
  #young = new Set<string>()
  #old = new Set<string>()
  #turnedAt: number

  constructor({ periodMs, maxKeys, nowMs }: LatelyOptions) {
    this.#periodMs = periodMs
    this.#maxKeys = maxKeys
    this.#nowMs = nowMs
    this.#turnedAt = nowMs()
  }

  note(key: string): void {
    this.#turn()
    this.#young.add(key)
    if (this.#young.size > this.#maxKeys) this.#age()
  }

  has(key: string): boolean {
    this.#turn()
    return this.#young.has(key) || this.#old.has(key)
  }

  #turn(): void {
    const now = this.#nowMs()
    const elapsed = now - this.#turnedAt
    if (elapsed >= 0 && elapsed < this.#periodMs) return
    this.#turnedAt = now
    this.#age()
    // Nothing was noted for a whole period more, or the clock was set: what is left is too old.
    if (elapsed < 0 || elapsed >= 2 * this.#periodMs) this.#old.clear()
  }

  #age(): void {
    this.#old = this.#young
    this.#young = new Set()
  }
}

export interface LatelyOptions {
  readonly periodMs: number
  readonly maxKeys: number
  readonly nowMs: () => number
}
