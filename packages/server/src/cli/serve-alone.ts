// Owns: running the server in the foreground, in one process, until it is told to stop.
import { type Assembly, assemble } from '../assemble.ts'
import { listenToManagement } from '../management.ts'
import { printBanner, printServing } from './banner.ts'
import { prepareDemo, seedAdministrator } from './demo.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { endOrderly, turnAway } from './orderly-end.ts'
import { listen } from './port.ts'
import { forgetRunning, noteRunning } from './running.ts'
import type { ServerRun } from './serve.ts'
import { settleHeap } from './settle-heap.ts'

/** Resolves with the exit code when the server has stopped. */
export async function serveAlone(run: ServerRun): Promise<ExitCode> {
  const { mode, settings, log } = run
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined) // heard below; a failure during the start must not end the process
  const assembly = await assemble({ settings, mode, log, onFatal: failed.reject })
  try {
    settleHeap()
    await listen(assembly.http, settings)
    await listenToManagement(assembly.management, settings)
    if (mode === 'dev') await announceDev(assembly, run)
    else await announceServing(assembly, run)
    await Promise.race([run.stopped, failed.promise])
    await turnAway(assembly, settings)
    return EXIT.ok
  } finally {
    if (mode === 'dev') forgetRunning(settings.data.dir)
    await endOrderly(assembly, settings)
    log.flush()
  }
}

async function announceDev(assembly: Assembly, run: ServerRun): Promise<void> {
  const { settings, json, startedAt } = run
  noteRunning(settings.data.dir, settings.server.port)
  const demo = await prepareDemo(assembly, settings)
  const [backend = ''] = settings.database.url.split(':')
  const hasSwaggerUi = settings.api_docs.document && settings.api_docs.swagger_ui
  const readyMs = performance.now() - startedAt
  printBanner({ assembly, demo, backend, hasSwaggerUi, readyMs, json })
}

async function announceServing(
  { services, issuer }: Assembly,
  { settings, log, startedAt }: ServerRun,
): Promise<void> {
  await seedAdministrator(settings, services)
  const hasAdministrator = (await services.storage.users.countAdmins()) > 0
  const readyMs = performance.now() - startedAt
  printServing({ log, issuer, settings, hasAdministrator, readyMs })
}
