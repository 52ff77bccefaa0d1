import type { OutboxEntry, OutboxStore } from '@grantd/domain'
import { type Selectable, sql } from 'kysely'
import type { OutboxLists } from '../outbox-lists.ts'
import type { SqlValue } from '../params.ts'
import type { Plan } from '../plan.ts'
import { entryOf } from '../reads/outbox.ts'
import { type Builder, write } from '../recipe.ts'
import type { Slices } from '../rows.ts'
import type { OutboxRow } from '../schema-outbox.ts'

/** Events that get their place in one transaction. */
const PLACE_MAX = 2_000

/** Nobody else gives places until this transaction ends, and what follows sees all that the last one did. */
const takeTurn = (db: Builder) =>
  write(
    db
      .updateTable('versions')
      .set((eb) => ({ version: eb('version', '+', 0) }))
      .where('name', '=', 'outbox'),
  )

/**
 * Kysely has no words for this; it runs on PostgreSQL alone. Rows are joined by where they stand: on
 * a table without statistics no other plan is sure to be linear.
 */
const givePlaces = () => {
  const statement = sql`
    WITH waiting AS (
      SELECT place, row_number() OVER (ORDER BY ord) AS n
      FROM (
        SELECT ctid AS place, ord FROM outbox WHERE seq IS NULL ORDER BY ord
        LIMIT ${sql.lit(PLACE_MAX)}
      ) AS first
    ), placed AS (
      UPDATE outbox SET seq = (SELECT version FROM versions WHERE name = 'outbox') + waiting.n
      FROM waiting WHERE outbox.ctid = waiting.place AND outbox.seq IS NULL
      RETURNING 1
    )
    UPDATE versions SET version = version + (SELECT count(*) FROM placed) WHERE name = 'outbox'`
  return (db: Builder) => write({ compile: () => statement.compile(db) })
}

/**
 * A slice of all events. Those that wait for a place get the one here that they would be given next,
 * for a snapshot may not write.
 */
export const eventsOf: Slices<OutboxEntry> = async (db, { after, limit }) => {
  const statement = sql<Selectable<OutboxRow>>`
    (SELECT seq, key, payload, created_at FROM outbox WHERE seq > ${Number(after ?? 0)}
     ORDER BY seq LIMIT ${limit})
    UNION ALL
    (SELECT * FROM (
       SELECT (SELECT version FROM versions WHERE name = 'outbox')
                + row_number() OVER (ORDER BY ord) AS seq, key, payload, created_at
       FROM outbox WHERE seq IS NULL
     ) AS waiting WHERE seq > ${Number(after ?? 0)} ORDER BY seq LIMIT ${limit})
    ORDER BY seq LIMIT ${limit}`
  return (await statement.execute(db)).rows.map(entryOf)
}

export interface PlacePorts {
  readonly builder: Builder
  readonly plan: Plan
  readonly lists: OutboxLists
  /** `undefined` where the database is opened for reading only. */
  readonly submit: ((unit: readonly SqlValue[]) => Promise<number>) | undefined
}

/**
 * Commits overlap, and an event with a smaller `ord` may appear after one with a larger: who only
 * looked past the largest seen would miss it for ever. So places are given to events that are seen,
 * by one transaction at a time, in the order of `ord`, which follows that of the rows' locks.
 */
export function postgresPlaces(ports: PlacePorts): Pick<OutboxStore, 'read' | 'end'> {
  const { builder, plan, lists, submit } = ports
  const place = plan.add<null>((db) => [takeTurn(db), givePlaces()(db)])
  // In order, so that the small index of what waits is read, and never the table.
  const waiting = sql`SELECT ord FROM outbox WHERE seq IS NULL ORDER BY ord LIMIT 1`
  return {
    read: async (after, limit) => {
      const isWaiting = (await waiting.execute(builder)).rows.length > 0
      if (isWaiting && submit !== undefined) await submit(place(null))
      return lists.events(after, limit)
    },
    end: async () => {
      const row = await builder
        .selectFrom('versions')
        .select('version')
        .where('name', '=', 'outbox')
        .executeTakeFirst()
      return row?.version ?? 0
    },
  }
}
