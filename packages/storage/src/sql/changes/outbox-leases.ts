import type { EpochSeconds } from '@grantd/domain'
import { sql } from 'kysely'
import { type Builder, guarded, type Recipes, write } from '../recipe.ts'

/** PostgreSQL counts places here; SQLite knows by itself which it gave. */
export const goOnAfter = (db: Builder, seq: number) =>
  write(
    db
      .updateTable('versions')
      .set({ version: seq })
      .where('name', '=', 'outbox')
      .where('version', '<', seq),
  )

/** How far each sink has come, and who looks after it. */
export const leaseChanges = {
  'outbox.addSink': (db, p) => [
    write(
      db
        .insertInto('outbox_sinks')
        .values({
          name: p.value((c) => c.sink),
          cursor_seq: p.value((c) => c.cursor),
          epoch: sql<number>`0`,
          owner: sql<string>`''`,
          lease_until: sql<EpochSeconds>`0`,
        })
        .onConflict((conflict) => conflict.column('name').doNothing()),
    ),
  ],
  'outbox.copySink': (db, p) => [
    // SQLite gives no place twice, also when its row is gone; where it stands already, it stays.
    write(
      db
        .insertInto('outbox')
        .values({
          seq: p.value((c) => c.cursor),
          key: sql<string>`''`,
          payload: sql<string>`''`,
          created_at: sql<EpochSeconds>`0`,
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    write(
      db
        .deleteFrom('outbox')
        .where(
          'seq',
          '=',
          p.value((c) => c.cursor),
        )
        .where('payload', '=', ''),
    ),
    goOnAfter(
      db,
      p.value((c) => c.cursor),
    ),
    write(
      db.insertInto('outbox_sinks').values({
        name: p.value((c) => c.sink),
        cursor_seq: p.value((c) => c.cursor),
        epoch: sql<number>`0`,
        owner: sql<string>`''`,
        lease_until: sql<EpochSeconds>`0`,
      }),
    ),
  ],
  'outbox.removeSink': (db, p) => [
    write(
      db.deleteFrom('outbox_sinks').where(
        'name',
        '=',
        p.value((c) => c.sink),
      ),
    ),
    write(
      db.deleteFrom('outbox_parked').where(
        'sink',
        '=',
        p.value((c) => c.sink),
      ),
    ),
  ],
  'outbox.lease': (db, p) => [
    guarded(
      db
        .updateTable('outbox_sinks')
        .set((eb) => ({
          epoch: eb
            .case()
            .when(
              'owner',
              '=',
              p.value((c) => c.owner),
            )
            .then(eb.ref('epoch'))
            .else(eb('epoch', '+', 1))
            .end(),
          owner: p.value((c) => c.owner),
          lease_until: p.value((c) => c.until),
        }))
        .where(
          'name',
          '=',
          p.value((c) => c.sink),
        )
        .where(({ eb, or }) =>
          or([
            eb(
              'owner',
              '=',
              p.value((c) => c.owner),
            ),
            eb(
              'lease_until',
              '<=',
              p.value((c) => c.at),
            ),
          ]),
        ),
    ),
  ],
  'outbox.release': (db, p) => [
    guarded(
      db
        .updateTable('outbox_sinks')
        .set({ owner: sql<string>`''`, lease_until: sql<EpochSeconds>`0` })
        .where(
          'name',
          '=',
          p.value((c) => c.sink),
        )
        .where(
          'owner',
          '=',
          p.value((c) => c.owner),
        ),
    ),
  ],
  'outbox.advance': (db, p) => [
    guarded(
      db
        .updateTable('outbox_sinks')
        .set({ cursor_seq: p.value((c) => c.to) })
        .where(
          'name',
          '=',
          p.value((c) => c.sink),
        )
        .where(
          'epoch',
          '=',
          p.value((c) => c.epoch),
        )
        .where(
          'cursor_seq',
          '=',
          p.value((c) => c.from),
        ),
    ),
  ],
  'outbox.rewind': (db, p) => [
    guarded(
      db
        .updateTable('outbox_sinks')
        .set((eb) => ({
          cursor_seq: p.value((c) => c.cursor),
          epoch: eb('epoch', '+', 1),
          owner: sql<string>`''`,
          lease_until: sql<EpochSeconds>`0`,
        }))
        .where(
          'name',
          '=',
          p.value((c) => c.sink),
        ),
    ),
  ],
} satisfies Partial<Recipes>
