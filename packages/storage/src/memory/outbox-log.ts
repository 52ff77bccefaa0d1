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

  read(after: number, limit: number): readonly OutboxEntry[] {
    const from = Math.max(this.#start, this.#entries.length - (this.#end - after))
    return this.#entries.slice(from, from + limit)
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
