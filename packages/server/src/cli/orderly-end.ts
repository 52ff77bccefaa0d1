// Owns: how long a server may take to stop, and what happens when it takes longer.
import type { Assembly } from '../assemble.ts'
import type { Settings } from '../config/settings.ts'
import { formatStartError, StartError } from '../start-error.ts'
import { EXIT } from './exit.ts'

/** For actors, storage and logs, after the requests. */
const SLACK_MS = 5_000

/** Milliseconds within which a server that was told to stop has ended, one way or the other. */
export function longestEnd({ server }: Settings): number {
  return (server.shutdown_delay_secs + server.shutdown_timeout_secs) * 1_000 + SLACK_MS
}

/** Readiness off, the configured pause, in which everything is still served. */
export function turnAway(assembly: Assembly, { server }: Settings): Promise<void> {
  return assembly.drain(server.shutdown_delay_secs * 1_000)
}

/** Stops the server. What hangs for longer than it may is ended with the process: exit 1. */
export async function endOrderly(assembly: Assembly, { server }: Settings): Promise<void> {
  const drainMs = server.shutdown_timeout_secs * 1_000
  const late = setTimeout(() => {
    process.stderr.write(formatStartError(stopTimeout()))
    process.exit(EXIT.failed)
  }, drainMs + SLACK_MS)
  try {
    await assembly.stop(drainMs)
  } finally {
    clearTimeout(late)
  }
}

/** Nothing that was acknowledged is lost: it was on disk before. */
export function stopTimeout(): StartError {
  return new StartError(
    'E_STOP_TIMEOUT',
    'the server did not end in time and was ended',
    'look in the log for what it waited for; OAUTH2_SHUTDOWN_TIMEOUT_SECS gives it longer',
  )
}
