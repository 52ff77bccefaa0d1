// Owns: slices of what tells of others: places and ends of the audit chain, the outbox.
// Does not own: the moment that is read (snapshot.ts). Start here: `trailSlice`.
import {
  type AuditId,
  type AuditLink,
  partsOfParked,
  type RowKind,
  type StoredRows,
} from '@grantd/domain'
import type { Document } from 'mongodb'
import { decode, idOf, uuid } from './kind.ts'
import { AUDIT, AUDIT_MARKS, OUTBOX, OUTBOX_SINKS, PARKED, PLACED, VERSIONS } from './kinds.ts'

const TRAIL_KINDS = ['auditLink', 'auditEnd', 'event', 'sink', 'parkedEvent'] as const

export type TrailKind = (typeof TRAIL_KINDS)[number]

export const TRAIL_COLLECTIONS = [
  AUDIT_MARKS,
  OUTBOX.collection,
  OUTBOX_SINKS,
  PARKED.collection,
] as const

export function isTrailKind(name: RowKind): name is TrailKind {
  return TRAIL_KINDS.some((kind) => kind === name)
}

/** All reads see one moment. To the server, limit 0 is no limit. */
export type Find = (
  collection: string,
  filter: Document,
  sort: Readonly<Record<string, 1>>,
  limit: number,
) => Promise<Document[]>

interface Slice {
  readonly limit: number
  readonly after: string | undefined
}

type Slices = {
  readonly [Kind in TrailKind]: (find: Find, slice: Slice) => Promise<StoredRows[Kind][]>
}

const SLICES: Slices = {
  auditLink: async (find, { limit, after }) => {
    const behind = after === undefined ? {} : { _id: { $gt: uuid(after) } }
    const filter = { 'internal.seq': { $gt: 0 }, ...behind }
    const found = await find(AUDIT.collection, filter, { _id: 1 }, atMost(limit))
    return found.map(({ _id, internal }): AuditLink => {
      return Object.freeze({
        id: idOf<AuditId>(_id),
        seq: Number(internal.seq),
        hash: String(internal.hash),
      })
    })
  },
  auditEnd: async (find, { limit, after }) => {
    const found = await find(AUDIT_MARKS, behindId(after), { _id: 1 }, atMost(limit))
    return found.map(({ _id, seq, hash, mac }) => Object.freeze({ end: _id, seq, hash, mac }))
  },
  event: async (find, { limit, after }) => {
    const behind = Number(after ?? 0)
    const placed = await find(
      OUTBOX.collection,
      { seq: { $gt: behind } },
      { seq: 1 },
      atMost(limit),
    )
    if (placed.length >= limit) return placed.map((document) => decode(PLACED, document))
    // A snapshot may not write: here events that wait for a place get the one they would get next.
    const [counter] = await find(VERSIONS, { _id: 'outbox' }, { _id: 1 }, 1)
    const end = Number(counter?.count ?? 0)
    const waiting = await find(OUTBOX.collection, { seq: null }, { seq: 1 }, 0)
    const next = waiting
      .map((document, n) => ({ ...document, seq: end + n + 1 }))
      .filter(({ seq }) => seq > behind)
    return [...placed, ...next.slice(0, limit - placed.length)].map((document) =>
      decode(PLACED, document),
    )
  },
  sink: async (find, { limit, after }) => {
    const found = await find(OUTBOX_SINKS, behindId(after), { _id: 1 }, atMost(limit))
    return found.map(({ _id, cursor }) => Object.freeze({ name: String(_id), cursor }))
  },
  parkedEvent: async (find, { limit, after }) => {
    const [seq, sink] = after === undefined ? [] : partsOfParked(after)
    const filter =
      after === undefined ? {} : { $or: [{ seq: { $gt: seq } }, { seq, sink: { $gt: sink } }] }
    const found = await find(PARKED.collection, filter, { seq: 1, sink: 1 }, atMost(limit))
    return found.map((document) => decode(PARKED, document))
  },
}

export function trailSlice<Kind extends TrailKind>(
  kind: Kind,
  find: Find,
  slice: Slice,
): Promise<StoredRows[Kind][]> {
  const read: Slices[Kind] = SLICES[kind]
  return read(find, slice)
}

const atMost = (limit: number): number => (Number.isFinite(limit) ? limit : 0)

const behindId = (after: string | undefined): Document =>
  after === undefined ? {} : { _id: { $gt: after } }
