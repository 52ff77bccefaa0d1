import type { EpochSeconds } from './clock.ts'
import type { EventEnvelope } from './events.ts'

/** An event as it is stored in the transaction of the change it tells of. */
export interface OutboxEvent {
  /** Events of one key leave in the order in which they were committed. */
  readonly key: string
  /** The envelope as JSON, byte for byte what is published. */
  readonly payload: string
  readonly createdAt: EpochSeconds
}

/** A committed event with its place: no event ever appears before one that was read. */
export interface OutboxEntry extends OutboxEvent {
  readonly seq: number
}

/** An event as a reader gets it: with what the payload says, where that was still known. */
export interface ReadEntry extends OutboxEntry {
  readonly envelope?: EventEnvelope
}

/** How far one backend has come, and which process looks after it. */
export interface OutboxSink {
  readonly name: string
  /** All events up to this place are delivered, or parked. */
  readonly cursor: number
  /** Grows each time the lease changes hands: what a former holder still writes is refused. */
  readonly epoch: number
  readonly owner: string
  readonly leaseUntil: EpochSeconds
}

/** An event that a backend would not take, or one that waits behind such an event of its key. */
export interface ParkedEvent extends OutboxEntry {
  readonly sink: string
  readonly attempts: number
  readonly nextAttemptAt: EpochSeconds
  readonly error: string | undefined
  /** Set when it was given up: a dead letter. */
  readonly deadAt: EpochSeconds | undefined
}
