import { Refusal } from './batch.ts'
import { Chain } from './chain.ts'
import { DeadlineExceeded } from './errors.ts'
import type { Journal } from './journal.ts'
import type { Incarnation, Lifecycle } from './lifecycle.ts'
import type { Lane, Mailbox } from './mailbox.ts'
import type { BatchMethod, Message } from './message.ts'
import type { Runtime } from './runtime.ts'

/** What a runner works with; `onSettled` is called after each handler call that settled. */
export interface RunnerParts {
  readonly name: string
  readonly runtime: Runtime
  readonly journal: Journal
  readonly mailbox: Mailbox
  readonly lifecycle: Lifecycle
  readonly onSettled: () => void
}

/** One call of a batch member. */
interface BatchCall {
  readonly method: Message['method']
  readonly messages: readonly Message[]
  readonly lanes: ReadonlySet<Lane>
  readonly incarnation: Incarnation
}

/** Calls the handlers of one shard and gives askers what comes back: answer, refusal or fault. */
export class Runner {
  readonly running: Chain<Message> = new Chain()
  /** Handler calls in progress; a batch call is one. */
  calls = 0
  readonly #parts: RunnerParts

  constructor(parts: RunnerParts) {
    this.#parts = parts
  }

  /**
   * Handles `message`, which `mailbox.next()` gave, at `now`. Returns the time it read last, which
   * saves the next message a look at the clock. Never throws.
   */
  start(message: Message, now: number): number {
    const { batch } = message.method
    if (batch) return this.#startBatch(message, batch, now)
    if (message.deadlineAt <= now) {
      this.buryExpired(message, now)
      this.#release(message)
      return now
    }
    const { incarnation } = this.#parts.lifecycle
    this.#enter(incarnation)
    this.#begin(message, now)
    let result: unknown
    let pending: Promise<unknown> | undefined
    try {
      result = this.#invoke(message, incarnation.actor)
      if (isThenable(result)) pending = Promise.resolve(result)
    } catch (error) {
      return this.#fail(message, incarnation, error)
    }
    if (!pending) return this.#finish(message, incarnation, result)
    pending.then(
      (value) => this.#finish(message, incarnation, value),
      (error) => this.#fail(message, incarnation, error),
    )
    return now
  }

  /** Ends a message whose deadline passed before it was started. */
  buryExpired(message: Message, now: number): void {
    this.#parts.journal.expiredCount++
    message.decline(new DeadlineExceeded(this.#parts.name, message.method.name, false))
    this.#parts.journal.dead(message, 'expired', now)
  }

  /** A turn serves messages of many senders; each handler finds what was ambient for its own. */
  #invoke(message: Message, actor: object): unknown {
    const { ambient, around } = this.#parts.runtime
    if (around !== undefined) return this.#invokeWithin(around, message, actor)
    if (ambient === undefined) return message.method.invoke(actor, message.payload, message)
    return ambient.run(message.ambient, message.method.invoke, actor, message.payload, message)
  }

  #invokeWithin(around: NonNullable<Runtime['around']>, message: Message, actor: object): unknown {
    const { name, runtime } = this.#parts
    const { method, payload } = message
    const wait = message.startedAt - message.enqueuedAt
    const handle = () => method.invoke(actor, payload, message)
    const call = () => around({ actor: name, method: method.name, wait }, handle)
    return runtime.ambient === undefined ? call() : runtime.ambient.run(message.ambient, call)
  }

  #finish(message: Message, incarnation: Incarnation, value: unknown): number {
    const now = this.#parts.runtime.scheduler.now()
    this.#answer(message, value, now)
    this.#leave(incarnation)
    this.#release(message)
    this.#parts.onSettled()
    return now
  }

  #fail(message: Message, incarnation: Incarnation, error: unknown): number {
    const now = this.#parts.runtime.scheduler.now()
    const isRefusal = this.#isRefusal(error)
    this.#decline(message, error, isRefusal, now)
    this.#leave(incarnation)
    this.#release(message)
    if (!isRefusal) {
      this.#parts.lifecycle.fault(incarnation, message.method.name, message.key, error)
    }
    this.#parts.onSettled()
    return now
  }

  #startBatch(first: Message, batch: BatchMethod, now: number): number {
    const { mailbox, lifecycle, runtime } = this.#parts
    const { incarnation } = lifecycle
    const gathered = mailbox.gather(first)
    const messages = gathered.filter((message) => message.deadlineAt > now)
    const lanes = new Set<Lane>()
    for (const message of gathered) {
      if (message.lane) lanes.add(message.lane)
      if (message.deadlineAt <= now) this.buryExpired(message, now)
      else this.#begin(message, now)
    }
    const call: BatchCall = { method: first.method, messages, lanes, incarnation }
    this.#enter(incarnation)
    const payloads = messages.map((message) => message.payload)
    let results: unknown
    let pending: Promise<unknown> | undefined
    try {
      results = messages.length === 0 ? [] : batch.invokeAll(incarnation.actor, payloads, messages)
      if (isThenable(results)) pending = Promise.resolve(results)
    } catch (error) {
      return this.#failBatch(call, error)
    }
    if (!pending) return this.#finishBatch(call, results)
    pending.then(
      (value) => this.#finishBatch(call, value),
      (error) => this.#failBatch(call, error),
    )
    return runtime.scheduler.now()
  }

  #finishBatch(call: BatchCall, results: unknown): number {
    const { messages, method } = call
    if (!Array.isArray(results) || results.length !== messages.length) {
      const given = Array.isArray(results) ? `${results.length} results` : typeof results
      const wanted = `${messages.length} results, one for each message in order`
      return this.#failBatch(
        call,
        new TypeError(`batch ${method.name} gave ${given}, not ${wanted}`),
      )
    }
    const now = this.#parts.runtime.scheduler.now()
    for (const [index, message] of messages.entries()) {
      const result: unknown = results[index]
      if (result instanceof Refusal) this.#decline(message, result.error, true, now)
      else this.#answer(message, result, now)
    }
    this.#leaveBatch(call)
    this.#parts.onSettled()
    return now
  }

  #failBatch(call: BatchCall, error: unknown): number {
    const now = this.#parts.runtime.scheduler.now()
    const isRefusal = this.#isRefusal(error)
    for (const message of call.messages) this.#decline(message, error, isRefusal, now)
    this.#leaveBatch(call)
    if (!isRefusal) {
      const key = call.messages[0]?.key ?? ''
      this.#parts.lifecycle.fault(call.incarnation, call.method.name, key, error)
    }
    this.#parts.onSettled()
    return now
  }

  #begin(message: Message, now: number): void {
    message.startedAt = now
    this.running.push(message)
    this.#parts.journal.started(message, now)
  }

  #answer(message: Message, value: unknown, now: number): void {
    this.running.remove(message)
    this.#parts.journal.handled(message, now)
    message.answer(value)
  }

  #decline(message: Message, error: unknown, isRefusal: boolean, now: number): void {
    this.running.remove(message)
    if (isRefusal) this.#parts.journal.refused(message, now, error)
    else this.#parts.journal.failed(message, now, error)
    message.decline(error)
  }

  #enter(incarnation: Incarnation): void {
    this.calls++
    incarnation.calls++
  }

  #leave(incarnation: Incarnation): void {
    this.calls--
    this.#parts.lifecycle.leave(incarnation)
  }

  #leaveBatch(call: BatchCall): void {
    this.#leave(call.incarnation)
    for (const lane of call.lanes) this.#parts.mailbox.release(lane)
    this.#parts.mailbox.endBatch(call.method)
  }

  #release(message: Message): void {
    if (message.lane) this.#parts.mailbox.release(message.lane)
  }

  #isRefusal(error: unknown): boolean {
    try {
      return this.#parts.runtime.isRefusal(error)
    } catch {
      return false // a judge that fails has not said that this is an answer
    }
  }
}

function isThenable(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
