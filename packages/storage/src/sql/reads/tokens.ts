import type { AccessToken, TokenId, TokenStatus } from '@grantd/domain'
import { listOf, orUndefined, read, textOf, textOrUndefined } from '../read.ts'
import type { TokenRow } from '../schema.ts'

export const tokenOf = (row: TokenRow): AccessToken => tokenWithId(row, textOf(row.id))

function tokenWithId(row: Omit<TokenRow, 'id'>, id: TokenId): AccessToken {
  return Object.freeze({
    id,
    hash: textOf(row.hash),
    clientId: row.client_id,
    userId: textOrUndefined(row.user_id),
    familyId: textOrUndefined(row.family_id),
    scope: row.scope,
    audience: audienceOf(row.audience),
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    revokedAt: orUndefined(row.revoked_at),
  })
}

/** Audiences by their text: a server has few of them, and each token has one. */
const audiences = new Map<string, readonly string[]>()
const MOST_AUDIENCES = 256

function audienceOf(text: TokenRow['audience']): readonly string[] {
  if (text === null) return []
  const known = audiences.get(text)
  if (known !== undefined) return known
  const audience = listOf(text)
  if (audiences.size < MOST_AUDIENCES) audiences.set(text, audience)
  return audience
}

/**
 * A token with all that can end it early, by point reads only. A family or user that is not there
 * counts as revoked or inactive: what is missing must not open a door.
 */
export const findToken = read<TokenId>()(
  (db, p) => {
    const id = p.bytes((key) => key)
    return db
      .selectFrom('tokens as token')
      .leftJoin('token_families as family', 'family.id', 'token.family_id')
      .leftJoin('users as user', 'user.id', 'token.user_id')
      .leftJoin('deleted_clients as gone', (join) =>
        join
          .onRef('gone.client_id', '=', 'token.client_id')
          .onRef('gone.last_token_id', '>=', 'token.id'),
      )
      .select([
        'token.hash',
        'token.client_id',
        'token.user_id',
        'token.family_id',
        'token.scope',
        'token.audience',
        'token.issued_at',
        'token.expires_at',
        'token.revoked_at',
        'family.created_at as family_created_at',
        'family.revoked_at as family_revoked_at',
        'user.is_enabled as user_is_enabled',
        'user.username as user_username',
      ])
      .where('token.id', '=', id)
      .where('gone.client_id', 'is', null)
  },
  (row, id): TokenStatus =>
    Object.freeze({
      token: tokenWithId(row, id),
      isFamilyRevoked:
        row.family_id !== null &&
        (row.family_created_at === null || row.family_revoked_at !== null),
      isUserActive: row.user_id === null || row.user_is_enabled === 1,
      username: orUndefined(row.user_username),
    }),
)
