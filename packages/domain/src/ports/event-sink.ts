import type { DraftEvent, EventEnvelope } from '../events.ts'

/**
 * What became of one event. `retry`: nothing is wrong with the event, the backend could not take it
 * now. `rejected`: this backend will never take this event, however often it is offered.
 */
export type PublishOutcome =
  | 'published'
  | { readonly retry: string }
  | { readonly rejected: string }

export interface SinkHealth {
  readonly healthy: boolean
  /** What is wrong, without addresses or passwords; for operators. */
  readonly detail?: string
}

/** A backend that takes events: a broker, a webhook, the console. Sinks know nothing of each other. */
export interface EventSink {
  readonly name: string
  /**
   * Whether what it took outlives this process (a broker, a webhook). Such a sink gets audit and
   * security events through the outbox, once there is one; memory and console get them directly.
   */
  readonly isDurable: boolean
  /**
   * One outcome per event, in the same order. Events of one key stand in their order, and behind one
   * that is answered with `retry` no later one of its key is published in the same call: those are
   * answered with `retry` too. `published` means that the backend has acknowledged it. Settles within
   * a bound of its own (seconds), also when the backend hangs. Never rejects. Calls may overlap.
   */
  publish(events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]>
  /**
   * Instead of `publish`, of a sink that has room for every event and does not look at it yet: nothing
   * waits, no envelope is made. Never throws.
   */
  keep?(event: EventEnvelope | DraftEvent): void
  /** Asks the backend; answers within a second, also when the backend does not. */
  health(): Promise<SinkHealth>
  /** Ends connections; what was not acknowledged by then is answered with `retry`. */
  close(): Promise<void>
}
