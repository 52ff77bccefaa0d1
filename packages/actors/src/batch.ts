import type { Envelope } from './message.ts'

/** Rejects one asker of a batch; the others get their results. Made by `refuse`. */
export class Refusal {
  readonly #error: unknown

  constructor(error: unknown) {
    this.#error = error
  }

  get error(): unknown {
    return this.#error
  }
}

/** As an element of a batch's results: rejects that asker with `error` and counts as no fault. */
export function refuse(error: unknown): Refusal {
  return new Refusal(error)
}

/** How messages are gathered into one call. */
export interface BatchLimits {
  /** Most messages of one call. */
  readonly max: number
  /** Calls of this member in progress at a time, per shard. Matters only where `lanes` > 1. */
  readonly inFlight: number
  /** `turn` starts a call at the end of the event-loop turn, `burst` after the current code. */
  readonly gather: 'turn' | 'burst'
}

/**
 * Takes the messages of one call, in the order they were sent, and gives one result for each, in the
 * same order. A throw rejects every asker of the call.
 */
export type BatchHandler<Message, Result> = (
  messages: readonly Message[],
  envelopes: readonly Envelope[],
) => readonly (Result | Refusal)[] | Promise<readonly (Result | Refusal)[]>

/** An actor member that handles many messages in one call. Made by `batch`. */
export class Batch<Message, Result> {
  readonly limits: BatchLimits
  readonly #handle: BatchHandler<Message, Result>

  constructor(limits: BatchLimits, handle: BatchHandler<Message, Result>) {
    this.limits = limits
    this.#handle = handle
  }

  handle(
    messages: readonly Message[],
    envelopes: readonly Envelope[],
  ): ReturnType<BatchHandler<Message, Result>> {
    return this.#handle(messages, envelopes)
  }
}

/**
 * An actor member that takes all messages waiting for it at once, at most `max`, as one call; what
 * arrives while a call is in progress makes up the next one (group commit). Senders see an ordinary
 * method with one message and one result. `inFlight` defaults to 1, `gather` to `turn`. Throws
 * RangeError when `max` or `inFlight` is not a positive whole number.
 */
export function batch<Message, Result>(
  limits: { readonly max: number } & Partial<BatchLimits>,
  handle: BatchHandler<Message, Result>,
): Batch<Message, Result> {
  const { max, inFlight = 1, gather = 'turn' } = limits
  for (const [name, value] of Object.entries({ max, inFlight })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`batch: ${name} must be a positive whole number, not ${value}`)
    }
  }
  return new Batch({ max, inFlight, gather }, handle)
}
