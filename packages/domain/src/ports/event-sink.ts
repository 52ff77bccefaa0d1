import type { EventEnvelope } from '../events.ts'

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

/**
 * A backend that takes events: a broker, a webhook, the console. Several sinks know nothing of each
 * other. Events of one key come in their order, and one call may hold several. A sink that could not
 * publish one of them does not publish the later ones of its key in that call either, where it still
 * can choose, and answers `retry` for them. There is one call at a time.
 */
export interface EventSink {
  readonly name: string
  /** One outcome per event, in the same order. `published` means that the backend has acknowledged it. Never rejects. */
  publish(events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]>
  /** Asks the backend; answers within a second, also when the backend does not. */
  health(): Promise<SinkHealth>
  /** Ends connections; what was not acknowledged by then is answered with `retry`. */
  close(): Promise<void>
}
