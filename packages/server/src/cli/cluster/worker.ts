// Owns: one of several processes that serve one port. Does not own: when it starts and what follows
// its end (primary.ts). Start here: `runWorker`.
import { assemble } from '../../assemble.ts'
import { createLog } from '../../log.ts'
import { listenToManagement } from '../../management.ts'
import { seedAdministrator } from '../demo.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { endOrderly, turnAway } from '../orderly-end.ts'
import { listen } from '../port.ts'
import { report } from '../report.ts'
import { settleHeap } from '../settle-heap.ts'
import { untilSignal } from '../signals.ts'
import { processTerminal } from '../terminal.ts'
import { WorkerScrapes } from './scrapes.ts'
import type { Order, Report } from './talk.ts'

/** Resolves with the exit code when the worker has stopped. Without its primary it ends at once. */
export async function runWorker(): Promise<ExitCode> {
  const terminal = processTerminal()
  const orders = listenToOrders()
  try {
    return await serveAsWorker(await orders.start, orders)
  } catch (error) {
    return report(error, terminal)
  }
}

type StartOrder = Extract<Order, { order: 'start' }>

interface Orders {
  readonly start: Promise<StartOrder>
  readonly listen: Promise<void>
  /** An order of the primary, or a signal: a terminal sends Ctrl-C to all processes. */
  readonly stopped: Promise<void>
  readonly scrapes: WorkerScrapes
}

function listenToOrders(): Orders {
  const start = Promise.withResolvers<StartOrder>()
  const toListen = Promise.withResolvers<void>()
  const stop = Promise.withResolvers<void>()
  const scrapes = new WorkerScrapes(tell)
  process.on('message', (message: Order) => {
    if (message.order === 'start') start.resolve(message)
    else if (message.order === 'listen') toListen.resolve()
    else if (message.order === 'stop') stop.resolve()
    else scrapes.heard(message)
  })
  const stopped = Promise.race([stop.promise, untilSignal()])
  return { start: start.promise, listen: toListen.promise, stopped, scrapes }
}

async function serveAsWorker(start: StartOrder, orders: Orders): Promise<ExitCode> {
  const { settings, number } = start
  const log = createLog(settings, { pid: process.pid })
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined) // heard below
  const onFatal = failed.reject
  const { scrapes } = orders
  const expose = scrapes.expose
  const assembly = await assemble({ settings, mode: 'serve', log, worker: number, onFatal, expose })
  scrapes.answerWith(async () => (await assembly.metrics?.read()) ?? [])
  const { services, issuer } = assembly
  try {
    settleHeap()
    if (start.isFirst) await seedAdministrator(settings, services)
    const hasAdministrator = (await services.storage.users.countAdmins()) > 0
    tell({ report: 'prepared', issuer, hasAdministrator })
    const isWanted = await Promise.race([
      orders.listen.then(() => true),
      orders.stopped.then(() => false),
    ])
    if (!isWanted) return EXIT.ok
    await listen(assembly.http, settings)
    await listenToManagement(assembly.management, settings)
    tell({ report: 'listening' })
    await Promise.race([orders.stopped, failed.promise])
    await turnAway(assembly, settings)
    return EXIT.ok
  } finally {
    await endOrderly(assembly, settings)
    log.flush()
  }
}

function tell(message: Report): void {
  if (process.connected) process.send?.(message)
}
