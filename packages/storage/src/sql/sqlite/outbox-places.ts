import type { DatabaseSync } from 'node:sqlite'
import type { OutboxStore } from '@grantd/domain'
import type { OutboxLists } from '../outbox-lists.ts'
import { readError } from './errors.ts'

const END = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"

/** One writer at a time: the order of the inserts is the order of the commits. */
export function sqlitePlaces(
  database: DatabaseSync,
  lists: OutboxLists,
): Pick<OutboxStore, 'read' | 'end'> {
  return {
    read: lists.events,
    end: async () => {
      try {
        return Number(database.prepare(END).get()?.seq ?? 0)
      } catch (error) {
        throw readError(error)
      }
    },
  }
}
