import { type Recipes, write } from '../recipe.ts'

export const noteChanges = {
  'note.put': (db, p) => {
    const text = p.value((c) => c.text)
    return [
      write(
        db
          .insertInto('notes')
          .values({ name: p.value((c) => c.name), text })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ text })),
      ),
    ]
  },
  'note.delete': (db, p) => [
    write(
      db.deleteFrom('notes').where(
        'name',
        '=',
        p.value((c) => c.name),
      ),
    ),
  ],
} satisfies Partial<Recipes>
