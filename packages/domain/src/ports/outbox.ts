import type { EpochSeconds } from '../clock.ts'
import type { EventEnvelope } from '../events.ts'
import type { OutboxEntry, OutboxEvent, OutboxSink, ParkedEvent, ReadEntry } from '../outbox.ts'

/**
 * Changes of the outbox. Only `outbox.append` belongs into the units of features; the rest is the
 * relay's, whose writes stand or fall with the lease it holds on a sink.
 */
export type OutboxChange =
  | {
      readonly kind: 'outbox.append'
      readonly event: OutboxEvent
      /** What the payload says; never stored, it comes back where the storage still has it in memory. */
      readonly envelope?: EventEnvelope
    }
  /** A backend that was not known before begins at `cursor`; a known one stays where it is. */
  | { readonly kind: 'outbox.addSink'; readonly sink: string; readonly cursor: number }
  | { readonly kind: 'outbox.removeSink'; readonly sink: string }
  /** Guard: the sink exists and is this owner's, or its lease ended before `at`. A change of owner grows the epoch. */
  | {
      readonly kind: 'outbox.lease'
      readonly sink: string
      readonly owner: string
      readonly at: EpochSeconds
      readonly until: EpochSeconds
    }
  /** Guard: the lease is still this owner's. Lets another process begin at once. */
  | { readonly kind: 'outbox.release'; readonly sink: string; readonly owner: string }
  /** Guard: epoch and cursor are what is stored. `from` equal to `to` only proves the lease. */
  | {
      readonly kind: 'outbox.advance'
      readonly sink: string
      readonly epoch: number
      readonly from: number
      readonly to: number
    }
  /** Guard: the sink exists. Delivers again all that is stored after `cursor`; ends the lease of who reads it now. */
  | { readonly kind: 'outbox.rewind'; readonly sink: string; readonly cursor: number }
  | { readonly kind: 'outbox.park'; readonly parked: ParkedEvent }
  /** Guard: it is parked and has had `seen` attempts. */
  | {
      readonly kind: 'outbox.attempted'
      readonly sink: string
      readonly seq: number
      readonly seen: number
      readonly attempts: number
      readonly nextAttemptAt: EpochSeconds
      readonly error: string
      readonly deadAt: EpochSeconds | undefined
    }
  | { readonly kind: 'outbox.unpark'; readonly sink: string; readonly seq: number }
  /** Guard: it is a dead letter. Tries it again from the first attempt. */
  | {
      readonly kind: 'outbox.revive'
      readonly sink: string
      readonly seq: number
      readonly at: EpochSeconds
    }
  /** Deletes at most about `limit` events that every sink has passed and that were made before `before`. */
  | { readonly kind: 'outbox.trim'; readonly before: EpochSeconds; readonly limit: number }
  /** Of a copy, into a database that nothing else writes to: the event keeps its place, new ones come after it. */
  | { readonly kind: 'outbox.copyEvent'; readonly entry: OutboxEntry }
  /** Of a copy: a sink that nobody looks after. New events come after `cursor`, also when all up to it are gone. */
  | { readonly kind: 'outbox.copySink'; readonly sink: string; readonly cursor: number }

export interface OutboxStore {
  /**
   * Committed events after place `after`, in an order that never changes. Nothing appears later at a
   * place that was passed, whichever process wrote it.
   */
  read(after: number, limit: number): Promise<readonly ReadEntry[]>
  /** The last place that was given, also when its event is gone. */
  end(): Promise<number>
  sinks(): Promise<readonly OutboxSink[]>
  /** What waits for an attempt of `sink`, in order; dead letters are not among them. */
  parked(sink: string, limit: number): Promise<readonly ParkedEvent[]>
  /** Dead letters in order; of one sink when it is named. `after` is the place of the former page's last. */
  deadLetters(page: {
    readonly sink?: string
    readonly after?: number
    readonly limit: number
  }): Promise<readonly ParkedEvent[]>
  /** How many events are parked and dead, over all sinks. */
  countParked(): Promise<{ readonly waiting: number; readonly dead: number }>
}
