// Owns: noticing that the database does not answer, and answering in its place until it does.
// Does not own: connections and their time-outs (@grantd/storage). Start here: `guardStorage`.
import { Chain, type Linked } from '@grantd/actors'
import { StorageError } from '@grantd/domain'
import { CircuitBreaker } from '@grantd/limits'
import type { Log } from '@grantd/oauth'
import type { OpenedStorage } from '@grantd/storage'

export interface StorageCircuitOptions {
  readonly failureThreshold: number
  readonly successThreshold: number
  readonly log: Pick<Log, 'warn'>
}

/** While something is asked, so often it is looked whether anything was answered. */
const LOOK_MS = 200
/** Looks without any answer after which the database itself is asked. */
const SILENT_LOOKS = 2
/** How long it may take to answer that. All in all a request hears "no" in less than a second. */
const PING_MS = 350
/** The same for `/ready`, which is asked by somebody who has time. */
const READY_MS = 900
/** A ping that is not answered for so long never will be; another one may be. */
const LOST_PING_MS = 5_000
/** The pause between two probes while it is gone. */
const PROBE_MS = 250

/** A question to the database that waits for its answer. */
class Call implements Linked<Call> {
  isWaiting = true
  before: Call | undefined = undefined
  after: Call | undefined = undefined
  readonly isCommit: boolean
  readonly reject: (error: StorageError) => void

  constructor(isCommit: boolean, reject: (error: StorageError) => void) {
    this.isCommit = isCommit
    this.reject = reject
  }
}

/**
 * The circuit of the database. Two things raise suspicion: that nothing has been answered for half a
 * second although something was asked, and failures in a row. Neither opens it: one slow statement
 * hangs too, and a stranger may find a request that fails. What opens it is that the database does not
 * answer a ping. Then whoever waits is told at once, and so is everyone who asks, until pings succeed.
 */
export class StorageCircuit {
  readonly breaker: CircuitBreaker
  readonly #storage: OpenedStorage
  readonly #options: StorageCircuitOptions
  /** A chain, for the reason that mailboxes have (`LaneTable`): calls come and go all the time. */
  readonly #calls = new Chain<Call>()
  #isOpen = false
  #isStopped = false
  #isSuspected = false
  #failures = 0
  #answers = 0
  #answersSeen = 0
  #silentLooks = 0
  #timer: NodeJS.Timeout | undefined
  #ping: Promise<boolean> | undefined

  constructor(storage: OpenedStorage, options: StorageCircuitOptions) {
    this.#storage = storage
    this.#options = options
    this.breaker = new CircuitBreaker({
      ...options,
      openMs: PROBE_MS,
      halfOpenMaxProbes: 1,
      now: () => performance.now(),
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Asks the database. Rejects with StorageError at once while it is gone. */
  run<Result>(isCommit: boolean, ask: () => Promise<Result>): Promise<Result> {
    if (this.#isOpen) return Promise.reject(gone('unavailable'))
    return new Promise((resolve, reject) => {
      const call = new Call(isCommit, reject)
      this.#calls.push(call)
      this.#look()
      ask().then(
        (result) => {
          this.#answered(call)
          this.#failures = 0
          resolve(result)
        },
        (error: unknown) => {
          this.#answered(call)
          if (isFailure(error)) this.#failed()
          else this.#failures = 0
          reject(error)
        },
      )
    })
  }

  /** For readiness. Rejects with StorageError within a second. */
  async ping(): Promise<void> {
    if (this.#isOpen || !(await this.#answersWithin(READY_MS))) throw gone('unavailable')
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #answered(call: Call): void {
    if (call.isWaiting) this.#end(call)
    this.#answers++
  }

  #end(call: Call): void {
    call.isWaiting = false
    this.#calls.remove(call)
  }

  #failed(): void {
    this.#failures++
    if (this.#failures >= this.#options.failureThreshold) void this.#suspect()
  }

  #look(): void {
    if (this.#timer !== undefined || this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const isSilent = this.#calls.length > 0 && this.#answers === this.#answersSeen
      this.#answersSeen = this.#answers
      this.#silentLooks = isSilent ? this.#silentLooks + 1 : 0
      if (this.#silentLooks >= SILENT_LOOKS) void this.#suspect()
      if (this.#calls.length > 0) this.#look()
    }, LOOK_MS)
    this.#timer.unref()
  }

  async #suspect(): Promise<void> {
    if (this.#isSuspected || this.#isOpen || this.#isStopped) return
    this.#isSuspected = true
    const isAlive = await this.#answersWithin(PING_MS)
    this.#isSuspected = false
    this.#failures = 0
    this.#silentLooks = 0
    if (!isAlive && !this.#isStopped) this.#open()
  }

  async #answersWithin(ms: number): Promise<boolean> {
    const ping = this.#pinged()
    const soon = Promise.withResolvers<boolean>()
    // An answer may be there already when this process itself was slow: it is read before giving up.
    const timer = setTimeout(() => setImmediate(() => soon.resolve(false)), ms)
    try {
      return await Promise.race([ping, soon.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  /** One at a time: a database that hangs must not be given more to do with every look. */
  #pinged(): Promise<boolean> {
    this.#ping ??= new Promise<boolean>((resolve) => {
      const lost = setTimeout(() => resolve(false), LOST_PING_MS).unref()
      const done = (isAlive: boolean) => {
        clearTimeout(lost)
        resolve(isAlive)
      }
      this.#storage.ping().then(
        () => done(true),
        () => done(false),
      )
    }).finally(() => {
      this.#ping = undefined
    })
    return this.#ping
  }

  #open(): void {
    this.#isOpen = true
    this.breaker.trip()
    this.#options.log.warn({}, 'the database does not answer; requests that need it are refused')
    // What only waited for a connection is taken back first: then it is surely not written.
    this.#storage.refuseWaiting?.()
    setImmediate(() => {
      for (let call = this.#calls.first; call !== undefined; call = this.#calls.first) {
        this.#end(call)
        call.reject(gone(call.isCommit ? 'unknown' : 'unavailable'))
      }
    })
    void this.#probe()
  }

  async #probe(): Promise<void> {
    while (!this.#isStopped) {
      await new Promise<void>((resume) => setTimeout(resume, PROBE_MS).unref())
      const ticket = this.breaker.tryEnter()
      if (ticket === 0) continue // a timer may be early by a fraction
      if (await this.#pinged()) this.breaker.succeed(ticket)
      else this.breaker.fail(ticket)
      if (this.breaker.state === 'closed') return this.#close()
    }
  }

  #close(): void {
    this.#failures = 0
    this.#silentLooks = 0
    this.#isOpen = false
    this.#options.log.warn({}, 'the database answers again')
  }
}

function isFailure(error: unknown): boolean {
  return error instanceof StorageError && (error.kind === 'unavailable' || error.kind === 'unknown')
}

function gone(kind: 'unavailable' | 'unknown'): StorageError {
  return new StorageError(kind, { message: 'the database does not answer' })
}
