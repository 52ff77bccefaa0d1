/** Hears how it goes. Must not throw. */
export interface WaitingGauge {
  /** So many wait now. */
  waiting(count: number): void
  done(waitMs: number, runMs: number): void
  refused(): void
}

export interface WaitingRoomOptions {
  readonly name: string
  /** How many work at once. */
  readonly atOnce: number
  /** How many may wait; whoever comes then is refused. */
  readonly seats: number
  /** The longest wait, in milliseconds; whoever waited so long is refused. */
  readonly patienceMs: number
  /** Milliseconds of a clock that never steps. */
  readonly now: () => number
  /** What a refused one is rejected with. */
  readonly refusal: () => Error
  readonly gauge?: WaitingGauge | undefined
}

interface Waiter {
  readonly since: number
  readonly go: () => void
  readonly refuse: () => void
}

/**
 * A bulkhead in which the next ones wait. As long as the wait is short the first comes first; when the
 * one in front has waited for half of its patience, the last comes first: someone who has just come
 * still stands before the page, the others have given up or are about to, and serving them in turn
 * would make everybody too late.
 */
export class WaitingRoom {
  readonly name: string
  readonly most: number
  readonly #options: WaitingRoomOptions
  #waiting: Waiter[] = []
  #inFlight = 0
  #rejected = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: WaitingRoomOptions) {
    this.name = options.name
    this.most = options.atOnce
    this.#options = options
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get rejected(): number {
    return this.#rejected
  }

  /** Does `work` when there is room. Rejects with what it throws, or with the refusal. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const { now, gauge } = this.#options
    const cameAt = now()
    if (this.#inFlight < this.most) this.#inFlight++
    else await this.#wait() // the place is handed on; the count stays
    const startedAt = now()
    try {
      return await work()
    } finally {
      gauge?.done(startedAt - cameAt, now() - startedAt)
      this.#next()
    }
  }

  #wait(): Promise<void> {
    const { seats, now, refusal, patienceMs } = this.#options
    if (this.#waiting.length >= seats) {
      this.#reject()
      return Promise.reject(refusal())
    }
    return new Promise((go, reject) => {
      const refuse = () => {
        this.#reject()
        reject(refusal())
      }
      this.#waiting.push({ since: now(), go, refuse })
      this.#show()
      this.#watch(patienceMs)
    })
  }

  #reject(): void {
    this.#rejected++
    this.#options.gauge?.refused()
  }

  #show(): void {
    this.#options.gauge?.waiting(this.#waiting.length)
  }

  #next(): void {
    this.#refuseLate()
    const { patienceMs, now } = this.#options
    const [first] = this.#waiting
    const isLate = first !== undefined && now() - first.since > patienceMs / 2
    const next = isLate ? this.#waiting.pop() : this.#waiting.shift()
    if (next === undefined) this.#inFlight--
    else next.go()
    this.#show()
  }

  #refuseLate(): void {
    const { patienceMs, now } = this.#options
    const before = now() - patienceMs
    let late = 0
    while ((this.#waiting[late]?.since ?? Infinity) <= before) late++
    for (const waiter of this.#waiting.splice(0, late)) waiter.refuse()
    if (late > 0) this.#show()
  }

  /** For the ones who wait behind work that does not end. */
  #watch(ms: number): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#refuseLate()
      const [first] = this.#waiting
      if (first === undefined) return
      const { patienceMs, now } = this.#options
      this.#watch(Math.max(1, first.since + patienceMs - now()))
    }, ms)
    this.#timer.unref()
  }
}
