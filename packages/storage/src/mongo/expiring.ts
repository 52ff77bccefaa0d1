// Owns: where things are that end, and which of them stay for a while: what the purge and its count agree on.
import type { EpochSeconds, ExpiringKind } from '@grantd/domain'
import type { Db, Filter } from 'mongodb'
import { purgedBefore } from '../expiry.ts'
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

/** Every kind of thing that ends, and its collection; tokens before the families that they keep. */
export const EXPIRING = Object.entries(COLLECTIONS) as readonly [ExpiringKind, string][]

/** Which documents of a kind the purge takes at the moment `at`, families that are kept among them. */
export const expired = (kind: ExpiringKind, at: EpochSeconds): Filter<Stored> => ({
  expiresAt: { $lt: dateOf(purgedBefore(kind, at)) },
})

/**
 * Which of these families stay. A token without its family counts as revoked: the family stays as long
 * as one of its tokens lives.
 */
export async function familiesKept(
  database: Db,
  ids: readonly Stored['_id'][],
  at: EpochSeconds,
): Promise<ReadonlySet<string>> {
  const living = await database
    .collection<Stored>(TOKEN.collection)
    .find(
      { familyId: { $in: ids }, expiresAt: { $gte: dateOf(at) } },
      { projection: { familyId: 1 } },
    )
    .toArray()
  return new Set(living.map(({ familyId }) => idOf(familyId)))
}
