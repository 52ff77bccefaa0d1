import type {
  AuthorizationCode,
  CodeId,
  FamilyId,
  RefreshToken,
  RefreshTokenId,
  TokenFamily,
} from '@grantd/domain'
import { listOf, orUndefined, read, recordOf, textOf, textOrUndefined } from '../read.ts'
import type { Builder } from '../recipe.ts'
import type { CodeRow, FamilyRow, RefreshTokenRow } from '../schema.ts'

export function codeOf(row: CodeRow): AuthorizationCode {
  return Object.freeze({
    id: textOf(row.id),
    secretHash: textOf(row.secret_hash),
    clientId: row.client_id,
    userId: textOf(row.user_id),
    sessionId: textOrUndefined(row.session_id),
    redirectUri: row.redirect_uri,
    scope: row.scope,
    resources: listOf(row.resources),
    codeChallenge: row.code_challenge,
    nonce: orUndefined(row.nonce),
    authTime: row.auth_time,
    amr: listOf(row.amr),
    openid: recordOf(row.openid),
    familyId: textOf(row.family_id),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: orUndefined(row.used_at),
  })
}

/** Codes, without those that a tombstone stands for. */
export const codesOfClients = (db: Builder) =>
  db
    .selectFrom('authorization_codes as code')
    .leftJoin('deleted_clients as gone', (join) =>
      join
        .onRef('gone.client_id', '=', 'code.client_id')
        .onRef('gone.last_code_id', '>=', 'code.id'),
    )
    .selectAll('code')
    .where('gone.client_id', 'is', null)

export const findCode = read<CodeId>()((db, p) => {
  const id = p.bytes((key) => key)
  return codesOfClients(db).where('code.id', '=', id)
}, codeOf)

export function familyOf(row: FamilyRow): TokenFamily {
  return Object.freeze({
    id: textOf(row.id),
    clientId: row.client_id,
    userId: textOf(row.user_id),
    sessionId: textOrUndefined(row.session_id),
    scope: row.scope,
    resources: listOf(row.resources),
    authTime: row.auth_time,
    amr: listOf(row.amr),
    openid: recordOf(row.openid),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: orUndefined(row.revoked_at),
  })
}

export const findFamily = read<FamilyId>()((db, p) => {
  const id = p.bytes((key) => key)
  return db.selectFrom('token_families').selectAll().where('id', '=', id)
}, familyOf)

export function refreshTokenOf(row: RefreshTokenRow): RefreshToken {
  return Object.freeze({
    id: textOf(row.id),
    secretHash: textOf(row.secret_hash),
    familyId: textOf(row.family_id),
    clientId: row.client_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: orUndefined(row.used_at),
    successorSealed: orUndefined(row.successor_sealed),
    graceUses: row.grace_uses,
  })
}

export const findRefreshToken = read<RefreshTokenId>()(
  (db, p) => {
    const id = p.bytes((key) => key)
    return db
      .selectFrom('refresh_tokens as refresh')
      .innerJoin('token_families as family', 'family.id', 'refresh.family_id')
      .selectAll('refresh')
      .select([
        'family.user_id',
        'family.session_id',
        'family.scope',
        'family.is_offline',
        'family.resources',
        'family.auth_time',
        'family.amr',
        'family.openid',
        'family.revoked_at',
        'family.client_id as family_client_id',
        'family.created_at as family_created_at',
        'family.expires_at as family_expires_at',
      ])
      .where('refresh.id', '=', id)
  },
  (row) =>
    Object.freeze({
      refreshToken: refreshTokenOf(row),
      // Named one by one: spreading a row of this width costs as much as reading it.
      family: familyOf({
        id: row.family_id,
        client_id: row.family_client_id,
        user_id: row.user_id,
        session_id: row.session_id,
        scope: row.scope,
        is_offline: row.is_offline,
        resources: row.resources,
        auth_time: row.auth_time,
        amr: row.amr,
        openid: row.openid,
        created_at: row.family_created_at,
        expires_at: row.family_expires_at,
        revoked_at: row.revoked_at,
      }),
    }),
)
