import type { BatchLimits } from './batch.ts'
import type { DeadlineQueue } from './deadline.ts'
import type { Lane } from './mailbox.ts'

/** W3C trace context of the work that caused a message; carried, never interpreted. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string | undefined
}

/** What a handler may know of a message beside its payload. Times are the scheduler's, in ms. */
export interface Envelope {
  /** The key the sender chose with `pool.for(key)`; empty for a single actor. */
  readonly key: string
  readonly trace: TraceContext | undefined
  readonly enqueuedAt: number
  /** When the asker stops waiting; `Infinity` without a deadline. Bound outside calls by it. */
  readonly deadlineAt: number
}

/** How one kind of message reaches an actor: one by one with `invoke`, or many by its `batch`. */
export interface Method {
  readonly name: string
  readonly batch: BatchMethod | undefined
  invoke(actor: object, payload: unknown, envelope: Envelope): unknown
}

export interface BatchMethod extends BatchLimits {
  invokeAll(actor: object, payloads: readonly unknown[], envelopes: readonly Envelope[]): unknown
}

/** Who is told when the deadline of a message passes. */
export interface MessageOwner {
  expire(message: Message): void
}

/** One message from acceptance to answer. It is its own envelope, which saves an allocation. */
export class Message implements Envelope {
  readonly owner: MessageOwner
  readonly method: Method
  readonly payload: unknown
  readonly key: string
  readonly trace: TraceContext | undefined
  readonly enqueuedAt: number
  readonly deadlineAt: number
  /** What was ambient where the message was sent; see `SystemHooks.ambient`. */
  readonly ambient: unknown
  id = 0
  startedAt = -1
  resolve: ((value: unknown) => void) | undefined
  reject: ((error: unknown) => void) | undefined
  lane: Lane | undefined
  before: Message | undefined
  after: Message | undefined
  deadlines: DeadlineQueue | undefined
  earlier: Message | undefined
  later: Message | undefined

  // Positional, and every field set: one allocation and one hidden class per message is what keeps
  // an ask well under a microsecond.
  constructor(
    owner: MessageOwner,
    method: Method,
    payload: unknown,
    key: string,
    trace: TraceContext | undefined,
    enqueuedAt: number,
    deadlineAt: number,
    ambient: unknown,
  ) {
    this.owner = owner
    this.method = method
    this.payload = payload
    this.key = key
    this.trace = trace
    this.enqueuedAt = enqueuedAt
    this.deadlineAt = deadlineAt
    this.ambient = ambient
    this.resolve = undefined
    this.reject = undefined
    this.lane = undefined
    this.before = undefined
    this.after = undefined
    this.deadlines = undefined
    this.earlier = undefined
    this.later = undefined
  }

  get hasStarted(): boolean {
    return this.startedAt >= 0
  }

  /** Gives the asker its answer; does nothing for a tell or once the asker has been answered. */
  answer(value: unknown): void {
    this.deadlines?.remove(this)
    const resolve = this.resolve
    this.resolve = undefined
    this.reject = undefined
    resolve?.(value)
  }

  /** Rejects the asker; does nothing for a tell or once the asker has been answered. */
  decline(error: unknown): void {
    this.deadlines?.remove(this)
    const reject = this.reject
    this.resolve = undefined
    this.reject = undefined
    reject?.(error)
  }
}
