import type { OutboxEntry, OutboxEvent } from '@grantd/domain'
import type { Journal } from './table.ts'

/** Events in the order of their commits. Reads and trims cost what they give, not what is stored. */
export class OutboxLog {
  readonly #journal: Journal
  #entries: OutboxEntry[] = []
  /** Entries before this one are gone; they are cut off now and then. */
  #start = 0
  #end = 0

  constructor(journal: Journal) {
    this.#journal = journal
  }

  get end(): number {
    return this.#end
  }

  append({ key, payload, createdAt }: OutboxEvent): void {
    this.#end++
    this.#entries.push(Object.freeze({ seq: this.#end, key, payload, createdAt }))
    this.#journal.record(() => {
      this.#entries.pop()
      this.#end--
    })
  }

  /** Keeps the place that the event had elsewhere; there may be gaps between such places. */
  place(entry: OutboxEntry): void {
    const at = this.#indexBehind(entry.seq)
    this.#entries.splice(at, 0, Object.freeze(entry))
    this.#journal.record(() => this.#entries.splice(at, 1))
    this.goOnAfter(entry.seq)
  }

  goOnAfter(seq: number): void {
    const before = this.#end
    this.#end = Math.max(before, seq)
    this.#journal.record(() => {
      this.#end = before
    })
  }

  read(after: number, limit: number): readonly OutboxEntry[] {
    const from = this.#indexBehind(after)
    return this.#entries.slice(from, from + limit)
  }

  /** The first entry that stands behind place `seq`. */
  #indexBehind(seq: number): number {
    let [low, high] = [this.#start, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.seq ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return low
  }

  clear(): void {
    this.#entries = []
    this.#start = 0
  }

  /** Lets go of the first entries for which `isDone` holds, `limit` at most. */
  trim(limit: number, isDone: (entry: OutboxEntry) => boolean): void {
    const before = this.#start
    while (this.#start - before < limit) {
      const first = this.#entries[this.#start]
      if (first === undefined || !isDone(first)) break
      this.#start++
    }
    this.#journal.record(() => {
      this.#start = before
    })
  }

  /** What was let go by units that are over. */
  compact(): void {
    if (this.#start < 4_096) return
    this.#entries = this.#entries.slice(this.#start)
    this.#start = 0
  }
}
