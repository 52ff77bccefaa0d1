import { guarded, idOf, type Recipes, write } from '../recipe.ts'

export const consentChanges = {
  'consent.put': (db, p) => [
    write(
      db
        .insertInto('consents')
        .values({
          id: p.bytes((c) => c.consent.id),
          user_id: p.bytes((c) => c.consent.userId),
          client_id: p.value((c) => c.consent.clientId),
          scope: p.value((c) => c.consent.scope),
          client_digest: p.value((c) => c.consent.clientDigest),
          created_at: p.value((c) => c.consent.createdAt),
          updated_at: p.value((c) => c.consent.updatedAt),
        })
        .onConflict((conflict) =>
          conflict.columns(['user_id', 'client_id']).doUpdateSet((eb) => ({
            id: eb.ref('excluded.id'),
            scope: eb.ref('excluded.scope'),
            client_digest: eb.ref('excluded.client_digest'),
            created_at: eb.ref('excluded.created_at'),
            updated_at: eb.ref('excluded.updated_at'),
          })),
        ),
    ),
  ],
  'consent.delete': (db, p) => [guarded(db.deleteFrom('consents').where('id', '=', idOf(p)))],
} satisfies Partial<Recipes>
