import {
  type ClientRowId,
  type EpochSeconds,
  lowestIdAt,
  type MailId,
  type Storage,
  type TokenId,
} from '@grantd/domain'
import { bytesOf, textOf } from './read.ts'
import type { Builder } from './recipe.ts'

const FIRST_ID = lowestIdAt<TokenId>(0)

/** Counts between two ids, so that a slice costs the same however large the table is. */
export function countOf(db: Builder): Storage['count'] {
  return async (kind, { limit, after, at }) => {
    switch (kind) {
      case 'clients':
        return countClients(db, limit, after)
      case 'tokens':
        return countTokens(db, limit, after ?? FIRST_ID, at)
      case 'mails':
        return countMails(db, limit, after ?? FIRST_ID)
    }
  }
}

async function countClients(db: Builder, limit: number, after: string | undefined) {
  const start = bytesOf<ClientRowId>(after ?? FIRST_ID)
  const rows = await db
    .selectFrom('clients')
    .select('row_id')
    .where('row_id', '>', start)
    .orderBy('row_id')
    .limit(limit)
    .execute()
  return { count: rows.length, next: nextOf(rows.length, limit, rows.at(-1)?.row_id) }
}

async function countMails(db: Builder, limit: number, after: string) {
  const rows = await db
    .selectFrom('outgoing_mails')
    .select('id')
    .where('id', '>', bytesOf<MailId>(after))
    .orderBy('id')
    .limit(limit)
    .execute()
  return { count: rows.length, next: nextOf(rows.length, limit, rows.at(-1)?.id) }
}

async function countTokens(db: Builder, limit: number, after: string, at: EpochSeconds) {
  const start = bytesOf<TokenId>(after)
  const end = await db
    .selectFrom('tokens')
    .select('id')
    .where('id', '>', start)
    .orderBy('id')
    .limit(1)
    .offset(limit - 1)
    .executeTakeFirst()
  let query = db
    .selectFrom('tokens as token')
    .leftJoin('token_families as family', 'family.id', 'token.family_id')
    .select((eb) => eb.fn.countAll<number>().as('good'))
    .where('token.id', '>', start)
    .where('token.expires_at', '>', at)
    .where('token.revoked_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('token.family_id', 'is', null),
        eb.and([eb('family.id', 'is not', null), eb('family.revoked_at', 'is', null)]),
      ]),
    )
  if (end !== undefined) query = query.where('token.id', '<=', end.id)
  const { good } = await query.executeTakeFirstOrThrow()
  return { count: Number(good), next: end === undefined ? undefined : textOf(end.id) }
}

function nextOf(found: number, limit: number, last: Uint8Array | undefined): string | undefined {
  return found < limit || last === undefined ? undefined : textOf(last)
}
