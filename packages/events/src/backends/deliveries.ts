import type { EventDelivery, EventEnvelope } from '@grantd/domain'

export type Delivery = Omit<EventDelivery, 'backend'>

/** The newest attempts of one receiver, and the events that it refused for good. */
export class Deliveries {
  readonly #size: number
  readonly #log: Delivery[] = []
  readonly #dead = new Map<string, EventEnvelope>()

  constructor(size = 1_000) {
    this.#size = size
  }

  add(event: EventEnvelope, attempt: Omit<Delivery, 'event_id' | 'event_type'>): void {
    const { id: event_id, event_type } = event.event
    this.#log.push({ event_id, event_type, ...attempt })
    if (this.#log.length > this.#size) this.#log.shift()
    if (attempt.outcome === 'delivered') this.#dead.delete(event_id)
    if (attempt.outcome !== 'dead') return
    this.#dead.set(event_id, event)
    const [oldest] = this.#dead.keys()
    if (this.#dead.size > this.#size && oldest !== undefined) this.#dead.delete(oldest)
  }

  /** Newest first. */
  log(limit: number): readonly Delivery[] {
    return this.#log.slice(-limit).reverse()
  }

  dead(): readonly EventEnvelope[] {
    return [...this.#dead.values()]
  }

  deadEvent(id: string): EventEnvelope | undefined {
    return this.#dead.get(id)
  }
}
