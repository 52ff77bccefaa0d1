import type { SessionId } from '@grantd/domain'
import { guarded, idOf, type Recipes, required, write } from '../recipe.ts'

/** No session has it: ids carry the time they were made. */
const NOBODY = 'AAAAAAAAAAAAAAAAAAAAAA' as SessionId

export const sessionChanges = {
  'session.insert': (db, p) => [
    write(
      db.insertInto('sessions').values({
        id: p.bytes((c) => c.session.id),
        secret_hash: p.bytes((c) => c.session.secretHash),
        user_id: p.bytes((c) => c.session.userId),
        auth_time: p.value((c) => c.session.authTime),
        amr: p.listOrNull((c) => c.session.amr),
        user_agent: p.valueOrNull((c) => c.session.userAgent),
        ip: p.valueOrNull((c) => c.session.ip),
        created_at: p.value((c) => c.session.createdAt),
        last_seen_at: p.value((c) => c.session.lastSeenAt),
        expires_at: p.value((c) => c.session.expiresAt),
        revoked_at: p.valueOrNull((c) => c.session.revokedAt),
      }),
    ),
  ],
  'session.touch': (db, p) => {
    const at = p.value((c) => c.at)
    const ip = p.valueOrNull((c) => c.ip)
    return [
      write(
        db
          .updateTable('sessions')
          .set((eb) => ({ last_seen_at: at, ip: eb.fn.coalesce(eb.val(ip), 'ip') }))
          .where('id', '=', idOf(p))
          .where('last_seen_at', '<', at) // touches may arrive out of order; time goes forward only
          .where('revoked_at', 'is', null),
      ),
    ]
  },
  'session.revoke': (db, p) => [
    guarded(
      db
        .updateTable('sessions')
        .set({ revoked_at: p.value((c) => c.at) })
        .where('id', '=', idOf(p))
        .where('revoked_at', 'is', null),
    ),
  ],
  'session.requireLive': (db, p) => [
    required(
      db
        .selectFrom('sessions')
        .select('id')
        .where('id', '=', idOf(p))
        .where('revoked_at', 'is', null),
    ),
  ],
  'session.revokeByUser': (db, p) => [
    write(
      db
        .updateTable('sessions')
        .set({ revoked_at: p.value((c) => c.at) })
        .where(
          'user_id',
          '=',
          p.bytes((c) => c.userId),
        )
        .where(
          'id',
          '!=',
          p.bytes((c) => c.except ?? NOBODY),
        )
        .where('revoked_at', 'is', null),
    ),
  ],
} satisfies Partial<Recipes>
