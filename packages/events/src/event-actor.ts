// Owns: handing events to one backend: in order, in batches, again until it takes them.
// Does not own: what a backend does with them (backends/), who gets which event (eventing.ts).
// Start here: `EventActor.publish`.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Batch, batch } from '@grantd/actors'
import type { EventEnvelope, EventSink, PublishOutcome } from '@grantd/domain'
import type { EventLog } from './log.ts'
import { type EventGroup, inBatches } from './packed-events.ts'
import type { PublishObserver } from './publish-observer.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** What happened to the events of one backend since the start. */
export interface SinkCounts {
  waiting: number
  published: number
  /** Lost here: no room to wait, never accepted by the backend, or not delivered before the end. */
  dropped: number
}

export interface EventActorParts {
  readonly sink: EventSink
  readonly counts: SinkCounts
  readonly log: EventLog
  /** Most events of one call of the sink. */
  readonly batchSize: number
  /** Aborted when the server ends: nothing is tried again after that. */
  readonly ending: AbortSignal
  readonly onPublished?: PublishObserver | undefined
}

/** One per backend, so that a slow or dead one delays only itself. Its mailbox is the queue. */
export class EventActor {
  readonly publish: Batch<EventGroup, void>
  readonly #parts: EventActorParts
  #isFailing = false

  constructor(parts: EventActorParts) {
    this.#parts = parts
    this.publish = batch({ max: parts.batchSize }, async (groups) => {
      let waiting = groups.reduce((sum, { length }) => sum + length, 0)
      try {
        for (const events of inBatches(groups, parts.batchSize)) {
          await this.#deliver(events)
          waiting -= events.length
          parts.counts.waiting -= events.length
        }
      } finally {
        parts.counts.waiting -= waiting
      }
      return groups.map(() => undefined)
    })
  }

  async #deliver(events: readonly EventEnvelope[]): Promise<void> {
    const { sink, counts, ending } = this.#parts
    let left = events
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const startedAt = performance.now()
      const outcomes = await sink.publish(left)
      this.#parts.onPublished?.(sink.name, left, outcomes, performance.now() - startedAt)
      const again = left.filter((event, index) => this.#isToRepeat(event, outcomes[index]))
      if (again.length < left.length) pause = FIRST_PAUSE_MS
      if (again.length === 0) return this.#recovered()
      this.#failing(outcomes)
      left = again
      if (ending.aborted) break
      // A pause that ends early because the server ends is no error.
      await sleep(pause / 2 + Math.random() * (pause / 2), undefined, {
        signal: ending,
        ref: false,
      }).catch(() => undefined)
    }
    counts.dropped += left.length
    this.#parts.log.error(
      { backend: sink.name, events: left.length },
      'events could not be delivered before the server ended',
    )
  }

  #isToRepeat(event: EventEnvelope, outcome: PublishOutcome | undefined): boolean {
    const { sink, counts, log } = this.#parts
    if (outcome === 'published') {
      counts.published++
      return false
    }
    if (outcome === undefined || 'retry' in outcome) return true
    counts.dropped++
    const { id, event_type: type } = event.event
    log.error(
      { backend: sink.name, event: id, type, reason: outcome.rejected },
      'an event backend refused an event for good',
    )
    return false
  }

  /** Said once when it begins, not for every attempt. */
  #failing(outcomes: readonly PublishOutcome[]): void {
    if (this.#isFailing) return
    this.#isFailing = true
    const { sink, log } = this.#parts
    const reason = outcomes.find((one) => typeof one === 'object' && 'retry' in one)
    log.warn({ backend: sink.name, ...reasonOf(reason) }, 'an event backend does not take events')
  }

  #recovered(): void {
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#parts.log.warn({ backend: this.#parts.sink.name }, 'an event backend takes events again')
  }
}

function reasonOf(outcome: PublishOutcome | undefined): { reason?: string } {
  return typeof outcome === 'object' && 'retry' in outcome ? { reason: outcome.retry } : {}
}
