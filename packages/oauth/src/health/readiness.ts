// Owns: whether requests may be sent to this process: its database answers and takes writes.
// Does not own: what probes are told (health-endpoints.ts). Start here: `check`.
import type { Storage } from '@grantd/domain'
import type { EventRecorder } from '../events/recorder.ts'
import type { Log } from '../services.ts'

/** `read_only`: it answers, and takes nothing. */
export type DatabaseState = 'ok' | 'unavailable' | 'read_only'

/** Probes come from everywhere; the database hears of one a second. */
const GOOD_FOR_MS = 1_000
/** Longer than a slow disk, shorter than the patience of a probe. */
const PATIENCE_MS = 900
/** Nothing was written for so long: a write of ours finds out what reads cannot tell, as a full disk. */
const WRITE_EVERY_MS = 10_000
const NOTE = 'readiness'

export interface ReadinessPorts {
  readonly storage: Pick<Storage, 'ping' | 'commit'>
  readonly events: Pick<EventRecorder, 'takeLastWrite'>
  readonly log: Pick<Log, 'warn' | 'error'>
  /** Milliseconds of a clock that never steps. */
  readonly now?: () => number
}

export class Readiness {
  readonly #ports: ReadinessPorts
  readonly #now: () => number
  #answer: Promise<DatabaseState> | undefined
  #askedAt = Number.NEGATIVE_INFINITY
  #wroteAt = Number.NEGATIVE_INFINITY
  #last: DatabaseState = 'ok'

  constructor(ports: ReadinessPorts) {
    this.#ports = ports
    this.#now = ports.now ?? (() => performance.now())
  }

  /** As of a second ago at most. Never rejects. */
  check(): Promise<DatabaseState> {
    const now = this.#now()
    if (this.#answer === undefined || now - this.#askedAt >= GOOD_FOR_MS) {
      this.#askedAt = now
      this.#answer = this.#ask()
    }
    return this.#answer
  }

  async #ask(): Promise<DatabaseState> {
    const state = await this.#look()
    if (state !== this.#last && state === 'ok')
      this.#ports.log.warn({}, 'readiness: the database is back')
    this.#last = state
    return state
  }

  async #look(): Promise<DatabaseState> {
    const { storage, events } = this.#ports
    try {
      await promptly(storage.ping())
    } catch (error) {
      this.#complain('unavailable', error, 'readiness: the database does not answer')
      return 'unavailable'
    }
    // What requests wrote is proof enough; that one of them could not is a reason to look.
    const lastWrite = events.takeLastWrite()
    if (lastWrite === 'committed') this.#wroteAt = this.#now()
    const isProven = lastWrite !== 'failed' && this.#now() - this.#wroteAt < WRITE_EVERY_MS
    if (this.#last === 'ok' && isProven) return 'ok'
    try {
      await promptly(storage.commit([{ kind: 'note.put', name: NOTE, text: 'takes writes' }]))
      this.#wroteAt = this.#now()
      return 'ok'
    } catch (error) {
      this.#complain('read_only', error, 'readiness: the database takes no writes')
      return 'read_only'
    }
  }

  /** Said once, not for every probe. */
  #complain(state: DatabaseState, err: unknown, message: string): void {
    if (state !== this.#last) this.#ports.log.error({ err }, message)
  }
}

async function promptly(asked: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), PATIENCE_MS)
  try {
    await Promise.race([asked, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
