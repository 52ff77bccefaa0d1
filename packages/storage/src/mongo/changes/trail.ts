import { uuid } from '../kind.ts'
import {
  AUDIT,
  AUDIT_MARKS,
  OUTBOX,
  OUTBOX_SINKS,
  PARKED,
  PLACED,
  parkedKey,
  VERSIONS,
} from '../kinds.ts'
import { guarded, insert as insertOf, type Operation, type Recipes, update } from '../operation.ts'

const SINKS = { collection: OUTBOX_SINKS }

const goOnAfter = (seq: number): Operation => ({
  type: 'update',
  collection: VERSIONS,
  filter: { _id: 'outbox' },
  update: { $max: { count: seq } },
  upsert: true,
})

/** The audit log and the outbox. A trim is no part of a unit here: see outbox.ts. */
export const trailChanges = {
  'audit.insert': ({ record }) => [insertOf(AUDIT, record)],
  'audit.link': ({ id, seq, hash }) => [
    guarded(
      AUDIT,
      { _id: uuid(id), 'internal.seq': null },
      { $set: { 'internal.seq': seq, 'internal.hash': hash } },
    ),
  ],
  // The first mark finds no document; one that is there with another place takes the key.
  'audit.mark': ({ end, from, seq, hash, mac }) => [
    {
      type: 'update',
      collection: AUDIT_MARKS,
      filter: { _id: end, seq: from },
      update: { $set: { seq, hash, mac } },
      upsert: from === 0,
      isGuard: true,
    },
  ],
  'audit.trim': ({ upTo }) => [
    {
      type: 'deleteMany',
      collection: AUDIT.collection,
      filter: { 'internal.seq': { $lte: upTo } },
    },
  ],
  'outbox.append': ({ event }) => [insertOf(OUTBOX, event)],
  'outbox.copyEvent': ({ entry }) => [insertOf(PLACED, entry), goOnAfter(entry.seq)],
  'outbox.copySink': ({ sink, cursor }) => [
    {
      type: 'insert',
      collection: OUTBOX_SINKS,
      documents: [{ _id: sink, cursor, epoch: 0, owner: '', leaseUntil: 0 }],
    },
    goOnAfter(cursor),
  ],
  'outbox.trim': () => [],
  'outbox.addSink': ({ sink, cursor }) => [
    {
      type: 'update',
      collection: OUTBOX_SINKS,
      filter: { _id: sink },
      update: { $setOnInsert: { cursor, epoch: 0, owner: '', leaseUntil: 0 } },
      upsert: true,
    },
  ],
  'outbox.removeSink': ({ sink }) => [
    { type: 'delete', collection: OUTBOX_SINKS, filter: { _id: sink } },
    { type: 'deleteMany', collection: PARKED.collection, filter: { sink } },
  ],
  // First taken from whoever let it end, then found to be ours: a change of owner grows the epoch.
  'outbox.lease': ({ sink, owner, at, until: leaseUntil }) => [
    update(
      SINKS,
      { _id: sink, owner: { $ne: owner }, leaseUntil: { $lte: at } },
      { $set: { owner, leaseUntil }, $inc: { epoch: 1 } },
    ),
    guarded(SINKS, { _id: sink, owner }, { $set: { leaseUntil } }),
  ],
  'outbox.release': ({ sink, owner }) => [
    guarded(SINKS, { _id: sink, owner }, { $set: { owner: '', leaseUntil: 0 } }),
  ],
  'outbox.advance': ({ sink, epoch, from, to }) => [
    guarded(SINKS, { _id: sink, epoch, cursor: from }, { $set: { cursor: to } }),
  ],
  'outbox.rewind': ({ sink, cursor }) => [
    guarded(
      SINKS,
      { _id: sink },
      { $set: { cursor, owner: '', leaseUntil: 0 }, $inc: { epoch: 1 } },
    ),
  ],
  'outbox.park': ({ parked }) => [insertOf(PARKED, parked)],
  'outbox.attempted': (change) => [
    guarded(
      PARKED,
      { _id: parkedKey(change), attempts: change.seen, deadAt: null },
      {
        $set: {
          attempts: change.attempts,
          nextAttemptAt: change.nextAttemptAt,
          error: change.error,
          ...(change.deadAt !== undefined && { deadAt: change.deadAt }),
        },
      },
    ),
  ],
  'outbox.unpark': (change): Operation[] => [
    { type: 'delete', collection: PARKED.collection, filter: { _id: parkedKey(change) } },
  ],
  'outbox.revive': (change) => [
    guarded(
      PARKED,
      { _id: parkedKey(change), deadAt: { $gte: 0 } },
      { $set: { attempts: 0, nextAttemptAt: change.at }, $unset: { deadAt: '' } },
    ),
  ],
} satisfies Partial<Recipes>
