import type { EventEnvelope, EventSink, PublishOutcome, SinkHealth } from '@grantd/domain'

/** A sink that notes what it took and does as it is told about the rest. */
export class FakeSink implements EventSink {
  readonly name: string
  readonly isDurable = true
  readonly taken: EventEnvelope[] = []
  calls = 0
  isHealthy = true
  /** `undefined`: takes the event. */
  refuse: (event: EventEnvelope) => Exclude<PublishOutcome, 'published'> | undefined = () =>
    undefined
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []

  constructor(name = 'fake') {
    this.name = name
  }

  async publish(events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]> {
    this.calls++
    const stuck = new Set<string | null>()
    const outcomes = events.map((event): PublishOutcome => {
      const refusal = this.refuse(event)
      const key = event.event.client_id
      if (refusal !== undefined && 'retry' in refusal) stuck.add(key)
      if (refusal !== undefined) return refusal
      if (stuck.has(key)) return { retry: 'behind another one' }
      this.taken.push(event)
      return 'published'
    })
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.taken.length >= count) resolve()
      return this.taken.length < count
    })
    return outcomes
  }

  /** Resolves when it has taken `count` events in all. */
  took(count: number): Promise<void> {
    if (this.taken.length >= count) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve })
    })
  }

  /** What it took of one key, in order. */
  numbersOf(key: string): number[] {
    return this.taken
      .filter(({ event }) => event.client_id === key)
      .map(({ event }) => Number(event.metadata.n))
  }

  async health(): Promise<SinkHealth> {
    return { healthy: this.isHealthy }
  }

  async close(): Promise<void> {}
}
