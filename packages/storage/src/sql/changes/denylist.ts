import { bumpVersion, guarded, idOf, type Recipes, write } from '../recipe.ts'

export const denylistChanges = {
  'denylist.put': (db, p) => {
    const fields = {
      reason: p.valueOrNull((c) => c.denial.reason),
      created_by: p.value((c) => c.denial.createdBy),
      expires_at: p.valueOrNull((c) => c.denial.expiresAt),
    }
    return [
      write(
        db
          .insertInto('denylist')
          .values({
            id: p.bytes((c) => c.denial.id),
            kind: p.value((c) => c.denial.kind),
            value: p.value((c) => c.denial.value),
            created_at: p.value((c) => c.denial.createdAt),
            ...fields,
          })
          .onConflict((conflict) => conflict.columns(['kind', 'value']).doUpdateSet(fields)),
      ),
      bumpVersion(db, 'denylist'),
    ]
  },
  'denylist.delete': (db, p) => [
    guarded(db.deleteFrom('denylist').where('id', '=', idOf(p))),
    bumpVersion(db, 'denylist'),
  ],
} satisfies Partial<Recipes>
