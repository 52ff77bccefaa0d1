import type { Change, ReadEntry } from '@grantd/domain'

type Append = Extract<Change, { kind: 'outbox.append' }>

/** Twice what a busy server commits before its relay looks again. */
const MOST = 1_024

/**
 * The newest events, as this process committed them: the relay that delivers them at once need not read
 * them back. Truth is in the file; what stands between them there, of another process, ends the tail. It
 * is kept while somebody follows: a relay whose backend is away costs nothing here.
 */
export class OutboxTail {
  /** In the order of their places, without a gap. */
  #entries: ReadEntry[] = []
  /** The furthest place that somebody asked behind. */
  #asked = 0
  #isFollowed = true

  /** The events of one unit are committed; the last of them has the place `last`. */
  add(appended: readonly Append[], last: number): void {
    if (!this.#isFollowed) return
    const first = last - appended.length + 1
    const end = this.#entries.at(-1)?.seq
    if (end !== undefined && end + 1 !== first) this.#entries = []
    appended.forEach(({ event: { key, payload, createdAt }, envelope }, n) => {
      const entry = { seq: first + n, key, payload, createdAt }
      this.#entries.push(Object.freeze(envelope === undefined ? entry : { ...entry, envelope }))
    })
    if (this.#entries.length <= 2 * MOST) return
    this.#entries = this.#entries.slice(-MOST)
    this.#isFollowed = this.#asked >= (this.#entries[0]?.seq ?? 0)
    if (!this.#isFollowed) this.#entries = []
  }

  /** Somebody has read the file to its end, and what comes next is here. */
  follow(): void {
    this.#isFollowed = true
  }

  /** `undefined`: what comes after this place has to be read from the file. */
  read(after: number, limit: number): readonly ReadEntry[] | undefined {
    this.#asked = Math.max(this.#asked, after)
    const first = this.#entries[0]?.seq
    if (first === undefined || after < first - 1) return undefined
    const from = after + 1 - first
    return from < this.#entries.length ? this.#entries.slice(from, from + limit) : undefined
  }

  /** Nothing below `first` is stored any more; nothing at all, without it. */
  trim(first: number | undefined): void {
    const kept = first === undefined ? -1 : this.#entries.findIndex(({ seq }) => seq >= first)
    this.#entries = kept === -1 ? [] : this.#entries.slice(kept)
  }
}

/** The events that a unit appends; none for nearly all units of a server without an outbox. */
export function appendedBy(changes: readonly Change[]): readonly Append[] {
  let appended: Append[] | undefined
  for (const change of changes) {
    if (change.kind !== 'outbox.append') continue
    appended ??= []
    appended.push(change)
  }
  return appended ?? NONE
}

const NONE: readonly Append[] = []
