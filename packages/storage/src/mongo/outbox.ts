// Owns: the order of events on MongoDB, and letting go of them. Does not own: the other changes of the
// outbox (changes/trail.ts), reads that need no care (trail-stores.ts). Start here: `placeEvents`.
import type { Change, CommitResult } from '@grantd/domain'
import type { ClientSession, Db, Document } from 'mongodb'
import type { Connection } from './connect.ts'
import { OUTBOX, OUTBOX_SINKS, VERSIONS } from './kinds.ts'
import type { Stored } from './run-operation.ts'

const PLACE_MAX = 1_000

/**
 * Gives places to events that have none, in the order of their inserts (which an index has for equal
 * values). Transactions overlap, so an event may become visible after one that was inserted later; a
 * place given only now is never before one that was given already. One process at a time: the others
 * collide on the counter and see afterwards what this one did. A server without transactions is for
 * development, where one process runs.
 */
export async function placeEvents({ client, database, availability }: Connection): Promise<void> {
  if (availability.isStandalone) return placeOnce(database, {})
  await client.withSession((session) =>
    session.withTransaction(() => placeOnce(database, { session })),
  )
}

async function placeOnce(database: Db, options: { session?: ClientSession }): Promise<void> {
  const counter = database.collection<Stored>(VERSIONS)
  const outbox = database.collection<Stored>(OUTBOX.collection)
  const taken = await counter.findOneAndUpdate(
    { _id: 'outbox' },
    { $inc: { turns: 1 } },
    { ...options, upsert: true, returnDocument: 'after' },
  )
  const waiting = await outbox
    .find({ seq: null }, { ...options, projection: { _id: 1 } })
    .hint({ seq: 1 })
    .limit(PLACE_MAX)
    .toArray()
  if (waiting.length === 0) return
  const end = Number(taken?.count ?? 0)
  await outbox.bulkWrite(
    waiting.map(({ _id }, n) => ({
      updateOne: { filter: { _id }, update: { $set: { seq: end + n + 1 } } },
    })),
    options,
  )
  await counter.updateOne({ _id: 'outbox' }, { $inc: { count: waiting.length } }, options)
}

type Commit = (changes: readonly Change[]) => Promise<CommitResult>

/**
 * What a trim deletes depends on other collections, which no command of a unit can look at. Nothing
 * depends on when it happens, so it follows the unit that asks for it.
 */
export function withTrims(commit: Commit, database: Db): Commit {
  return async (changes) => {
    const kept = changes.flatMap((change, index) =>
      change.kind === 'outbox.trim' ? [] : [{ change, index }],
    )
    if (kept.length === changes.length) return commit(changes)
    const result = await commit(kept.map(({ change }) => change))
    if (result.outcome === 'refused') return { ...result, index: kept[result.index]?.index ?? 0 }
    for (const change of changes) if (change.kind === 'outbox.trim') await trim(database, change)
    return result
  }
}

async function trim(
  database: Db,
  { before, limit }: Extract<Change, { kind: 'outbox.trim' }>,
): Promise<void> {
  const outbox = database.collection<Stored>(OUTBOX.collection)
  const sinks = await database.collection<Stored>(OUTBOX_SINKS).find().toArray()
  const passed = Math.min(Number.MAX_SAFE_INTEGER, ...sinks.map(({ cursor }) => Number(cursor)))
  const [first]: Document[] = await outbox
    .find({ seq: { $gt: 0 } })
    .sort({ seq: 1 })
    .limit(1)
    .toArray()
  if (first === undefined) return
  const end = Number(first.seq) + limit
  await outbox.deleteMany({
    seq: { $gt: 0, $lt: end, $lte: passed },
    createdAt: { $lt: before },
  })
}
