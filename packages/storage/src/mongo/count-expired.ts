import { after, type EpochSeconds, type ExpiringKind } from '@grantd/domain'
import type { Db } from 'mongodb'
import { dateOf, idOf } from './kind.ts'
import {
  CODE,
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
import { CODE_KEPT_SECONDS } from './purge.ts'
import type { Stored } from './run-operation.ts'

const COLLECTIONS: Readonly<Record<ExpiringKind, string>> = {
  tokens: TOKEN.collection,
  refreshTokens: REFRESH_TOKEN.collection,
  codes: CODE.collection,
  families: FAMILY.collection,
  sessions: SESSION.collection,
  initialAccessTokens: INITIAL_ACCESS_TOKEN.collection,
  setupLinks: SETUP_LINK.collection,
  logoutDeliveries: LOGOUT_DELIVERY.collection,
  tickets: TICKET.collection,
  mails: MAIL.collection,
  denylist: DENIAL.collection,
  throttles: THROTTLE.collection,
  usedOnce: USED_ONCE,
}

/** Ids of families that one command asks about. */
const SLICE = 500

/** Counts what the purge would delete, one collection after the other. */
export async function countExpired(
  database: Db,
  at: EpochSeconds,
): Promise<Readonly<Record<ExpiringKind, number>>> {
  const counts: Partial<Record<ExpiringKind, number>> = {}
  for (const [kind, name] of Object.entries(COLLECTIONS) as [ExpiringKind, string][]) {
    const before = kind === 'codes' ? after(at, -CODE_KEPT_SECONDS) : at
    const filter = { expiresAt: { $lt: dateOf(before) } }
    counts[kind] = await database.collection<Stored>(name).countDocuments(filter)
  }
  const kept = await countKeptFamilies(database, at)
  const families = (counts.families ?? 0) - kept
  return Object.freeze({ ...counts, families } as Record<ExpiringKind, number>) // all of COLLECTIONS
}

/** Families that have ended and stay, as in the purge: one of their tokens lives. */
async function countKeptFamilies(database: Db, at: EpochSeconds): Promise<number> {
  const families = database
    .collection<Stored>(FAMILY.collection)
    .find({ expiresAt: { $lt: dateOf(at) } }, { projection: { _id: 1 }, batchSize: SLICE })
  const tokens = database.collection<Stored>(TOKEN.collection)
  let kept = 0
  let ids: Stored['_id'][] = []
  const ask = async () => {
    const living = await tokens
      .find(
        { familyId: { $in: ids }, expiresAt: { $gte: dateOf(at) } },
        { projection: { familyId: 1 } },
      )
      .toArray()
    kept += new Set(living.map(({ familyId }) => idOf(familyId))).size
    ids = []
  }
  for await (const { _id } of families) {
    if (ids.push(_id) >= SLICE) await ask()
  }
  if (ids.length > 0) await ask()
  return kept
}
