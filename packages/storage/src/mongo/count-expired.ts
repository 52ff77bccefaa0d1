import { after, type EpochSeconds, type ExpiringKind } from '@grantd/domain'
import type { Db, Document } from 'mongodb'
import { dateOf } from './kind.ts'
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

/** Counts what the purge would delete, one collection after the other. */
export async function countExpired(
  database: Db,
  at: EpochSeconds,
): Promise<Readonly<Record<ExpiringKind, number>>> {
  const counts: Partial<Record<ExpiringKind, number>> = {}
  for (const [kind, name] of Object.entries(COLLECTIONS) as [ExpiringKind, string][]) {
    const before = kind === 'codes' ? after(at, -CODE_KEPT_SECONDS) : at
    const [found] = await database
      .collection(name)
      .aggregate<{ rows: number }>([
        { $match: { expiresAt: { $lt: dateOf(before) } } },
        ...(kind === 'families' ? withoutLivingTokens(at) : []),
        { $count: 'rows' },
      ])
      .toArray()
    counts[kind] = found?.rows ?? 0
  }
  return Object.freeze(counts as Record<ExpiringKind, number>) // every kind, as COLLECTIONS has them
}

/** As in the purge: a family stays as long as one of its tokens lives. */
function withoutLivingTokens(at: EpochSeconds): Document[] {
  const living = {
    from: TOKEN.collection,
    localField: '_id',
    foreignField: 'familyId',
    pipeline: [{ $match: { expiresAt: { $gte: dateOf(at) } } }, { $limit: 1 }],
    as: 'living',
  }
  return [{ $lookup: living }, { $match: { living: { $size: 0 } } }]
}
