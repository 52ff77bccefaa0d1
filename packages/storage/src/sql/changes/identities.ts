import { guarded, idOf, type Recipes } from '../recipe.ts'

/** Accounts at other providers. */
export const identityChanges = {
  'identity.insert': (db, p) => [
    guarded(
      db
        .insertInto('upstream_identities')
        .values({
          id: p.bytes((c) => c.identity.id),
          user_id: p.bytes((c) => c.identity.userId),
          provider: p.value((c) => c.identity.provider),
          issuer: p.valueOrNull((c) => c.identity.issuer),
          subject: p.value((c) => c.identity.subject),
          email: p.valueOrNull((c) => c.identity.email),
          name: p.valueOrNull((c) => c.identity.name),
          created_at: p.value((c) => c.identity.createdAt),
          last_used_at: p.valueOrNull((c) => c.identity.lastUsedAt),
        })
        .onConflict((conflict) => conflict.columns(['provider', 'subject']).doNothing()),
    ),
  ],
  'identity.used': (db, p) => {
    const id = idOf(p)
    const userId = p.bytes((c) => c.userId)
    const fields = {
      email: p.valueOrNull((c) => c.email),
      name: p.valueOrNull((c) => c.name),
      last_used_at: p.value((c) => c.at),
    }
    return [
      guarded(
        db
          .updateTable('upstream_identities')
          .set(fields)
          .where('id', '=', id)
          .where('user_id', '=', userId),
      ),
    ]
  },
  'identity.delete': (db, p) => {
    const id = idOf(p)
    const userId = p.bytes((c) => c.userId)
    return [
      guarded(
        db.deleteFrom('upstream_identities').where('id', '=', id).where('user_id', '=', userId),
      ),
    ]
  },
} satisfies Partial<Recipes>
