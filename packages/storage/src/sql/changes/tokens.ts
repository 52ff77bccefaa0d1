import { guarded, idOf, type Recipes, write } from '../recipe.ts'

export const tokenChanges = {
  'token.insert': (db, p) => [
    write(
      db.insertInto('tokens').values({
        id: p.bytes((c) => c.token.id),
        hash: p.bytes((c) => c.token.hash),
        client_id: p.value((c) => c.token.clientId),
        user_id: p.bytesOrNull((c) => c.token.userId),
        family_id: p.bytesOrNull((c) => c.token.familyId),
        scope: p.value((c) => c.token.scope),
        audience: p.listOrNull((c) => c.token.audience),
        issued_at: p.value((c) => c.token.issuedAt),
        expires_at: p.value((c) => c.token.expiresAt),
        revoked_at: p.valueOrNull((c) => c.token.revokedAt),
      }),
    ),
  ],
  'token.revoke': (db, p) => [
    write(
      db
        .updateTable('tokens')
        .set({ revoked_at: p.value((c) => c.at) })
        .where('id', '=', idOf(p))
        .where('revoked_at', 'is', null),
    ),
  ],
  'refresh.insert': (db, p) => [
    write(
      db.insertInto('refresh_tokens').values({
        id: p.bytes((c) => c.refreshToken.id),
        secret_hash: p.bytes((c) => c.refreshToken.secretHash),
        family_id: p.bytes((c) => c.refreshToken.familyId),
        client_id: p.value((c) => c.refreshToken.clientId),
        created_at: p.value((c) => c.refreshToken.createdAt),
        expires_at: p.value((c) => c.refreshToken.expiresAt),
        used_at: p.valueOrNull((c) => c.refreshToken.usedAt),
        successor_sealed: p.valueOrNull((c) => c.refreshToken.successorSealed),
        grace_uses: p.value((c) => c.refreshToken.graceUses),
      }),
    ),
  ],
  'refresh.rotate': (db, p) => [
    guarded(
      db
        .updateTable('refresh_tokens')
        .set({
          used_at: p.value((c) => c.at),
          successor_sealed: p.value((c) => c.successorSealed),
        })
        .where('id', '=', idOf(p))
        .where('used_at', 'is', null),
    ),
  ],
  'refresh.useGrace': (db, p) => [
    guarded(
      db
        .updateTable('refresh_tokens')
        .set((eb) => ({ grace_uses: eb('grace_uses', '+', 1) }))
        .where('id', '=', idOf(p))
        .where(
          'used_at',
          '>=',
          p.value((c) => c.usedSince),
        )
        .where(
          'grace_uses',
          '<',
          p.value((c) => c.maxUses),
        ),
    ),
  ],
} satisfies Partial<Recipes>
