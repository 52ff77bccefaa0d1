import type { DatabaseSync } from 'node:sqlite'
import type { OutboxStore } from '@grantd/domain'
import type { Selectable } from 'kysely'
import { entryOf, sinkOf } from '../reads/outbox.ts'
import type { OutboxRow, OutboxSinkRow } from '../schema-outbox.ts'
import { readError } from './errors.ts'
import type { OutboxTail } from './outbox-tail.ts'

/**
 * One writer at a time: the order of the inserts is the order of the commits. Written out, because a relay
 * asks all the time.
 */
export function sqlitePlaces(
  database: DatabaseSync,
  tail: OutboxTail,
): Pick<OutboxStore, 'read' | 'end' | 'sinks'> {
  const events = database.prepare(
    'SELECT seq, key, payload, created_at FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?',
  )
  const end = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
  const sinks = database.prepare(
    'SELECT name, cursor_seq, epoch, owner, lease_until FROM outbox_sinks ORDER BY name',
  )
  const lastPlace = () => Number(end.get()?.seq ?? 0)
  return {
    read: async (after, limit) =>
      asked(() => {
        const known = tail.read(after, limit)
        // Another process may have written behind it.
        if (known?.length === limit || known?.at(-1)?.seq === lastPlace()) return known
        // The rows of the statements are those of the schema.
        const rows = events.all(after, limit) as unknown as Selectable<OutboxRow>[]
        if (rows.length < limit) tail.follow()
        return rows.map(entryOf)
      }),
    end: async () => asked(lastPlace),
    sinks: async () => asked(() => (sinks.all() as unknown as OutboxSinkRow[]).map(sinkOf)),
  }
}

/** The place of the oldest event that is stored. */
export function firstPlace(database: DatabaseSync): number | undefined {
  const row = asked(() => database.prepare('SELECT min(seq) AS seq FROM outbox').get())
  return row?.seq == null ? undefined : Number(row.seq)
}

function asked<Value>(ask: () => Value): Value {
  try {
    return ask()
  } catch (error) {
    throw readError(error)
  }
}
