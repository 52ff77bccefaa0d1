import type { Decision } from './supervision.ts'

/** What every inspection event says. `id` is the message's number within its system. */
export interface InspectionSubject {
  readonly id: number
  readonly actor: string
  readonly shard: number
  readonly key: string
  readonly method: string
  /** Scheduler time in ms. */
  readonly at: number
}

/**
 * One step in the life of one message; `wait` and `run` in ms. Every accepted message shows
 * `enqueued`, then either `dead`, or `started` and one of `finished`, `refused`, `failed`. A message
 * turned away at the door shows `dead` alone.
 */
export type Inspection = InspectionSubject &
  (
    | { readonly kind: 'enqueued' }
    | { readonly kind: 'started'; readonly wait: number }
    | { readonly kind: 'finished'; readonly run: number }
    | { readonly kind: 'refused'; readonly run: number; readonly error: unknown }
    | { readonly kind: 'failed'; readonly run: number; readonly error: unknown }
    | { readonly kind: 'dead'; readonly reason: DeadReason }
  )

export type DeadReason = 'full' | 'stopped' | 'expired'

/**
 * A message that nobody handled and whose sender may not know: a tell that was turned away, or an
 * accepted message that expired or lost its actor. `message` may hold secrets; do not log it.
 */
export interface DeadLetter {
  readonly actor: string
  readonly shard: number
  readonly key: string
  readonly method: string
  readonly message: unknown
  readonly reason: DeadReason
}

/** A fault: of a handler, or of the hook that `method` names. */
export interface Failure {
  readonly actor: string
  readonly shard: number
  readonly key: string
  readonly method: string
  readonly error: unknown
  readonly decision: Decision
}

/** A shard that supervision gave up: it stays stopped. */
export interface Escalation {
  readonly actor: string
  readonly shard: number
  readonly cause: unknown
}
