export interface PaceSettings {
  /** How many may go in one tick. */
  readonly perTick: number
  readonly tickMs: number
  /** Nobody waits longer, however many there are; in milliseconds. */
  readonly longestMs: number
}

interface Held {
  readonly since: number
  readonly go: () => void
}

/** So many in each tick, at once while there are few, in the order they came when there are more. */
export class Pace {
  readonly #settings: PaceSettings
  readonly #now: () => number
  #held: Held[] = []
  #gone = 0
  #timer: NodeJS.Timeout | undefined

  constructor(settings: PaceSettings, now: () => number) {
    this.#settings = settings
    this.#now = now
  }

  get held(): number {
    return this.#held.length
  }

  /** When it may go: `undefined` is now. */
  next(): Promise<void> | undefined {
    const { perTick, tickMs } = this.#settings
    this.#timer ??= setTimeout(() => this.#tick(), tickMs).unref()
    if (this.#held.length === 0 && this.#gone < perTick) {
      this.#gone++
      return undefined
    }
    return new Promise((go) => void this.#held.push({ since: this.#now(), go }))
  }

  #tick(): void {
    this.#timer = undefined
    const { perTick, tickMs, longestMs } = this.#settings
    const before = this.#now() - longestMs
    let count = Math.min(perTick, this.#held.length)
    while ((this.#held[count]?.since ?? Infinity) <= before) count++
    for (const { go } of this.#held.splice(0, count)) go()
    this.#gone = count
    if (count > 0) this.#timer = setTimeout(() => this.#tick(), tickMs).unref()
  }
}
