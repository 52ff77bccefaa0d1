import type { Snapshot } from '@grantd/domain'
import { rowsOf, TABLES } from '../rows.ts'
import { openForReading, openForWriting } from './connection.ts'
import { sqliteBuilder } from './dialect.ts'
import { openError, readError } from './errors.ts'
import type { SqliteLocation } from './url.ts'

/** A read transaction on a connection of its own: the log keeps what it may still have to see. */
export function sqliteSnapshot(path: string): Snapshot {
  const database = openForReading(path)
  try {
    database.exec('BEGIN')
    database.prepare('SELECT count(*) FROM versions').get() // the moment is that of the first read
  } catch (error) {
    database.close()
    throw readError(error)
  }
  const builder = sqliteBuilder(database)
  return {
    rows: (kind, slice) => rowsOf(builder, kind, slice),
    close: async () => {
      if (database.isOpen) database.close()
    },
  }
}

/** Empties every table in one transaction and tells other processes' caches. */
export function eraseSqlite(location: SqliteLocation, busyTimeoutMs: number): void {
  const database = openForWriting(location, busyTimeoutMs)
  try {
    database.exec('BEGIN IMMEDIATE')
    for (const table of TABLES) database.exec(`DELETE FROM ${table}`)
    database.exec("UPDATE audit_marks SET seq = 0, hash = x'', mac = x''")
    database.exec('UPDATE versions SET version = version + 1; COMMIT')
  } catch (error) {
    throw openError(location.path, error)
  } finally {
    database.close() // rolls back what was not committed
  }
}
