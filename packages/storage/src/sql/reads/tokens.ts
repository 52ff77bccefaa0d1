import type { AccessToken, TokenId, TokenStatus } from '@grantd/domain'
import { listOf, orUndefined, read, textOf, textOrUndefined } from '../read.ts'
import type { TokenRow } from '../schema.ts'

export function tokenOf(row: TokenRow): AccessToken {
  return Object.freeze({
    id: textOf(row.id),
    hash: textOf(row.hash),
    clientId: row.client_id,
    userId: textOrUndefined(row.user_id),
    familyId: textOrUndefined(row.family_id),
    scope: row.scope,
    audience: listOf(row.audience),
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    revokedAt: orUndefined(row.revoked_at),
  })
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
      .selectAll('token')
      .select([
        'family.created_at as family_created_at',
        'family.revoked_at as family_revoked_at',
        'user.is_enabled as user_is_enabled',
        'user.username as user_username',
      ])
      .where('token.id', '=', id)
      .where('gone.client_id', 'is', null)
  },
  (row): TokenStatus =>
    Object.freeze({
      token: tokenOf(row),
      isFamilyRevoked:
        row.family_id !== null &&
        (row.family_created_at === null || row.family_revoked_at !== null),
      isUserActive: row.user_id === null || row.user_is_enabled === 1,
      username: orUndefined(row.user_username),
    }),
)
