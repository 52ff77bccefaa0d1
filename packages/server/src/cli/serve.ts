// Owns: running the server in the foreground, in dev or production, until a signal.
import { type Assembly, assemble } from '../assemble.ts'
import { formatProblems } from '../config/format.ts'
import type { LoadedSettings } from '../config/load.ts'
import type { Mode } from '../config/mode.ts'
import { effectiveJson, effectiveRows, formatRows } from '../config/print.ts'
import type { Settings } from '../config/settings.ts'
import { createLog } from '../log.ts'
import { printBanner, printServing } from './banner.ts'
import { prepareDemo, seedAdministrator } from './demo.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { loadToServe } from './load-to-serve.ts'
import { load, type Whereabouts } from './locate.ts'
import { choosePort, listenError } from './port.ts'
import { hasColour } from './report.ts'
import { forgetRunning, noteRunning, refuseSecondDev } from './running.ts'
import { settleHeap } from './settle-heap.ts'

const DRAIN_MS = 10_000
/** A terminal sends Ctrl-C to the launcher too, which passes it on: one wish, not two. */
const SAME_WISH_MS = 500

export interface ServeOptions extends Whereabouts {
  readonly mode: Extract<Mode, 'dev' | 'serve'>
  readonly json: boolean
}

/** Resolves with the exit code when the server has stopped. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const startedAt = performance.now()
  const stopped = untilSignal()
  const { mode, terminal } = options
  const loaded = mode === 'serve' ? loadToServe(options) : load(mode, options)
  if (loaded.problems.length > 0) {
    terminal.say(formatProblems(loaded.problems, { colour: hasColour(terminal) }))
  }
  const settings = await settleSettings(loaded, options)
  const log = createLog(settings)
  if (settings.debug.config) {
    const rows = effectiveRows(loaded)
    if (settings.log.format === 'pretty') terminal.say(formatRows(rows))
    else log.info({ config: effectiveJson(rows) }, 'effective configuration')
  }
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  failed.catch(() => undefined) // heard below; a failure during the start must not end the process
  const assembly = await assemble({ settings, mode, log, onFatal: (error) => fail(error) })
  try {
    settleHeap()
    await listen(assembly, settings)
    const ready = { assembly, settings, json: options.json, startedAt }
    if (mode === 'dev') await announceDev(ready)
    else await announceServing(ready)
    await Promise.race([stopped, failed])
    return EXIT.ok
  } finally {
    if (mode === 'dev') forgetRunning(settings.data.dir)
    await assembly.stop(DRAIN_MS)
    log.flush()
  }
}

/** The settings with the port that will really be taken: it is part of the issuer and of every URL. */
async function settleSettings(loaded: LoadedSettings, options: ServeOptions): Promise<Settings> {
  const { settings, sources } = loaded
  const { host, port } = settings.server
  const mayMove = options.mode === 'dev' && !sources.has('server.port')
  if (mayMove) await refuseSecondDev(settings.data.dir, host)
  const taken = await choosePort({ host, port, mayMove })
  if (mayMove && taken !== port) {
    options.terminal.say(`grantd: port ${port} is in use by another program; taking ${taken}`)
  }
  // Whoever asks for one JSON line reads the rest by program too.
  const isJson = options.json && !sources.has('log.format')
  return {
    ...settings,
    server: { ...settings.server, port: taken },
    log: isJson ? { ...settings.log, format: 'json' } : settings.log,
  }
}

interface Ready {
  readonly assembly: Assembly
  readonly settings: Settings
  readonly json: boolean
  readonly startedAt: number
}

async function announceDev({ assembly, settings, json, startedAt }: Ready): Promise<void> {
  noteRunning(settings.data.dir, settings.server.port)
  const demo = await prepareDemo(assembly, settings)
  const [backend = ''] = settings.database.url.split(':')
  printBanner({ assembly, demo, backend, readyMs: performance.now() - startedAt, json })
}

async function announceServing({ assembly, settings, startedAt }: Ready): Promise<void> {
  const { services } = assembly
  await seedAdministrator(settings, services)
  const hasAdministrator = (await services.storage.users.countAdmins()) > 0
  printServing({ assembly, settings, hasAdministrator, readyMs: performance.now() - startedAt })
}

async function listen(assembly: Assembly, settings: Settings): Promise<void> {
  const { host, port } = settings.server
  try {
    await assembly.http.listen(port, host)
  } catch (error) {
    throw listenError(error, host, port)
  }
}

/** Resolves at the first signal; a second one, later, ends the process at once. */
function untilSignal(): Promise<void> {
  return new Promise((done) => {
    let firstAt: number | undefined
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        const now = performance.now()
        if (firstAt !== undefined && now - firstAt > SAME_WISH_MS) process.exit(EXIT.failed)
        firstAt ??= now
        done()
      })
    }
  })
}
