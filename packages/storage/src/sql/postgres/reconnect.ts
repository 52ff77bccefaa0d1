import { setTimeout as delay } from 'node:timers/promises'
import { ServerRefused } from './errors.ts'
import type { Link } from './link.ts'

const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 1_000

export interface Attempts {
  readonly connect: () => Promise<Link>
  /** Aborted when nobody wants the connection any more. */
  readonly signal: AbortSignal
  /** Told of each failure, so that those who wait can say why. */
  readonly onFailure?: (error: unknown) => void
}

/**
 * Connects, again and again with growing and scattered pauses: many processes must not all knock at
 * the same moment when a server comes back. Rejects only when `signal` is aborted.
 */
export async function connectWithBackoff({ connect, signal, onFailure }: Attempts): Promise<Link> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    signal.throwIfAborted()
    try {
      const link = await connect()
      if (!signal.aborted) return link
      link.destroy()
    } catch (error) {
      onFailure?.(error)
      // A server that refuses may be mended by its operator; there is no hurry.
      if (error instanceof ServerRefused) wait = LONGEST_WAIT_MS
    }
    await delay(wait * (0.5 + Math.random()), undefined, { signal })
  }
}
