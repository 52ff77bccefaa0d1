import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { AuditMark, AuditRecord, ChainedRecord } from './audit.ts'

/** The hash before the first record. */
export const CHAIN_START = ''

/**
 * The hash of a record at place `seq`, by which it is tied to all before it: SHA-256 of the JSON text
 * of an array with the hash before, the place and every field, metadata sorted by name.
 */
export function chainHash(before: string, seq: number, record: AuditRecord): string {
  const metadata = Object.entries(record.metadata).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([
    before,
    seq,
    record.id,
    record.action,
    record.actor ?? null,
    record.targetKind,
    record.targetId,
    record.subject ?? null,
    record.ip ?? null,
    metadata,
    record.createdAt,
  ])
  return createHash('sha256').update(text).digest('base64url')
}

/** Signs the ends of the chain, so that who can write the database cannot write a chain of their own. */
export class AuditSeal {
  readonly #key: Uint8Array

  constructor(encryptionKey: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'grantd audit chain', 32))
  }

  mac(end: 'base' | 'head', seq: number, hash: string): string {
    const text = JSON.stringify([end, seq, hash])
    return createHmac('sha256', this.#key).update(text).digest('base64url')
  }

  isOurs(end: 'base' | 'head', mark: AuditMark): boolean {
    if (mark.seq === 0 && mark.mac === '') return true // nothing was ever sealed here
    const given = Buffer.from(mark.mac, 'base64url')
    const expected = Buffer.from(this.mac(end, mark.seq, mark.hash), 'base64url')
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
}

/** Follows a chain record by record and names what does not fit. */
export class ChainWalk {
  #seq: number
  #hash: string
  readonly faults: string[] = []

  constructor(base: AuditMark) {
    this.#seq = base.seq
    this.#hash = base.hash
  }

  get seq(): number {
    return this.#seq
  }

  get hash(): string {
    return this.#hash
  }

  /** After a fault it goes on from what the record itself says, so that one fault is told once. */
  step({ record, seq, hash }: ChainedRecord): void {
    if (seq !== this.#seq + 1) {
      const [from, to] = [this.#seq + 1, seq - 1]
      this.faults.push(
        from === to
          ? `record ${from} is missing`
          : from < to
            ? `records ${from} to ${to} are missing`
            : `record ${seq} stands twice`,
      )
    } else if (chainHash(this.#hash, seq, record) !== hash) {
      this.faults.push(`record ${seq} (${record.id}, ${record.action}) was changed or moved`)
    }
    this.#seq = seq
    this.#hash = hash
  }
}
