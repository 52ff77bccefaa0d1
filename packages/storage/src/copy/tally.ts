import { createHash } from 'node:crypto'
import { ROW_KINDS, type RowKind, type StoredRow } from '@grantd/domain'

/** How many rows of a kind there are, and a checksum over all their fields. */
export interface KindTally {
  readonly kind: RowKind
  readonly rows: number
  /** 64 hexadecimal digits, the same for the same rows in any order. */
  readonly checksum: string
}

const MODULUS = 1n << 256n

/**
 * Counts rows and sums the SHA-256 of each, so that two backends agree whatever order they read in.
 * Against accidents, not against somebody who forges rows.
 */
export class Tally {
  readonly #kinds = new Map<RowKind, { rows: number; sum: bigint }>()

  add(stored: StoredRow): void {
    const entry = this.#kinds.get(stored.kind) ?? { rows: 0, sum: 0n }
    const digest = createHash('sha256').update(canonicalJson(stored.row)).digest('hex')
    entry.rows++
    entry.sum = (entry.sum + BigInt(`0x${digest}`)) % MODULUS
    this.#kinds.set(stored.kind, entry)
  }

  rowsOf(kind: RowKind): number {
    return this.#kinds.get(kind)?.rows ?? 0
  }

  get total(): number {
    return ROW_KINDS.reduce((sum, kind) => sum + this.rowsOf(kind), 0)
  }

  /** One entry per kind, those without rows as well. */
  report(): readonly KindTally[] {
    return ROW_KINDS.map((kind) => {
      const { rows, sum } = this.#kinds.get(kind) ?? { rows: 0, sum: 0n }
      return { kind, rows, checksum: sum.toString(16).padStart(64, '0') }
    })
  }

  /** The kinds in which the two differ. */
  differencesTo(other: Tally): readonly RowKind[] {
    const theirs = other.report()
    return this.report().flatMap(({ kind, rows, checksum }, n) =>
      rows === theirs[n]?.rows && checksum === theirs[n]?.checksum ? [] : [kind],
    )
  }
}

/** One text for one value: members in order of their names, absent ones left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
