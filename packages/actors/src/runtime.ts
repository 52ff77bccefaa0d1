import { Deadlines } from './deadline.ts'
import type { DeadLetter, Escalation, Failure, Inspection } from './inspection.ts'
import { type Scheduler, SystemScheduler } from './scheduler.ts'

/** An `AsyncLocalStorage`, or what behaves like one. */
export interface Ambient {
  getStore(): unknown
  run<Args extends unknown[], Result>(
    store: unknown,
    call: (...args: Args) => Result,
    ...args: Args
  ): Result
}

/** What `around` may know of a call. */
export interface HandlerCall {
  readonly actor: string
  readonly method: string
  /** Milliseconds between the sending and this call. */
  readonly wait: number
}

/**
 * The hooks of a system. They observe: what a hook throws is ignored, and nothing waits for it.
 */
export interface SystemHooks {
  /** Where time and turns come from. Default: the real clock and event loop. */
  readonly scheduler?: Scheduler | undefined
  /** True for an error that is an answer; everything else a handler throws is a fault. Default: none is. */
  readonly isRefusal?: ((error: unknown) => boolean) | undefined
  readonly onDeadLetter?: ((letter: DeadLetter) => void) | undefined
  readonly onFailure?: ((failure: Failure) => void) | undefined
  /** A shard was given up for good. A server does well to end itself here. */
  readonly onEscalation?: ((escalation: Escalation) => void) | undefined
  /**
   * Each message carries what is stored here where it was sent, and its handler runs with that; a
   * batch, which serves many senders, runs with what happens to be there.
   */
  readonly ambient?: Ambient | undefined
  /**
   * Called instead of each handler, where what is ambient is the sender's; has to return what `handle`
   * returns. Batches pass it by. Costs nothing when absent.
   */
  readonly around?: ((call: HandlerCall, handle: () => unknown) => unknown) | undefined
  /** Sees every step of every message. Costs nothing when absent. */
  readonly inspect?: ((event: Inspection) => void) | undefined
}

/** What the shards of one system share. */
export class Runtime {
  readonly scheduler: Scheduler
  readonly deadlines: Deadlines
  readonly isRefusal: (error: unknown) => boolean
  readonly inspect: ((event: Inspection) => void) | undefined
  readonly ambient: Ambient | undefined
  readonly around: SystemHooks['around']
  deadLetters = 0
  messages = 0
  readonly #hooks: SystemHooks

  constructor(hooks: SystemHooks) {
    this.#hooks = hooks
    this.scheduler = hooks.scheduler ?? new SystemScheduler()
    this.deadlines = new Deadlines(this.scheduler)
    this.isRefusal = hooks.isRefusal ?? (() => false)
    this.ambient = hooks.ambient
    this.around = hooks.around
    this.inspect = inspectorOf(this.scheduler, hooks.inspect)
  }

  deadLetter(letter: DeadLetter): void {
    this.deadLetters++
    observe(this.#hooks.onDeadLetter, letter)
  }

  failed(failure: Failure): void {
    observe(this.#hooks.onFailure, failure)
  }

  escalate(escalation: Escalation): void {
    observe(this.#hooks.onEscalation, escalation)
  }
}

function inspectorOf(
  scheduler: Scheduler,
  inspect: SystemHooks['inspect'],
): ((event: Inspection) => void) | undefined {
  if (!inspect && !scheduler.observe) return undefined
  return (event) => {
    scheduler.observe?.(event)
    observe(inspect, event)
  }
}

function observe<Event>(hook: ((event: Event) => void) | undefined, event: Event): void {
  try {
    hook?.(event)
  } catch {
    // An observer must not break what it observes: tell would throw, and a turn would end halfway.
  }
}
