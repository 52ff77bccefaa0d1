import { after, type ExpiringKind, type Storage } from '@grantd/domain'
import { CODE_KEPT_SECONDS, type Walked } from './purge.ts'
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

/** Counts what the purge would delete, one table after the other. */
export function countExpiredOf(db: Builder): Storage['countExpired'] {
  const count = async (kind: ExpiringKind, at: Parameters<Storage['countExpired']>[0]) => {
    const before = kind === 'codes' ? after(at, -CODE_KEPT_SECONDS) : at
    // All have an `expires_at`; for the builder they are typed as one.
    let query = db
      .selectFrom(TABLES[kind] as 'tokens')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('expires_at', '<', before)
    if (kind === 'families') {
      // As in the purge: a family stays as long as one of its tokens lives.
      query = query.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('tokens as living')
              .select('living.id')
              .whereRef('living.family_id', '=', 'token_families.id' as 'tokens.family_id')
              .where('living.expires_at', '>=', at),
          ),
        ),
      )
    }
    return Number((await query.executeTakeFirstOrThrow()).rows)
  }
  return async (at) => {
    const counts: Partial<Record<ExpiringKind, number>> = {}
    for (const kind of Object.keys(TABLES) as ExpiringKind[]) counts[kind] = await count(kind, at)
    return Object.freeze(counts as Record<ExpiringKind, number>) // every kind, as TABLES has them
  }
}
