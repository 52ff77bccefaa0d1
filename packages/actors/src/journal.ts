import type { DeadReason, InspectionSubject } from './inspection.ts'
import type { Message, Method } from './message.ts'
import { Stopwatch } from './metrics.ts'
import type { Runtime } from './runtime.ts'

/** Writes down what happens to the messages of one shard: counters, inspection, dead letters. */
export class Journal {
  handledCount = 0
  refusedCount = 0
  failedCount = 0
  fullCount = 0
  expiredCount = 0
  readonly wait: Stopwatch = new Stopwatch()
  readonly run: Stopwatch = new Stopwatch()
  readonly #actor: string
  readonly #shard: number
  readonly #runtime: Runtime

  constructor(actor: string, shard: number, runtime: Runtime) {
    this.#actor = actor
    this.#shard = shard
    this.#runtime = runtime
  }

  accepted(message: Message): void {
    const { inspect } = this.#runtime
    if (!inspect) return
    message.id = ++this.#runtime.messages
    inspect({ ...this.#subject(message, message.enqueuedAt), kind: 'enqueued' })
  }

  started(message: Message, now: number): void {
    const wait = now - message.enqueuedAt
    this.wait.record(wait)
    this.#runtime.inspect?.({ ...this.#subject(message, now), kind: 'started', wait })
  }

  handled(message: Message, now: number): void {
    const run = now - message.startedAt
    this.handledCount++
    this.run.record(run)
    this.#runtime.inspect?.({ ...this.#subject(message, now), kind: 'finished', run })
  }

  refused(message: Message, now: number, error: unknown): void {
    const run = now - message.startedAt
    this.refusedCount++
    this.run.record(run)
    this.#runtime.inspect?.({ ...this.#subject(message, now), kind: 'refused', run, error })
  }

  failed(message: Message, now: number, error: unknown): void {
    const run = now - message.startedAt
    this.failedCount++
    this.run.record(run)
    this.#runtime.inspect?.({ ...this.#subject(message, now), kind: 'failed', run, error })
  }

  /** An accepted message will never be handled. */
  dead(message: Message, reason: DeadReason, now: number): void {
    this.#runtime.inspect?.({ ...this.#subject(message, now), kind: 'dead', reason })
    this.#letter(message.method, message.payload, message.key, reason)
  }

  /** A message was not even accepted. An asker hears of it, so only a tell makes a dead letter. */
  turnedAway(
    method: Method,
    payload: unknown,
    key: string,
    reason: DeadReason,
    sender: 'ask' | 'tell',
  ): void {
    if (reason === 'full') this.fullCount++
    if (reason === 'expired') this.expiredCount++
    const { inspect, scheduler } = this.#runtime
    if (inspect) {
      const id = ++this.#runtime.messages
      const subject = { id, actor: this.#actor, shard: this.#shard, key, method: method.name }
      inspect({ ...subject, at: scheduler.now(), kind: 'dead', reason })
    }
    if (sender === 'tell') this.#letter(method, payload, key, reason)
  }

  #letter(method: Method, message: unknown, key: string, reason: DeadReason): void {
    const { name } = method
    this.#runtime.deadLetter({
      actor: this.#actor,
      shard: this.#shard,
      key,
      method: name,
      message,
      reason,
    })
  }

  #subject(message: Message, at: number): InspectionSubject {
    const { id, key, method } = message
    return { id, actor: this.#actor, shard: this.#shard, key, method: method.name, at }
  }
}
