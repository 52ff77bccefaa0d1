/** How much of something one key may have: `capacity` at once, and as much again in each window. */
export interface BucketRule {
  readonly capacity: number
  readonly windowMs: number
}

/** What was said to one attempt. */
export interface Verdict {
  readonly isAllowed: boolean
  /** Attempts that a full bucket holds. */
  readonly limit: number
  /** Attempts that are left now. */
  readonly remaining: number
  /** Until one attempt is left; 0 when one is. */
  readonly retryAfterMs: number
  /** Until the bucket is full. */
  readonly resetMs: number
}

export interface BucketOptions extends BucketRule {
  /** Milliseconds; may jump either way. */
  readonly nowMs: () => number
  /** Buckets that are remembered at most; 65 536. */
  readonly maxKeys?: number
}

const MAX_KEYS = 65_536
const FIRST_SLOTS = 256
/** Buckets that are looked at for the one whose loss gives away least. */
const SAMPLE = 16
/** Levels are whole numbers of attempt-milliseconds: exact as long as a full bucket is below this. */
const MOST_EXACT = Number.MAX_SAFE_INTEGER

/**
 * Token buckets by key. Every key starts full, an attempt takes one token, and `capacity` tokens come
 * back per window, evenly. In any stretch of time no key gets more than `capacity` and what came back in
 * it, to the token.
 *
 * Memory is bounded. A bucket that is full again is worth nothing and goes first; where all are in use,
 * the fullest of some goes. So whoever floods with new keys pushes out those very keys, and gets back a
 * bucket of his own only by emptying about as many others as are remembered.
 *
 * The clock may be set: back, and a bucket neither gains nor waits longer than it would have; ahead, and
 * it is full.
 */
export class TokenBuckets {
  readonly #capacity: number
  readonly #windowMs: number
  readonly #full: number
  readonly #nowMs: () => number
  readonly #maxKeys: number
  readonly #slots = new Map<string, number>()
  readonly #keys: string[] = []
  /** Attempt-milliseconds: one attempt is `windowMs` of them, and `capacity` come back per millisecond. */
  #levels = new Float64Array(FIRST_SLOTS)
  #seenAt = new Float64Array(FIRST_SLOTS)
  #hand = 0
  #lastTakenAt = Number.NEGATIVE_INFINITY

  /** Throws RangeError for a rule that is not made of whole positive numbers, or too large to be exact. */
  constructor({ capacity, windowMs, nowMs, maxKeys = MAX_KEYS }: BucketOptions) {
    for (const number of [capacity, windowMs, maxKeys]) {
      if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`${number} is no count`)
    }
    if (capacity * windowMs > MOST_EXACT) throw new RangeError('the bucket is too large')
    this.#capacity = capacity
    this.#windowMs = windowMs
    this.#full = capacity * windowMs
    this.#nowMs = nowMs
    this.#maxKeys = maxKeys
  }

  /** Buckets that are remembered. */
  get size(): number {
    return this.#slots.size
  }

  /** Whether every bucket is surely full: nothing was taken for a whole window. */
  get isQuiet(): boolean {
    if (this.#slots.size === 0) return true
    return this.#now() - this.#lastTakenAt >= this.#windowMs
  }

  /** One attempt of `key`. A refused one takes nothing. */
  take(key: string): Verdict {
    const now = this.#now()
    const slot = this.#slotOf(key, now)
    const level = this.#levels[slot] ?? 0
    if (level < this.#windowMs) return this.#verdict(false, level)
    const left = level - this.#windowMs
    this.#levels[slot] = left
    this.#lastTakenAt = now
    return this.#verdict(true, left)
  }

  /** What `key` has left; `isAllowed` when that is an attempt. Takes nothing. */
  look(key: string): Verdict {
    const level = this.#slots.has(key)
      ? (this.#levels[this.#slotOf(key, this.#now())] ?? 0)
      : this.#full
    return this.#verdict(level >= this.#windowMs, level)
  }

  /** Takes back one attempt that was counted and does not count after all. */
  giveBack(key: string): void {
    const slot = this.#slots.get(key)
    if (slot === undefined) return
    const level = (this.#levels[slot] ?? 0) + this.#windowMs
    this.#levels[slot] = Math.min(this.#full, level)
  }

  /** Leaves `key` without an attempt, as when another process knows that it has none. */
  empty(key: string): void {
    const now = this.#now()
    this.#levels[this.#slotOf(key, now)] = 0
    this.#lastTakenAt = now
  }

  /** Whole milliseconds, so that levels stay whole numbers. */
  #now(): number {
    return Math.floor(this.#nowMs())
  }

  #verdict(isAllowed: boolean, level: number): Verdict {
    return {
      isAllowed,
      limit: this.#capacity,
      remaining: Math.floor(level / this.#windowMs),
      retryAfterMs: this.#wait(level),
      resetMs: Math.ceil((this.#full - level) / this.#capacity),
    }
  }

  #wait(level: number): number {
    return level >= this.#windowMs ? 0 : Math.ceil((this.#windowMs - level) / this.#capacity)
  }

  /** The level of a slot by now. */
  #refilled(slot: number, now: number): number {
    // A clock that was set back: nothing came back in that time, and it is counted from now on.
    const elapsed = Math.max(0, now - (this.#seenAt[slot] ?? now))
    const gained = Math.min(elapsed, this.#windowMs) * this.#capacity
    return Math.min(this.#full, (this.#levels[slot] ?? 0) + gained)
  }

  /** The slot of a key, brought up to date; a full one when the key is new. */
  #slotOf(key: string, now: number): number {
    const known = this.#slots.get(key)
    if (known !== undefined) {
      this.#levels[known] = this.#refilled(known, now)
      this.#seenAt[known] = now
      return known
    }
    const slot = this.#slots.size < this.#maxKeys ? this.#keys.length : this.#evict(now)
    if (slot === this.#levels.length) this.#grow()
    this.#slots.set(key, slot)
    this.#keys[slot] = key
    this.#levels[slot] = this.#full
    this.#seenAt[slot] = now
    return slot
  }

  /** Frees the fullest slot of a sample that wanders through all of them. */
  #evict(now: number): number {
    const count = this.#keys.length
    let slot = this.#hand
    let fullest = -1
    for (let looked = 0; looked < Math.min(SAMPLE, count); looked++) {
      const level = this.#refilled(this.#hand, now)
      if (level > fullest) {
        slot = this.#hand
        fullest = level
      }
      this.#hand = (this.#hand + 1) % count
      if (level === this.#full) break
    }
    this.#slots.delete(this.#keys[slot] ?? '')
    return slot
  }

  #grow(): void {
    const slots = Math.min(2 * this.#levels.length, Math.max(this.#maxKeys, FIRST_SLOTS))
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(slots)
      larger.set(old)
      return larger
    }
    this.#levels = grown(this.#levels)
    this.#seenAt = grown(this.#seenAt)
  }
}
