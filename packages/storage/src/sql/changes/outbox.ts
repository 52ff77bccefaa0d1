import { sql } from 'kysely'
import type { Params } from '../params.ts'
import type { ChangeOf, Recipes } from '../recipe.ts'
import { guarded, write } from '../recipe.ts'
import { goOnAfter, leaseChanges } from './outbox-leases.ts'

const isDead = (change: ChangeOf<'outbox.attempted'>) => change.deadAt !== undefined

/** Which event, and by which sink it was not taken. */
const parkedOf = (p: Params<{ readonly sink: string; readonly seq: number }>) => ({
  sink: p.value((c) => c.sink),
  seq: p.value((c) => c.seq),
})

/** Events, and those that a sink would not take. */
export const outboxChanges = {
  'outbox.append': (db, p) => [
    {
      ...write(
        db.insertInto('outbox').values({
          key: p.value((c) => c.event.key),
          payload: p.value((c) => c.event.payload),
          created_at: p.value((c) => c.event.createdAt),
        }),
      ),
      givesPlace: true,
    },
  ],
  'outbox.copyEvent': (db, p) => [
    write(
      db.insertInto('outbox').values({
        seq: p.value((c) => c.entry.seq),
        key: p.value((c) => c.entry.key),
        payload: p.value((c) => c.entry.payload),
        created_at: p.value((c) => c.entry.createdAt),
      }),
    ),
    goOnAfter(
      db,
      p.value((c) => c.entry.seq),
    ),
  ],
  'outbox.trim': (db, p) => [
    write(
      db
        .deleteFrom('outbox')
        .where(({ eb, selectFrom }) =>
          eb(
            'seq',
            '<=',
            // No sink at all: the outbox is a history and nothing else.
            selectFrom('outbox_sinks').select(({ fn }) =>
              fn.coalesce(fn.min<number>('cursor_seq'), sql<number>`9007199254740991`).as('cursor'),
            ),
          ),
        )
        .where(({ eb, selectFrom }) =>
          eb(
            'seq',
            '<',
            selectFrom('outbox').select((inner) =>
              inner(
                inner.fn.min('seq'),
                '+',
                p.value((c) => c.limit),
              ).as('end'),
            ),
          ),
        )
        .where(
          'created_at',
          '<',
          p.value((c) => c.before),
        ),
    ),
  ],
  'outbox.park': (db, p) => [
    write(
      db.insertInto('outbox_parked').values({
        sink: p.value((c) => c.parked.sink),
        seq: p.value((c) => c.parked.seq),
        key: p.value((c) => c.parked.key),
        payload: p.value((c) => c.parked.payload),
        attempts: p.value((c) => c.parked.attempts),
        next_attempt_at: p.value((c) => c.parked.nextAttemptAt),
        error: p.valueOrNull((c) => c.parked.error),
        created_at: p.value((c) => c.parked.createdAt),
        dead_at: p.valueOrNull((c) => c.parked.deadAt),
      }),
    ),
  ],
  'outbox.attempted': (db, p) => {
    const update = db
      .updateTable('outbox_parked')
      .set({
        attempts: p.value((c) => c.attempts),
        next_attempt_at: p.value((c) => c.nextAttemptAt),
        error: p.value((c) => c.error),
      })
      .where(({ and }) => and(parkedOf(p)))
      .where(
        'attempts',
        '=',
        p.value((c) => c.seen),
      )
      .where('dead_at', 'is', null)
    const give = update.set({ dead_at: p.valueOrNull((c) => c.deadAt) })
    return [
      { ...guarded(update), when: (change) => !isDead(change) },
      { ...guarded(give), when: isDead },
    ]
  },
  'outbox.unpark': (db, p) => [
    write(db.deleteFrom('outbox_parked').where(({ and }) => and(parkedOf(p)))),
  ],
  'outbox.revive': (db, p) => [
    guarded(
      db
        .updateTable('outbox_parked')
        .set({
          attempts: sql<number>`0`,
          next_attempt_at: p.value((c) => c.at),
          dead_at: sql<null>`null`,
        })
        .where(({ and }) => and(parkedOf(p)))
        .where('dead_at', 'is not', null),
    ),
  ],
  ...leaseChanges,
} satisfies Partial<Recipes>
