import { after, type EpochSeconds, lowestIdAt } from '@grantd/domain'
import { Binary, type Db, type Filter } from 'mongodb'
import { dateOf, idOf, LAST_UUID, uuid } from './kind.ts'
import {
  CODE,
  CONSENT,
  DELETED_CLIENTS,
  DENIAL,
  FAMILY,
  INITIAL_ACCESS_TOKEN,
  LOGOUT_DELIVERY,
  MAIL,
  REFRESH_TOKEN,
  SESSION,
  SETUP_LINK,
  THROTTLE,
  TICKET,
  TOKEN,
  USED_ONCE,
} from './kinds.ts'
import type { Stored } from './run-operation.ts'

/** A used code is kept a day past its expiry, so that its replay still revokes what it bought. */
export const CODE_KEPT_SECONDS = 86_400
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
  for (const collection of [TOKEN, REFRESH_TOKEN].map((kind) => kind.collection)) {
    left -= await sweep(database, collection, at, left)
  }
  left -= await sweep(database, CODE.collection, after(at, -CODE_KEPT_SECONDS), left)
  left -= await sweepFamilies(database, at, left)
  for (const collection of OTHERS) left -= await sweep(database, collection, at, left)
  await sweepDeletedClients(database, at)
  return limit - left
}

const OTHERS = [
  SESSION,
  INITIAL_ACCESS_TOKEN,
  SETUP_LINK,
  LOGOUT_DELIVERY,
  THROTTLE,
  TICKET,
  MAIL,
  DENIAL,
]
  .map(({ collection }) => collection)
  .concat(USED_ONCE)

async function sweep(
  database: Db,
  name: string,
  before: EpochSeconds,
  limit: number,
): Promise<number> {
  const collection = database.collection<Stored>(name)
  const expired: Filter<Stored> = { expiresAt: { $lt: dateOf(before) } }
  let deleted = 0
  while (deleted < limit) {
    const size = Math.min(SLICE, limit - deleted)
    const found = await collection
      .find(expired, { projection: { _id: 1 }, limit: size, sort: { expiresAt: 1 } })
      .toArray()
    const ids = found.map(({ _id }) => _id)
    // The condition again: a throttle may have begun anew meanwhile.
    if (ids.length > 0) {
      deleted += (await collection.deleteMany({ ...expired, _id: { $in: ids } })).deletedCount
    }
    if (found.length < size) break
  }
  return deleted
}

/** A token without its family counts as revoked: the family stays as long as one of its tokens lives. */
async function sweepFamilies(database: Db, at: EpochSeconds, limit: number): Promise<number> {
  const families = database.collection<Stored>(FAMILY.collection)
  const tokens = database.collection<Stored>(TOKEN.collection)
  let deleted = 0
  for (let skip = 0; deleted < limit && skip + deleted < FAMILIES_LOOKED_AT; ) {
    const size = Math.min(SLICE, limit - deleted)
    const found = await families
      .find(
        { expiresAt: { $lt: dateOf(at) } },
        { projection: { _id: 1 }, skip, limit: size, sort: { expiresAt: 1 } },
      )
      .toArray()
    const ids = found.map(({ _id }) => _id)
    const living = await tokens
      .find(
        { familyId: { $in: ids }, expiresAt: { $gte: dateOf(at) } },
        { projection: { familyId: 1 } },
      )
      .toArray()
    const kept = new Set(living.map(({ familyId }) => idOf(familyId)))
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
