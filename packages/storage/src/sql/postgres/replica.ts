import type { Clock } from '@grantd/domain'
import { type Lists, listsOf } from '../lists.ts'
import { postgresBuilder } from './dialect.ts'
import { connect } from './open.ts'
import { type PoolLimits, ReadPool } from './read-pool.ts'
import type { PostgresLocation } from './url.ts'

/** An operator's list waits this long for a replica before the primary answers instead. */
const PATIENCE_MS = 1_000

/**
 * Lists that a replica may answer, since a row that is seconds late harms nobody: the pages of
 * clients, of users and of the audit log. Everything that decides (tokens, codes, sessions, keys,
 * versions, the number of administrators) and what people look at right after they changed it (their
 * own sessions, consents and grants) is read from the primary. So is everything when no replica answers.
 */
export function replicaLists(
  location: PostgresLocation,
  primary: Lists,
  clock: Clock,
  limits: PoolLimits,
): { lists: Lists; close: () => Promise<void> } {
  const pool = new ReadPool(() => connect(location, 'replica'), undefined, {
    ...limits,
    acquireTimeoutMs: Math.min(PATIENCE_MS, limits.acquireTimeoutMs),
  })
  const replica = listsOf(postgresBuilder(pool), clock)
  const orPrimary =
    <Page, Row>(there: (page: Page) => Promise<Row>, here: (page: Page) => Promise<Row>) =>
    (page: Page): Promise<Row> =>
      there(page).catch(() => here(page))
  return {
    lists: {
      ...primary,
      clients: orPrimary(replica.clients, primary.clients),
      users: orPrimary(replica.users, primary.users),
      audit: { ...primary.audit, list: orPrimary(replica.audit.list, primary.audit.list) },
    },
    close: () => pool.close(),
  }
}
