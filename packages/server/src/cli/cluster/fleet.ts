// Owns: the workers: started, started anew when they end, stopped. Does not own: what a worker does
// (worker.ts). Start here: `Fleet.start`.
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../../config/settings.ts'
import type { ServerLog } from '../../log.ts'
import { formatStartError, StartError } from '../../start-error.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { stopTimeout } from '../orderly-end.ts'
import { MOST_ENDS, restartPause } from './restart-plan.ts'
import { FleetScrapes } from './scrapes.ts'
import type { Order, Prepared, Report } from './talk.ts'

const ENTRY = fileURLToPath(new URL('../../worker-main.ts', import.meta.url))

/** One place among the workers; whoever ends is followed by another process with its number. */
interface Place {
  readonly number: number
  readonly ends: number[]
  worker: Worker | undefined
  pause: NodeJS.Timeout | undefined
}

interface Begun {
  readonly prepared: Promise<Prepared>
  readonly listening: Promise<void>
  listen(): void
}

export class Fleet {
  /** Resolves with an exit code when the fleet cannot go on; `stop` is then still to be called. */
  readonly failed: Promise<ExitCode>
  readonly #settings: Settings
  readonly #log: ServerLog
  readonly #places: readonly Place[]
  readonly #fail: (code: ExitCode) => void
  readonly #scrapes = new FleetScrapes(() => this.#living())
  #hasStarted = false
  #isStopping = false

  constructor(options: { settings: Settings; log: ServerLog; workers: number }) {
    this.#settings = options.settings
    this.#log = options.log
    this.#places = Array.from({ length: options.workers }, (_, index) => ({
      number: index + 1,
      ends: [],
      worker: undefined,
      pause: undefined,
    }))
    const failed = Promise.withResolvers<ExitCode>()
    this.failed = failed.promise
    this.#fail = failed.resolve
  }

  /**
   * Resolves when all of them listen; never, when one of them cannot (`failed` tells then). The first
   * migrates, makes keys and meets what is wrong, so that it is said once, before a port is open.
   */
  async start(): Promise<Prepared> {
    cluster.setupPrimary({ exec: ENTRY, args: [] })
    const [first, ...others] = this.#places
    if (first === undefined) throw new RangeError('a fleet has at least one worker')
    const leader = this.#begin(first, true)
    const known = await leader.prepared
    const followers = others.map((place) => this.#begin(place))
    await Promise.all(followers.map(({ prepared }) => prepared))
    for (const worker of [leader, ...followers]) {
      worker.listen()
      await worker.listening
    }
    this.#hasStarted = true
    return known
  }

  /** Ends all workers in order; after `longestMs` by force. Resolves to whether none was forced or failed. */
  async stop(longestMs: number): Promise<boolean> {
    this.#isStopping = true
    for (const { pause } of this.#places) clearTimeout(pause)
    const living = this.#living()
    const ends = living.map((worker) => once(worker, 'exit'))
    for (const worker of living) tell(worker, { order: 'stop' })
    const late = setTimeout(() => {
      process.stderr.write(formatStartError(stopTimeout()))
      for (const worker of living) worker.process.kill('SIGKILL')
    }, longestMs)
    const codes = await Promise.all(ends)
    clearTimeout(late)
    return codes.every(([code]) => code === 0)
  }

  /** Sends a signal on to every worker that runs. */
  passOn(signal: 'SIGHUP'): void {
    for (const { worker } of this.#places) worker?.process.kill(signal)
  }

  #living(): readonly Worker[] {
    return this.#places.flatMap(({ worker }) => (worker === undefined ? [] : [worker]))
  }

  #begin(place: Place, isFirst = false): Begun {
    const { number } = place
    const prepared = Promise.withResolvers<Prepared>()
    const listening = Promise.withResolvers<void>()
    const worker = cluster.fork()
    place.worker = worker
    worker.on('message', (message: Report) => {
      if (this.#scrapes.heard(worker, message)) return
      if (message.report === 'listening') listening.resolve()
      else if (message.report === 'prepared') prepared.resolve(message)
    })
    worker.on('error', () => undefined) // it ended while it was told something; `exit` follows
    worker.once('exit', (code: number | null, signal: string | null) => {
      place.worker = undefined
      this.#scrapes.ended(worker)
      this.#ended(place, worker, code ?? undefined, signal ?? undefined)
    })
    tell(worker, { order: 'start', settings: this.#settings, number, isFirst })
    return {
      prepared: prepared.promise,
      listening: listening.promise,
      listen: () => tell(worker, { order: 'listen' }),
    }
  }

  #ended(place: Place, worker: Worker, code: number | undefined, signal: string | undefined): void {
    if (this.#isStopping) return
    const about = { worker: place.number, ended: worker.process.pid, code, signal }
    if (this.#hasStarted) {
      this.#startAnew(place, about)
      return
    }
    // With a code it has said why; a signal came from outside.
    if (code === undefined) this.#log.error(about, 'a worker was ended during the start')
    this.#fail((code || EXIT.failed) as ExitCode) // workers end with codes of that list
  }

  #startAnew(place: Place, about: object): void {
    const now = performance.now()
    place.ends.push(now)
    const pause = restartPause(place.ends, now)
    if (pause === undefined) {
      process.stderr.write(formatStartError(tooManyEnds(place.number)))
      this.#fail(EXIT.failed)
      return
    }
    this.#log.warn({ ...about, pause_ms: pause }, 'a worker ended; it is started anew')
    place.ends.splice(0, place.ends.length - MOST_ENDS)
    place.pause = setTimeout(() => void this.#replace(place), pause)
  }

  async #replace(place: Place): Promise<void> {
    const worker = this.#begin(place)
    await worker.prepared
    worker.listen()
    await worker.listening
    const { number, worker: process } = place
    this.#log.info({ worker: number, pid: process?.process.pid }, 'a worker serves again')
  }
}

function tell(worker: Worker, order: Order): void {
  if (worker.isConnected()) worker.send(order)
}

function tooManyEnds(number: number): StartError {
  return new StartError(
    'E_WORKERS',
    `worker ${number} ended six times within a minute`,
    'the log says why it ended; start the server anew when that is mended',
  )
}
