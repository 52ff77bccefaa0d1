import type { QueryResult } from 'pg'
import { ServerRefused } from './errors.ts'
import type { PostgresLocation } from './url.ts'

/** `primary` reads and writes and is never behind; `replica` serves lists that may be seconds old. */
export type LinkUse = 'primary' | 'replica'

/** What a transaction may be left open without a word, in milliseconds. */
const IDLE_IN_TRANSACTION_MS = 5_000

/**
 * Sent once on each new connection, whatever the database, the role or the server's file say: an
 * acknowledged commit is on disk, and guards are judged by what is committed now. `remote_apply` is
 * stronger than `on` and stays.
 */
export function sessionSettings(location: PostgresLocation, use: LinkUse): string {
  const isReadOnly = use === 'replica' || location.isReadOnly
  return [
    'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`,
    "SET TIME ZONE 'UTC'",
    `SET statement_timeout = ${location.statementTimeoutMs}`,
    `SET lock_timeout = ${location.lockTimeoutMs}`,
    `SET idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
    "SET bytea_output = 'hex'",
    `SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit')
       WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)`,
  ].join(';\n')
}

/** Sent behind the settings, as a transaction of its own that shows what they have brought about. */
export const SESSION_CHECK = `SELECT current_setting('server_encoding') AS encoding,
       current_setting('synchronous_commit', true) AS synchronous_commit,
       current_setting('fsync', true) AS fsync,
       current_setting('full_page_writes', true) AS full_page_writes,
       current_setting('transaction_isolation') AS isolation,
       current_setting('transaction_read_only') AS read_only`

/** Throws ServerRefused when the server would break a promise, naming the setting and the remedy. */
export function checkSession(result: QueryResult, location: PostgresLocation, use: LinkUse): void {
  const row: Record<string, unknown> = result.rows[0] ?? {}
  const refuse = (reason: string) => {
    throw new ServerRefused(`PostgreSQL at ${location.label}: ${reason}`)
  }
  if (row.encoding !== 'UTF8') {
    refuse(`its encoding is ${row.encoding}; create the database with ENCODING 'UTF8'`)
  }
  if (use === 'replica' || location.isReadOnly) return
  if (row.read_only === 'on') {
    refuse('it is read-only (a standby?); OAUTH2_DATABASE_URL must name the primary')
  }
  if (row.synchronous_commit !== 'on' && row.synchronous_commit !== 'remote_apply') {
    refuse(`synchronous_commit is ${row.synchronous_commit}; it must be on`)
  }
  for (const setting of ['fsync', 'full_page_writes']) {
    if (row[setting] === 'off') {
      refuse(`${setting} is off, so a power cut loses acknowledged tokens; turn it on`)
    }
  }
  if (row.isolation !== 'read committed') {
    refuse(`transactions are ${row.isolation}; grantd needs READ COMMITTED`)
  }
}
