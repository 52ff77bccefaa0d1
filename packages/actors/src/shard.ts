import { type Context, type Tick, type Timers, timerMethod } from './context.ts'
import { ActorStopped, DeadlineExceeded, MailboxFull } from './errors.ts'
import type { DeadReason } from './inspection.ts'
import { Journal } from './journal.ts'
import { Lifecycle } from './lifecycle.ts'
import { Mailbox, type Order } from './mailbox.ts'
import { Message, type Method, type TraceContext } from './message.ts'
import type { ShardMetrics } from './metrics.ts'
import { Runner } from './runner.ts'
import type { Runtime } from './runtime.ts'
import type { Cancel } from './scheduler.ts'
import type { Supervision } from './supervision.ts'

/** The settings of a shard with every default filled in. */
export interface ShardSettings {
  readonly order: Order
  /** Handler calls in progress at a time. */
  readonly lanes: number
  /** Bound on messages waiting plus in progress. */
  readonly mailbox: number
  /** Milliseconds an ask may take when it does not say. */
  readonly deadline: number
  readonly supervision: Supervision
}

/** Where a shard stands and how it makes its actor. */
export interface ShardPlace {
  readonly name: string
  readonly index: number
  readonly runtime: Runtime
  create(context: Context): object
  contextFor(shard: Shard, timers: Timers): Context
}

/** A turn ends after this many milliseconds, so that a slow shard does not hold up the rest. */
const LONGEST_TURN = 1

/**
 * Asynchronous handlers return fast, so the clock is read only after every so many of them: a look
 * costs 50 ns, a tenth of an ask.
 */
const CLOCK_EVERY = 8

// One executor for all asks, handing its functions over through these two: a closure per ask would
// cost more than the rest of accepting it.
let givenResolve: (value: unknown) => void
let givenReject: (error: unknown) => void
const executor = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
  givenResolve = resolve
  givenReject = reject
}

/** One mailbox and one actor instance at a time: accepts messages and runs them in turns. */
export class Shard {
  readonly lifecycle: Lifecycle
  readonly #place: ShardPlace
  readonly #runtime: Runtime
  readonly #settings: ShardSettings
  readonly #mailbox: Mailbox
  readonly #journal: Journal
  readonly #runner: Runner
  #isScheduled = false
  #isClosing = false
  #cause: unknown
  #cancelDrain: Cancel = () => {}

  /** Creates the first instance; throws what `create` throws. */
  constructor(place: ShardPlace, settings: ShardSettings) {
    const { name, index, runtime } = place
    this.#place = place
    this.#runtime = runtime
    this.#settings = settings
    this.#journal = new Journal(name, index, runtime)
    this.#mailbox = new Mailbox(settings.order, (method) =>
      runtime.scheduler.turn(() => {
        this.#mailbox.openBatch(method)
        this.#proceed()
      }),
    )
    this.lifecycle = new Lifecycle({
      name,
      shard: index,
      runtime,
      supervision: settings.supervision,
      create: (context) => place.create(context),
      contextFor: (timers) => place.contextFor(this, timers),
      deliver: (tick, key) => this.#deliver(tick, key),
      onReady: () => this.#proceed(),
      onStopped: (cause) => this.#abandon(cause),
    })
    this.#runner = new Runner({
      name,
      runtime,
      journal: this.#journal,
      mailbox: this.#mailbox,
      lifecycle: this.lifecycle,
      onSettled: () => this.#proceed(),
    })
  }

  /** Never throws; `deadline` in ms, `undefined` for the setting of this shard. */
  ask(
    method: Method,
    payload: unknown,
    key: string,
    deadline: number | undefined,
    trace: TraceContext | undefined,
  ): Promise<unknown> {
    const span = deadline ?? this.#settings.deadline
    const reason = this.#reasonAgainst(span)
    if (reason) {
      this.#journal.turnedAway(method, payload, key, reason, 'ask')
      return Promise.reject(this.#errorFor(reason, method.name))
    }
    const promise = new Promise(executor)
    const message = this.#messageFor(method, payload, key, span, trace)
    message.resolve = givenResolve
    message.reject = givenReject
    this.#accept(message)
    return promise
  }

  /** Never throws; false when the message was turned away. Without `deadline` it waits for ever. */
  tell(
    method: Method,
    payload: unknown,
    key: string,
    deadline: number | undefined,
    trace: TraceContext | undefined,
  ): boolean {
    const span = deadline ?? Number.POSITIVE_INFINITY
    const reason = this.#reasonAgainst(span)
    if (reason) {
      this.#journal.turnedAway(method, payload, key, reason, 'tell')
      return false
    }
    this.#accept(this.#messageFor(method, payload, key, span, trace))
    return true
  }

  /** The deadline of `message` passed. */
  expire(message: Message): void {
    if (message.hasStarted) {
      this.#journal.expiredCount++
      message.decline(new DeadlineExceeded(this.#place.name, message.method.name, true))
      return
    }
    this.#mailbox.remove(message)
    this.#runner.buryExpired(message, this.#runtime.scheduler.now())
    this.#proceed()
  }

  /**
   * Takes no more messages, handles those it has for up to `drain` ms, then stops. Calling again
   * replaces the time left. Settles, never rejects, when all is over.
   */
  close(drain: number): Promise<void> {
    this.#isClosing = true
    this.#cancelDrain()
    if (this.lifecycle.state === 'stopped') return this.lifecycle.closed
    if (!(drain > 0)) this.lifecycle.stop()
    else if (drain !== Number.POSITIVE_INFINITY) {
      const stop = () => this.lifecycle.stop()
      this.#cancelDrain = this.#runtime.scheduler.timer(drain, stop, true)
    }
    this.#proceed()
    return this.lifecycle.closed
  }

  metrics(): ShardMetrics {
    const journal = this.#journal
    const oldest = this.#mailbox.oldest()
    return {
      shard: this.#place.index,
      state: this.lifecycle.state,
      depth: this.#mailbox.waiting,
      inFlight: this.#runner.running.length,
      keys: this.#mailbox.activeKeys,
      oldest: oldest === undefined ? 0 : (this.#runtime.scheduler.now() - oldest) * 1_000,
      handled: journal.handledCount,
      refused: journal.refusedCount,
      failed: journal.failedCount,
      full: journal.fullCount,
      expired: journal.expiredCount,
      restarts: this.lifecycle.restarts,
      wait: journal.wait.read(),
      run: journal.run.read(),
    }
  }

  #reasonAgainst(span: number): DeadReason | undefined {
    if (this.#isClosing || this.lifecycle.state === 'stopped') return 'stopped'
    if (this.#mailbox.waiting + this.#runner.running.length >= this.#settings.mailbox) return 'full'
    return span > 0 ? undefined : 'expired'
  }

  #errorFor(reason: DeadReason, method = ''): Error {
    const { name, index } = this.#place
    switch (reason) {
      case 'full':
        return new MailboxFull(name, index, this.#settings.mailbox)
      case 'expired':
        return new DeadlineExceeded(name, method, false)
      case 'stopped':
        return new ActorStopped(name, index, this.#cause)
    }
  }

  #messageFor(
    method: Method,
    payload: unknown,
    key: string,
    span: number,
    trace: TraceContext | undefined,
  ): Message {
    const now = this.#runtime.scheduler.now()
    const ambient = this.#runtime.ambient?.getStore()
    if (span === Number.POSITIVE_INFINITY) {
      return new Message(this, method, payload, key, trace, now, span, ambient)
    }
    const whole = Math.ceil(span)
    const message = new Message(this, method, payload, key, trace, now, now + whole, ambient)
    this.#runtime.deadlines.watch(message, whole)
    return message
  }

  #accept(message: Message): void {
    this.#mailbox.add(message)
    this.#journal.accepted(message)
    if (this.#mayStart()) this.#schedule()
  }

  #deliver(tick: Tick, key: string): boolean {
    if (this.#isClosing) return false
    return this.tell(timerMethod, tick, key, undefined, undefined)
  }

  #mayStart(): boolean {
    return (
      this.#mailbox.hasReady && this.#runner.calls < this.#settings.lanes && this.lifecycle.isReady
    )
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#runtime.scheduler.defer(this.#turn)
  }

  #turn = (): void => {
    const { scheduler } = this.#runtime
    let now = scheduler.now()
    const end = now + LONGEST_TURN
    for (let left = scheduler.burst; left > 0 && now <= end && this.#mayStart(); left--) {
      const message = this.#mailbox.next()
      if (message) now = this.#runner.start(message, now)
      if (left % CLOCK_EVERY === 1) now = scheduler.now()
    }
    this.#isScheduled = false
    this.#proceed()
  }

  /** Goes on after a change: schedules a turn, or stops when closing and nothing is left. */
  #proceed(): void {
    if (this.#mayStart()) this.#schedule()
    else if (this.#isClosing && this.#isIdle()) this.lifecycle.stop()
  }

  #isIdle(): boolean {
    const isEmpty = this.#mailbox.waiting === 0 && this.#runner.running.length === 0
    return isEmpty && this.lifecycle.state !== 'starting'
  }

  /** The shard stopped: whoever waits for an answer hears it, whatever `cause` there was. */
  #abandon(cause: unknown): void {
    this.#cause = cause
    this.#cancelDrain()
    const error = this.#errorFor('stopped')
    const now = this.#runtime.scheduler.now()
    for (const message of this.#mailbox.all()) {
      this.#mailbox.remove(message)
      message.decline(error)
      this.#journal.dead(message, 'stopped', now)
    }
    let message = this.#runner.running.first
    while (message) {
      message.decline(error)
      message = message.after
    }
  }
}
