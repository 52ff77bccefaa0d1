import { setTimeout as delay } from 'node:timers/promises'
import { StorageError } from '@grantd/domain'
import { ServerRefused } from './errors.ts'
import { Link } from './link.ts'
import type { LinkUse } from './session.ts'
import type { PostgresLocation } from './url.ts'

const PAUSE_MS = 200
/** A connection attempt that takes longer is given up for another one. */
const CONNECT_MS = 5_000

export const connect = (location: PostgresLocation, use: LinkUse): Promise<Link> =>
  Link.open(location, use, CONNECT_MS)

/**
 * The first connection of a process. A database that is still starting is waited for; one that
 * refuses is not. Rejects with StorageError naming host and database, never the password.
 */
export async function firstLink(location: PostgresLocation, patienceMs: number): Promise<Link> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      return await connect(location, 'primary')
    } catch (error) {
      if (error instanceof ServerRefused) throw error
      if (performance.now() + PAUSE_MS >= deadline) {
        const message = error instanceof Error ? error.message : String(error)
        throw new StorageError('unavailable', { message, cause: error })
      }
      await delay(PAUSE_MS)
    }
  }
}
