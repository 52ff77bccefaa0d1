import type { Snapshot } from '@grantd/domain'
import { rowsOf, TABLES } from '../rows.ts'
import { postgresBuilder } from './dialect.ts'
import { failureOf } from './errors.ts'
import type { Link } from './link.ts'
import { connect } from './open.ts'
import { eventsOf } from './outbox-places.ts'
import type { PostgresLocation } from './url.ts'

/** A long transaction may rest between two slices. */
const PATIENCE =
  'SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0'

/** A transaction on a connection of its own that sees what was committed when it began. */
export async function postgresSnapshot(location: PostgresLocation): Promise<Snapshot> {
  const link = await connect(location, 'primary')
  try {
    await link.query({ text: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${PATIENCE}` })
    await link.query({ text: 'SELECT 1 FROM versions' }) // the moment is that of the first read
  } catch (error) {
    link.destroy()
    throw failureOf(error)
  }
  const query: Link['query'] = async (statement) => {
    try {
      return await link.query(statement)
    } catch (error) {
      throw failureOf(error)
    }
  }
  const builder = postgresBuilder({ query })
  return {
    rows: (kind, slice) => rowsOf(builder, kind, slice, { event: eventsOf }),
    close: () => link.close(),
  }
}

/** Empties every table in one transaction and tells other processes' caches. */
export async function erasePostgres(location: PostgresLocation): Promise<void> {
  const link = await connect(location, 'primary')
  try {
    await link.query({
      text: `BEGIN; SET LOCAL statement_timeout = 0;
             TRUNCATE ${TABLES.join(', ')};
             UPDATE audit_marks SET seq = 0, hash = '', mac = '';
             UPDATE versions SET version = version + 1; COMMIT`,
    })
  } catch (error) {
    throw failureOf(error)
  } finally {
    await link.close()
  }
}
