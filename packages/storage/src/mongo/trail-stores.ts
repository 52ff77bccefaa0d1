import type {
  AuditFilter,
  AuditMark,
  AuditStore,
  ChainedRecord,
  OutboxEntry,
  OutboxSink,
  OutboxStore,
} from '@grantd/domain'
import type { Document } from 'mongodb'
import type { Connection } from './connect.ts'
import { reading } from './errors.ts'
import { decode, uuid } from './kind.ts'
import { AUDIT, AUDIT_MARKS, OUTBOX, OUTBOX_SINKS, PARKED, VERSIONS } from './kinds.ts'
import { placeEvents } from './outbox.ts'
import type { Reads } from './reads.ts'

const NO_MARK: AuditMark = Object.freeze({ seq: 0, hash: '', mac: '' })

export function auditStore(reads: Reads): AuditStore {
  return {
    list: (page) => reads.page(AUDIT, page, { where: filterOf(page) }),
    listBySubject: (userId, page) => reads.page(AUDIT, page, { where: { subject: uuid(userId) } }),
    listUnchained: (limit) =>
      reads.list(AUDIT, { 'internal.seq': null }, { sort: { _id: 1 }, limit }),
    listChained: async (after, limit) => {
      const options = { sort: { 'internal.seq': 1 }, limit } as const
      const rows = await reads.rawSorted(
        AUDIT.collection,
        { 'internal.seq': { $gt: after } },
        options,
      )
      return rows.map(
        (row): ChainedRecord =>
          Object.freeze({
            record: decode(AUDIT, row),
            seq: Number(row.internal.seq),
            hash: String(row.internal.hash),
          }),
      )
    },
    chain: async () => {
      const marks = await reads.rawList(AUDIT_MARKS, {})
      return Object.freeze({ base: markOf(marks, 'base'), head: markOf(marks, 'head') })
    },
  }
}

function markOf(marks: readonly Document[], end: 'base' | 'head'): AuditMark {
  const found = marks.find(({ _id }) => _id === end)
  if (found === undefined) return NO_MARK
  const { seq, hash, mac } = found
  return Object.freeze({ seq: Number(seq), hash: String(hash), mac: String(mac) })
}

function filterOf({ action, actor, targetId, since, until }: AuditFilter): Document {
  return {
    ...(action !== undefined && { action }),
    ...(actor !== undefined && { actor }),
    ...(targetId !== undefined && { targetId }),
    ...((since !== undefined || until !== undefined) && {
      createdAt: {
        ...(since !== undefined && { $gte: since }),
        ...(until !== undefined && { $lt: until }),
      },
    }),
  }
}

export function outboxStore(connection: Connection, reads: Reads): OutboxStore {
  const { location } = connection
  return {
    read: async (after, limit) => {
      const isWaiting = (await reads.raw(OUTBOX.collection, { seq: null })) !== undefined
      if (isWaiting && !location.isReadOnly) await reading(() => placeEvents(connection))
      const options = { sort: { seq: 1 }, limit } as const
      const rows = await reads.rawSorted(OUTBOX.collection, { seq: { $gt: after } }, options)
      return rows.map(
        ({ seq, key, payload, createdAt }): OutboxEntry =>
          Object.freeze({ seq: Number(seq), key, payload, createdAt }),
      )
    },
    end: async () => Number((await reads.raw(VERSIONS, { _id: 'outbox' }))?.count ?? 0),
    sinks: async () => {
      const rows = await reads.rawSorted(OUTBOX_SINKS, {}, { sort: { _id: 1 } })
      return rows.map(
        ({ _id, cursor, epoch, owner, leaseUntil }): OutboxSink =>
          Object.freeze({ name: String(_id), cursor, epoch, owner, leaseUntil }),
      )
    },
    parked: (sink, limit) =>
      reads.list(PARKED, { sink, deadAt: null }, { sort: { seq: 1 }, limit }),
    deadLetters: ({ sink, after, limit }) =>
      reads.list(
        PARKED,
        {
          deadAt: { $gte: 0 },
          ...(sink !== undefined && { sink }),
          ...(after !== undefined && { seq: { $gt: after } }),
        },
        { sort: { seq: 1, sink: 1 }, limit },
      ),
    countParked: async () => {
      const [waiting, dead] = await Promise.all([
        reads.count(PARKED.collection, { deadAt: null }),
        reads.count(PARKED.collection, { deadAt: { $gte: 0 } }),
      ])
      return Object.freeze({ waiting, dead })
    },
  }
}
