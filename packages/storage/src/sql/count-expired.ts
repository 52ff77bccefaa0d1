import {
  type EpochSeconds,
  type ExpiringKind,
  type FamilyId,
  lowestIdAt,
  type Storage,
} from '@grantd/domain'
import { purgedBefore } from '../expiry.ts'
import { noTokenLives, WALKED, type Walked } from './purge.ts'
import { bytesOf } from './read.ts'
import type { Builder } from './recipe.ts'

const TABLES: Readonly<Record<ExpiringKind, Walked | 'throttles' | 'used_once'>> = {
  tokens: 'tokens',
  refreshTokens: 'refresh_tokens',
  codes: 'authorization_codes',
  families: 'token_families',
  sessions: 'sessions',
  initialAccessTokens: 'initial_access_tokens',
  setupLinks: 'setup_links',
  logoutDeliveries: 'logout_deliveries',
  tickets: 'tickets',
  mails: 'outgoing_mails',
  denylist: 'denylist',
  throttles: 'throttles',
  usedOnce: 'used_once',
}

/** Rows looked at by one statement, so that none comes near the time that a statement has. */
const SLICE_ROWS = 2_000
const FIRST_ID = lowestIdAt<FamilyId>(0)

type Kinds = Readonly<Record<ExpiringKind, number>>

/** Counts what the purge would delete, one table after the other, a slice at a time. */
export function countExpiredOf(db: Builder): Storage['countExpired'] {
  return async (at) => {
    const counts: Partial<Record<ExpiringKind, number>> = {}
    for (const kind of Object.keys(TABLES) as ExpiringKind[]) {
      const before = purgedBefore(kind, at)
      counts[kind] = isWalked(TABLES[kind])
        ? await countWalked(db, TABLES[kind], before)
        : await countIndexed(db, TABLES[kind], before)
    }
    return Object.freeze(counts as Kinds) // every kind, as TABLES has them
  }
}

const isWalked = (table: string): boolean => WALKED.some((walked) => walked === table)

/** Both have an index on `expires_at`; all tables have that column, and are typed as one. */
async function countIndexed(db: Builder, table: string, before: EpochSeconds): Promise<number> {
  const { rows } = await db
    .selectFrom(table as 'throttles')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where('expires_at', '<', before)
    .executeTakeFirstOrThrow()
  return Number(rows)
}

async function countWalked(db: Builder, table: string, before: EpochSeconds): Promise<number> {
  const name = table as 'token_families' // all have an id and an end, and are typed as one
  let count = 0
  for (let start = bytesOf<FamilyId>(FIRST_ID); ; ) {
    const end = await db
      .selectFrom(name)
      .select('id')
      .where('id', '>', start)
      .orderBy('id')
      .limit(1)
      .offset(SLICE_ROWS - 1)
      .executeTakeFirst()
    let query = db
      .selectFrom(name)
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('id', '>', start)
      .where('expires_at', '<', before)
    if (end !== undefined) query = query.where('id', '<=', end.id)
    if (table === 'token_families') query = query.where(noTokenLives(before))
    count += Number((await query.executeTakeFirstOrThrow()).rows)
    if (end === undefined) return count
    start = end.id
  }
}
