import type { Consent, ConsentId, Session, SessionId, UserId } from '@grantd/domain'
import { listOf, orUndefined, read, textOf } from '../read.ts'
import type { ConsentRow, SessionRow } from '../schema.ts'

export function sessionOf(row: SessionRow): Session {
  return Object.freeze({
    id: textOf(row.id),
    secretHash: textOf(row.secret_hash),
    userId: textOf(row.user_id),
    authTime: row.auth_time,
    amr: listOf(row.amr),
    userAgent: orUndefined(row.user_agent),
    ip: orUndefined(row.ip),
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    revokedAt: orUndefined(row.revoked_at),
  })
}

export const findSession = read<SessionId>()((db, p) => {
  const id = p.bytes((key) => key)
  return db.selectFrom('sessions').selectAll().where('id', '=', id)
}, sessionOf)

export function consentOf(row: ConsentRow): Consent {
  return Object.freeze({
    id: textOf<ConsentId>(row.id),
    userId: textOf<UserId>(row.user_id),
    clientId: row.client_id,
    scope: row.scope,
    clientDigest: row.client_digest,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  })
}

export const findConsent = read<Pick<Consent, 'userId' | 'clientId'>>()((db, p) => {
  const userId = p.bytes((key) => key.userId)
  const clientId = p.value((key) => key.clientId)
  return db
    .selectFrom('consents')
    .selectAll()
    .where('user_id', '=', userId)
    .where('client_id', '=', clientId)
}, consentOf)
