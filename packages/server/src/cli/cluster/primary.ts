// Owns: `grantd serve` with several workers: one banner, one exit code. Does not own: the workers
// (fleet.ts).
import { printServing } from '../banner.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { longestEnd } from '../orderly-end.ts'
import type { ServerRun } from '../serve.ts'
import { settleHeap } from '../settle-heap.ts'
import { Fleet } from './fleet.ts'

/** Resolves with the exit code when all workers have stopped. */
export async function servePrimary(run: ServerRun, workers: number): Promise<ExitCode> {
  const { settings, log, startedAt } = run
  const fleet = new Fleet({ settings, log, workers })
  const wanted = run.stopped.then(() => EXIT.ok)
  const { cert } = settings.server.tls
  // Its default is the end of the process. With a certificate it asks for a new look at the files.
  if (cert !== undefined) process.on('SIGHUP', () => fleet.passOn('SIGHUP'))
  const announced = fleet.start().then(({ issuer, hasAdministrator }) => {
    const readyMs = performance.now() - startedAt
    printServing({ log, issuer, settings, hasAdministrator, readyMs, workers })
    settleHeap()
  })
  const code = await Promise.race([wanted, fleet.failed, announced.then(() => wanted)])
  const isClean = await fleet.stop(longestEnd(settings))
  log.flush()
  return code === EXIT.ok && !isClean ? EXIT.failed : code
}
