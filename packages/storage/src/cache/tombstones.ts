/** Asked for only when something was declared that they could have: they cost a hash each. */
export type Tags = () => readonly string[]

/** Longer than any cached value lives, so that a mark outlives what it condemns. */
const KEPT_MS = 6_000
const MOST = 50_000

/**
 * What was lately declared untrue. A value is condemned by a mark on one of its tags that is newer
 * than the moment its reading began: that covers what is kept and what is still on its way.
 */
export class Tombstones {
  readonly #now: () => number
  /** In order of time, as a tag marked again moves to the end. */
  readonly #marks = new Map<string, { readonly moment: number; readonly at: number }>()
  #moment = 0
  /** Everything older is condemned, whatever its tags. */
  #floor = 0
  #floorAt = Number.NEGATIVE_INFINITY

  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts every declaration; to be taken before a value is read. */
  get moment(): number {
    return this.#moment
  }

  add(tags: readonly string[]): void {
    const at = this.#now()
    const moment = ++this.#moment
    for (const tag of tags) {
      this.#marks.delete(tag)
      this.#marks.set(tag, { moment, at })
    }
    this.#forgetOld(at)
    if (this.#marks.size > MOST) this.addAll()
  }

  /** Condemns everything that is known now. */
  addAll(): void {
    this.#floor = ++this.#moment
    this.#floorAt = this.#now()
    this.#marks.clear()
  }

  /** Whether a value whose reading began at `moment` is still true. */
  spares(tags: Tags, moment: number): boolean {
    if (moment === this.#moment) return true
    if (moment < this.#floor) return false
    for (const tag of tags()) {
      const mark = this.#marks.get(tag)
      if (mark !== undefined && mark.moment > moment) return false
    }
    return true
  }

  /** False until this process has listened so long that it knows what may have ended. */
  get knowsOfForeign(): boolean {
    return this.#now() - this.#floorAt >= KEPT_MS
  }

  /** The same as `spares` for a value of another process, of which only its short life is known. */
  sparesForeign(tags: Tags): boolean {
    if (!this.knowsOfForeign) return false
    return this.#marks.size === 0 || !tags().some((tag) => this.#marks.has(tag))
  }

  #forgetOld(now: number): void {
    for (const [tag, { at }] of this.#marks) {
      if (now - at < KEPT_MS) return
      this.#marks.delete(tag)
    }
  }
}
