import type { ChangeOf, Recipes } from '../recipe.ts'
import { guarded, write } from '../recipe.ts'

const isFirst = (change: ChangeOf<'throttle.put'>) => change.seen === 0

/**
 * A count that starts may find no row, a count that grows must find its own: two statements, of
 * which each change runs one.
 */
export const throttleChanges = {
  'throttle.put': (db, p) => {
    const fields = {
      failures: p.value((c) => c.throttle.failures),
      window_started_at: p.value((c) => c.throttle.windowStartedAt),
      blocked_until: p.value((c) => c.throttle.blockedUntil),
      expires_at: p.value((c) => c.throttle.expiresAt),
    }
    const key = p.value((c) => c.throttle.key)
    const start = db
      .insertInto('throttles')
      .values({ key, ...fields })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet(fields).where('throttles.failures', '=', 0),
      )
    const grow = db
      .updateTable('throttles')
      .set(fields)
      .where('key', '=', key)
      .where(
        'failures',
        '=',
        p.value((c) => c.seen),
      )
    return [
      { ...guarded(start), when: isFirst },
      { ...guarded(grow), when: (change) => !isFirst(change) },
    ]
  },
  'throttle.clear': (db, p) => [
    write(
      db.deleteFrom('throttles').where(
        'key',
        '=',
        p.value((c) => c.key),
      ),
    ),
  ],
} satisfies Partial<Recipes>
