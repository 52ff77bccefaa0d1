import { type EpochSeconds, lowestIdAt } from '@grantd/domain'
import { Binary, type Db, type Filter } from 'mongodb'
import { EXPIRING, expired, familiesKept } from './expiring.ts'
import { idOf, LAST_UUID, uuid } from './kind.ts'
import { CODE, CONSENT, DELETED_CLIENTS, FAMILY, REFRESH_TOKEN, TOKEN } from './kinds.ts'
import type { Stored } from './run-operation.ts'

/** Documents deleted by one command: requests are served between two. */
const SLICE = 500
/** Families looked at in one call, when those in front are kept by living tokens. */
const FAMILIES_LOOKED_AT = 10_000
/** A unit that was under way when its client was deleted is long over. */
const UNDER_WAY_MS = 3_600_000

/**
 * Deletes at most `limit` documents that ended before `at`. The server's TTL task deletes most of
 * them too, later; this is what grantd's own clock says, and works where TTL does not.
 */
export async function purgeExpired(database: Db, at: EpochSeconds, limit: number): Promise<number> {
  let left = limit
  for (const [kind, name] of EXPIRING) {
    left -=
      kind === 'families'
        ? await sweepFamilies(database, at, left)
        : await sweep(database, name, expired(kind, at), left)
  }
  await sweepDeletedClients(database, at)
  return limit - left
}

async function sweep(
  database: Db,
  name: string,
  ended: Filter<Stored>,
  limit: number,
): Promise<number> {
  const collection = database.collection<Stored>(name)
  let deleted = 0
  while (deleted < limit) {
    const size = Math.min(SLICE, limit - deleted)
    const found = await collection
      .find(ended, { projection: { _id: 1 }, limit: size, sort: { expiresAt: 1 } })
      .toArray()
    const ids = found.map(({ _id }) => _id)
    // The condition again: a throttle may have begun anew meanwhile.
    if (ids.length > 0) {
      deleted += (await collection.deleteMany({ ...ended, _id: { $in: ids } })).deletedCount
    }
    if (found.length < size) break
  }
  return deleted
}

async function sweepFamilies(database: Db, at: EpochSeconds, limit: number): Promise<number> {
  const families = database.collection<Stored>(FAMILY.collection)
  let deleted = 0
  for (let skip = 0; deleted < limit && skip + deleted < FAMILIES_LOOKED_AT; ) {
    const size = Math.min(SLICE, limit - deleted)
    const found = await families
      .find(expired('families', at), {
        projection: { _id: 1 },
        skip,
        limit: size,
        sort: { expiresAt: 1 },
      })
      .toArray()
    const ids = found.map(({ _id }) => _id)
    const kept = await familiesKept(database, ids, at)
    const gone = ids.filter((id) => !kept.has(idOf(id)))
    if (gone.length > 0) {
      deleted += (await families.deleteMany({ _id: { $in: gone } })).deletedCount
    }
    skip += ids.length - gone.length
    if (found.length < size) break
  }
  return deleted
}

/**
 * What a deleted client leaves goes when no token is left that it could stand for, and with it what a
 * unit under way at that moment may have written past the deletion.
 */
async function sweepDeletedClients(database: Db, at: EpochSeconds): Promise<void> {
  const deletedClients = database.collection<Stored>(DELETED_CLIENTS)
  const found = await deletedClients.find({}, { limit: SLICE, sort: { deletedAt: 1 } }).toArray()
  if (found.length === 0) return
  const oldest = await Promise.all(GRANTS.map((kind) => oldestId(database, kind.collection)))
  const [first = LAST_UUID] = oldest.toSorted(compare)
  for (const { _id, deletedAt, before } of found) {
    const settledMs = Number(deletedAt) + UNDER_WAY_MS
    if (settledMs > at * 1_000 || compare(uuid(lowestIdAt(settledMs)), first) > 0) continue
    for (const [{ collection }, id] of [
      [FAMILY, '_id'],
      [CONSENT, 'id'],
    ] as const) {
      const filter = { clientId: _id, ...(before !== undefined && { [id]: { $lt: before } }) }
      await database.collection<Stored>(collection).deleteMany(filter as Filter<Stored>)
    }
    await deletedClients.deleteOne({ _id, deletedAt })
  }
}

const GRANTS = [TOKEN, REFRESH_TOKEN, CODE]

async function oldestId(database: Db, collection: string): Promise<Binary> {
  const oldest = await database
    .collection<Stored>(collection)
    .findOne({}, { projection: { _id: 1 }, sort: { _id: 1 } })
  return oldest?._id instanceof Binary ? oldest._id : LAST_UUID
}

const compare = (a: Binary, b: Binary) => Buffer.compare(a.buffer, b.buffer)
