import type { Batch, Refusal } from './batch.ts'
import type { LifecycleHooks } from './lifecycle.ts'
import type { TraceContext } from './message.ts'

/** Names that a reference or the runtime uses itself; an actor cannot handle messages by them. */
type Reserved = keyof LifecycleHooks | 'tell' | 'with' | 'then'

// A method's parameters are compared loosely, so that a handler of any message type fits.
type AnyHandler = (...args: never[]) => unknown

// `never` and `unknown` admit a batch of any message and result, as AnyHandler does for handlers.
type AnyBatch = { readonly limits: object; handle(messages: never, envelopes: never): unknown }

/** The members of an actor that messages can be sent to. */
export type HandlerNames<A> = {
  [K in keyof A]-?: K extends Reserved | symbol
    ? never
    : A[K] extends AnyHandler | AnyBatch
      ? K
      : never
}[keyof A]

/** The message a handler takes, as the parameters of a call: none, an optional or a needed one. */
type MessageOf<Member> =
  Member extends Batch<infer Message, unknown>
    ? [message: Message]
    : Member extends (...args: infer Args) => unknown
      ? Args extends readonly []
        ? []
        : Args extends readonly [infer Message, ...unknown[]]
          ? [message: Message]
          : Args extends readonly [(infer Message)?, ...unknown[]]
            ? [message?: Message]
            : never
      : never

type AnswerOf<Member> =
  Member extends Batch<never, infer Result>
    ? Exclude<Awaited<Result>, Refusal>
    : Member extends (...args: never[]) => infer Result
      ? Awaited<Result>
      : never

// Both types map over a type parameter constrained by `keyof A` rather than renaming keys: only so
// do the members stay linked to the actor's own, and "go to definition" lands on the handler.
type Asks<A, K extends keyof A> = {
  readonly [P in K]: (...message: MessageOf<A[P]>) => Promise<AnswerOf<A[P]>>
}
type Tells<A, K extends keyof A> = {
  readonly [P in K]: (...message: MessageOf<A[P]>) => boolean
}

/** What one message, or each message of a reference, carries. */
export interface SendOptions {
  /** Milliseconds. An ask fails after it; a message that still waits by then is never handled. */
  readonly deadline?: number | undefined
  readonly trace?: TraceContext | undefined
}

/**
 * The only way to an actor of class `A`: its own methods, each of which sends a message and gives a
 * promise of the answer. An ask rejects with what the handler threw, MailboxFull, DeadlineExceeded or
 * ActorStopped; it never throws. Methods need their reference (`ref.deposit(…)`, not detached).
 */
export type Ref<A extends object> = Asks<A, HandlerNames<A>> & {
  /** Sends without waiting: true when accepted, false when turned away. Never throws. */
  readonly tell: Tells<A, HandlerNames<A>>
  /** The same reference whose messages carry `options`; what is left out stays as it is. */
  with(options: SendOptions): Ref<A>
}
