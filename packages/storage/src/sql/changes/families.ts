import { type EpochSeconds, hasScope } from '@grantd/domain'
import type { Params } from '../params.ts'
import { type Builder, idOf, type Recipes, required, write } from '../recipe.ts'

/** Revokes what is not revoked yet: the first moment of revocation stays on record. */
const revoke = (db: Builder, p: Params<{ at: EpochSeconds }>) =>
  db
    .updateTable('token_families')
    .set({ revoked_at: p.value((c) => c.at) })
    .where('revoked_at', 'is', null)

export const familyChanges = {
  'family.insert': (db, p) => [
    write(
      db.insertInto('token_families').values({
        id: p.bytes((c) => c.family.id),
        client_id: p.value((c) => c.family.clientId),
        user_id: p.bytes((c) => c.family.userId),
        session_id: p.bytesOrNull((c) => c.family.sessionId),
        scope: p.value((c) => c.family.scope),
        is_offline: p.flag((c) => hasScope(c.family.scope, 'offline_access')),
        resources: p.listOrNull((c) => c.family.resources),
        auth_time: p.value((c) => c.family.authTime),
        amr: p.listOrNull((c) => c.family.amr),
        openid: p.recordOrNull((c) => c.family.openid),
        created_at: p.value((c) => c.family.createdAt),
        expires_at: p.value((c) => c.family.expiresAt),
        revoked_at: p.valueOrNull((c) => c.family.revokedAt),
      }),
    ),
  ],
  'family.requireLive': (db, p) => [
    required(
      db
        .selectFrom('token_families')
        .select('id')
        .where('id', '=', idOf(p))
        .where('revoked_at', 'is', null),
    ),
  ],
  'family.revoke': (db, p) => [write(revoke(db, p).where('id', '=', idOf(p)))],
  'family.revokeByUser': (db, p) => [
    write(
      revoke(db, p).where(
        'user_id',
        '=',
        p.bytes((c) => c.userId),
      ),
    ),
  ],
  'family.revokeBySession': (db, p) => [
    write(
      revoke(db, p)
        .where(
          'session_id',
          '=',
          p.bytes((c) => c.sessionId),
        )
        .where('is_offline', '=', 0),
    ),
  ],
  'family.moveSession': (db, p) => [
    write(
      db
        .updateTable('token_families')
        .set({ session_id: p.bytes((c) => c.to) })
        .where(
          'session_id',
          '=',
          p.bytes((c) => c.from),
        ),
    ),
  ],
  'family.revokeByUserAndClient': (db, p) => [
    write(
      revoke(db, p)
        .where(
          'user_id',
          '=',
          p.bytes((c) => c.userId),
        )
        .where(
          'client_id',
          '=',
          p.value((c) => c.clientId),
        ),
    ),
  ],
} satisfies Partial<Recipes>
