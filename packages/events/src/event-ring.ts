import {
  DraftEvent,
  type EventEnvelope,
  type EventSink,
  type PublishOutcome,
  type SinkHealth,
} from '@grantd/domain'

/** The newest events of this process, for looking at; gone with it. */
export class EventRing implements EventSink {
  readonly name: string
  readonly isDurable = false
  readonly #size: number
  readonly #kept: (EventEnvelope | DraftEvent)[] = []
  #next = 0

  constructor({ name, size }: { readonly name: string; readonly size: number }) {
    this.name = name
    this.#size = size
  }

  keep(event: EventEnvelope | DraftEvent): void {
    this.#kept[this.#next] = event
    this.#next = (this.#next + 1) % this.#size
  }

  async publish(events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]> {
    for (const event of events) this.keep(event)
    return events.map(() => 'published')
  }

  /** Newest first. */
  recent(limit: number = this.#size): readonly EventEnvelope[] {
    const inOrder = [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)]
    return inOrder.slice(-limit).map(envelopeOf).reverse()
  }

  async health(): Promise<SinkHealth> {
    return { healthy: true }
  }

  async close(): Promise<void> {}
}

const envelopeOf = (event: EventEnvelope | DraftEvent): EventEnvelope =>
  event instanceof DraftEvent ? event.envelope : event
