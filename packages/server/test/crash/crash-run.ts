// Owns: the life of one database through many kills: start, look back, load, kill, and again.
// Does not own: which kills (kills.ts). Start here: `CrashRun.run`.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { Caller } from './caller.ts'
import { Cast } from './cast.ts'
import { isInCheckpoint, killInCheckpoint } from './checkpoint-watch.ts'
import { type Entry, Journal } from './journal.ts'
import type { Kill } from './kills.ts'
import { ServerProcess, Site } from './server-process.ts'
import { verifyEntry, verifyFile } from './verify.ts'
import { NoAnswer } from './wire.ts'
import { runLane, type Stage } from './workload.ts'

const LANES = 6
/** Entries of earlier cycles that each restart looks at again; the last restart looks at all. */
const LOOK_BACK = 20
/** How long a cycle may take to reach the point where it is to be killed. */
const REACH_DEADLINE_MS = 60_000
const EXPIRED_TOKENS = 1_500

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>
  readonly lie?: string
  /** Done to the files after each kill. */
  readonly afterKill?: (database: string) => void
}

export class CrashRun {
  readonly journal = new Journal()
  /** How often each kind of kill struck. */
  readonly struck = new Map<string, number>()
  /** Kills that left a checkpoint half done; one may end in the moment before it is struck. */
  checkpointsCut = 0
  readonly #options: RunOptions
  #cast: Cast | undefined
  #startMs = 500

  constructor(options: RunOptions) {
    this.#options = options
  }

  /** Goes through all kills on one database, then looks at everything once more. */
  async run(kills: readonly Kill[]): Promise<void> {
    using site = await Site.create({ OAUTH2_JANITOR_INTERVAL_SECS: '1', ...this.#options.env })
    for (const kill of kills) {
      if (kill.when === 'at start') await this.#killStart(site, kill)
      else await this.#cycle(site, kill)
      this.struck.set(kill.name, (this.struck.get(kill.name) ?? 0) + 1)
      this.#options.afterKill?.(site.database)
    }
    await using server = await ServerProcess.start(site, { lie: this.#options.lie })
    const stage = await this.#stage(site, server)
    await this.#verify(stage, this.journal.entries.slice())
    stage.caller.close()
    verifyFile(this.journal, site.database)
    await server.stop()
  }

  /** False when the server was killed at its point so early that nobody could ask anything. */
  async #isReady(server: ServerProcess, kill: Kill): Promise<boolean> {
    try {
      await server.ready
      this.#startMs = server.readyMs
      return true
    } catch (error) {
      if (kill.failpoint !== undefined && server.killedAt === kill.name) return false
      throw error
    }
  }

  /** Killed before it is ready; nobody has asked it anything yet. */
  async #killStart(site: Site, kill: Kill): Promise<void> {
    const server = new ServerProcess(site, { failpoint: kill.failpoint })
    if (kill.failpoint === undefined) {
      await pause(Math.random() * this.#startMs)
      return server.kill()
    }
    await server.ended
    assert.equal(`${server.killedAt}`, kill.name, server.talk)
  }

  async #cycle(site: Site, kill: Kill): Promise<void> {
    if (kill.name === 'in-purge') await this.#cast?.litter(site, EXPIRED_TOKENS)
    const server = new ServerProcess(site, { failpoint: kill.failpoint, lie: this.#options.lie })
    const deadline = setTimeout(() => server.kill(), REACH_DEADLINE_MS)
    const stop = new AbortController()
    let lanes: Promise<unknown> = Promise.resolve()
    try {
      if (!(await this.#isReady(server, kill))) return
      const stage = await this.#stage(site, server)
      await this.#verify(stage, this.#dueEntries())
      verifyFile(this.journal, site.database)
      lanes = this.#load(stage, stop.signal)
      await this.#strike(server, kill, site)
    } finally {
      stop.abort()
      await server.kill()
      await lanes
      clearTimeout(deadline)
    }
    if (kill.failpoint !== undefined) assert.equal(`${server.killedAt}`, kill.name, server.talk)
  }

  async #strike(server: ServerProcess, kill: Kill, site: Site): Promise<void> {
    if (kill.failpoint !== undefined) return server.ended
    if (kill.name !== 'in-checkpoint') {
      const { acknowledgements } = kill
      if (acknowledgements === undefined) await pause(30 + Math.random() * 300)
      else await Promise.race([this.journal.acknowledgements(acknowledgements), server.ended])
      return server.kill()
    }
    const index = `${site.database}-shm`
    const pid = server.child.pid ?? 0
    const isStruck = await killInCheckpoint({ index, pid, deadlineMs: REACH_DEADLINE_MS })
    assert.ok(isStruck, 'no checkpoint came about in time')
    await server.ended
    if (isInCheckpoint(index)) this.checkpointsCut++
  }

  async #stage(site: Site, server: ServerProcess): Promise<Stage> {
    this.#cast ??= await Cast.on(site)
    return { caller: new Caller(server.port), journal: this.journal, cast: this.#cast }
  }

  async #load(stage: Stage, signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: LANES }, () => runLane(stage, signal)))
    stage.caller.close()
  }

  /** What the last cycle touched, and a few of those before it. */
  #dueEntries(): Entry[] {
    const due = new Set(this.journal.takeTouched())
    const { entries } = this.journal
    for (let n = 0; n < LOOK_BACK; n++) {
      const entry = entries[Math.floor(Math.random() * entries.length)]
      if (entry !== undefined) due.add(entry)
    }
    return [...due]
  }

  /** Codes come last: looking at a spent one is a replay, which ends its family. */
  async #verify(stage: Stage, due: readonly Entry[]): Promise<void> {
    const isCode = (entry: Entry) => entry.kind === 'code'
    await this.#verifyAtOnce(
      stage,
      due.filter((entry) => !isCode(entry)),
    )
    await this.#verifyAtOnce(stage, due.filter(isCode))
  }

  /** A failpoint may strike already here; what was not looked at yet stays due. */
  async #verifyAtOnce(stage: Stage, entries: readonly Entry[]): Promise<void> {
    const left = entries.values()
    const lane = async (): Promise<void> => {
      for (const entry of left) {
        try {
          await verifyEntry(stage, entry)
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error
          this.journal.touch(entry)
          for (const other of left) this.journal.touch(other)
        }
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  }
}
