// Owns: what is settled before a server starts: its settings, its port, its log, how many processes.
// Does not own: the one process (serve-alone.ts), several of them (cluster/primary.ts).
import { availableParallelism } from 'node:os'
import { formatProblems } from '../config/format.ts'
import type { LoadedSettings } from '../config/load.ts'
import type { Mode } from '../config/mode.ts'
import { effectiveJson, effectiveRows, formatRows } from '../config/print.ts'
import type { Settings } from '../config/settings.ts'
import { createLog, type ServerLog } from '../log.ts'
import type { ExitCode } from './exit.ts'
import { loadToServe } from './load-to-serve.ts'
import { load, type Whereabouts } from './locate.ts'
import { choosePort } from './port.ts'
import { hasColour } from './report.ts'
import { refuseSecondDev } from './running.ts'
import { untilSignal } from './signals.ts'

export interface ServeOptions extends Whereabouts {
  readonly mode: Extract<Mode, 'dev' | 'serve'>
  readonly json: boolean
}

/** One run of a server. */
export interface ServerRun {
  readonly mode: ServeOptions['mode']
  readonly json: boolean
  /** With the port that is really taken. */
  readonly settings: Settings
  readonly log: ServerLog
  /** As `performance.now()` tells it. */
  readonly startedAt: number
  /** Resolves when the server is told to stop. */
  readonly stopped: Promise<void>
}

/** Resolves with the exit code when the server has stopped. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const startedAt = performance.now()
  const stopped = untilSignal()
  const { mode, json, terminal } = options
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
  const run: ServerRun = { mode, json, settings, log, startedAt, stopped }
  const workers = settings.server.workers || availableParallelism()
  // Loaded only now: a primary needs nothing of what serves.
  if (workers === 1) return (await import('./serve-alone.ts')).serveAlone(run)
  return (await import('./cluster/primary.ts')).servePrimary(run, workers)
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
