import { type CodeId, type EpochSeconds, lowestIdAt } from '@grantd/domain'
import type { Params } from '../params.ts'
import { type Builder, guarded, idOf, type Recipes, write } from '../recipe.ts'

/** Marks an unused code used, unless its client is gone. */
const spend = (db: Builder, p: Params<{ id: CodeId; at: EpochSeconds }>) =>
  db
    .updateTable('authorization_codes')
    .set({ used_at: p.value((c) => c.at) })
    .where('id', '=', idOf(p))
    .where('used_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('deleted_clients as gone')
            .select('gone.client_id')
            .whereRef('gone.client_id', '=', 'authorization_codes.client_id')
            .whereRef('gone.last_code_id', '>=', 'authorization_codes.id'),
        ),
      ),
    )

export const codeChanges = {
  'code.insert': (db, p) => [
    write(
      db.insertInto('authorization_codes').values({
        id: p.bytes((c) => c.code.id),
        secret_hash: p.bytes((c) => c.code.secretHash),
        client_id: p.value((c) => c.code.clientId),
        user_id: p.bytes((c) => c.code.userId),
        session_id: p.bytesOrNull((c) => c.code.sessionId),
        redirect_uri: p.value((c) => c.code.redirectUri),
        scope: p.value((c) => c.code.scope),
        resources: p.listOrNull((c) => c.code.resources),
        code_challenge: p.value((c) => c.code.codeChallenge),
        nonce: p.valueOrNull((c) => c.code.nonce),
        auth_time: p.value((c) => c.code.authTime),
        amr: p.listOrNull((c) => c.code.amr),
        openid: p.recordOrNull((c) => c.code.openid),
        family_id: p.bytes((c) => c.code.familyId),
        created_at: p.value((c) => c.code.createdAt),
        expires_at: p.value((c) => c.code.expiresAt),
        used_at: p.valueOrNull((c) => c.code.usedAt),
      }),
    ),
  ],
  'code.consume': (db, p) => [
    guarded(
      spend(db, p).where(
        'expires_at',
        '>',
        p.value((c) => c.at),
      ),
    ),
  ],
  'code.burn': (db, p) => [guarded(spend(db, p))],
  // Found by the range of ids that may still be good: an index by person would be paid for by every code.
  'code.burnByUserAndClient': (db, p) => [
    write(
      db
        .updateTable('authorization_codes')
        .set({ used_at: p.value((c) => c.at) })
        .where(
          'id',
          '>=',
          p.bytes((c) => lowestIdAt<CodeId>(c.since * 1_000)),
        )
        .where(
          'user_id',
          '=',
          p.bytes((c) => c.userId),
        )
        .where(
          'client_id',
          '=',
          p.value((c) => c.clientId),
        )
        .where('used_at', 'is', null),
    ),
  ],
} satisfies Partial<Recipes>
