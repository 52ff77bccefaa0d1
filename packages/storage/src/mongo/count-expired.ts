import type { EpochSeconds, ExpiringKind } from '@grantd/domain'
import type { Db } from 'mongodb'
import { EXPIRING, expired, familiesKept } from './expiring.ts'
import { FAMILY } from './kinds.ts'
import type { Stored } from './run-operation.ts'

/** Ids of families that one command asks about. */
const SLICE = 500

/** Counts what the purge would delete, one collection after the other. */
export async function countExpired(
  database: Db,
  at: EpochSeconds,
): Promise<Readonly<Record<ExpiringKind, number>>> {
  const counts: Partial<Record<ExpiringKind, number>> = {}
  for (const [kind, name] of EXPIRING) {
    counts[kind] = await database.collection<Stored>(name).countDocuments(expired(kind, at))
  }
  const kept = await countKeptFamilies(database, at)
  const families = (counts.families ?? 0) - kept
  return Object.freeze({ ...counts, families } as Record<ExpiringKind, number>) // all of EXPIRING
}

/** Families that have ended and stay, as in the purge. */
async function countKeptFamilies(database: Db, at: EpochSeconds): Promise<number> {
  const families = database
    .collection<Stored>(FAMILY.collection)
    .find(expired('families', at), { projection: { _id: 1 }, batchSize: SLICE })
  let kept = 0
  let ids: Stored['_id'][] = []
  const ask = async () => {
    kept += (await familiesKept(database, ids, at)).size
    ids = []
  }
  for await (const { _id } of families) {
    if (ids.push(_id) >= SLICE) await ask()
  }
  if (ids.length > 0) await ask()
  return kept
}
