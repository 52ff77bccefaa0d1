// Owns: what is counted of events on their way to the backends. Does not own: the way (@grantd/events).
import { isEventType, type PublishOutcome } from '@grantd/domain'
import type { Eventing, KeptObserver, Outbox, PublishObserver } from '@grantd/events'
import { type CounterCell, type MetricRegistry, OTHER } from '@grantd/telemetry'
import type { RedisMetrics } from './redis-metrics.ts'

/** Outcomes by the word for them; what is put off is tried again. */
function wordOf(outcome: PublishOutcome | undefined): 'success' | 'failure' | 'retry' {
  if (outcome === 'published') return 'success'
  return outcome !== undefined && 'rejected' in outcome ? 'failure' : 'retry'
}

const OF_WEBHOOKS = { success: 'delivered', failure: 'dead', retry: 'retry' } as const

export interface PublishMetrics {
  readonly onPublished: PublishObserver
  readonly onKept: KeptObserver
}

/** What is told of each call of a backend. Register it only where events are on. */
export function addPublishMetrics(
  registry: MetricRegistry,
  redis: () => RedisMetrics,
): PublishMetrics {
  const published = registry.counter({
    name: 'events_published_total',
    help: 'Events handed to a backend by how that went; `failure`: refused for good. Types of others are `other`.',
    labels: ['backend', 'event_type', 'outcome'],
  })
  const duration = registry.histogram({
    name: 'events_publish_duration_seconds',
    help: 'How long a backend took for a batch; `failure`: something of it was not taken.',
    labels: ['backend', 'outcome'],
  })
  const webhooks = registry.counter({
    name: 'webhook_deliveries_total',
    help: 'Attempts to deliver an event to a webhook.',
    labels: ['outcome'],
  })
  const kept = new Map<string, CounterCell>()
  const onKept: KeptObserver = (backend, type) => {
    const known = knownType(type) // others choose theirs, and could choose a new one each time
    const key = `${backend} ${known}`
    let cell = kept.get(key)
    if (cell === undefined) {
      cell = published.cell(backend, known, 'success')
      kept.set(key, cell)
    }
    cell.value++
  }
  const onPublished: PublishObserver = (backend, events, outcomes, ms) => {
    const isAllTaken = outcomes.length > 0 && outcomes.every((one) => one === 'published')
    duration.cell(backend, isAllTaken ? 'success' : 'failure').record(ms / 1_000)
    if (backend === 'redis')
      redis()
        .duration.cell('events', 'xadd')
        .record(ms / 1_000)
    events.forEach((event, n) => {
      const word = wordOf(outcomes[n])
      if (word === 'success') onKept(backend, event.event.event_type)
      else published.cell(backend, knownType(event.event.event_type), word).value++
      if (backend.startsWith('webhook')) webhooks.cell(OF_WEBHOOKS[word]).value++
      if (backend === 'redis') redis().operations.cell('events', 'xadd', word).value++
    })
  }
  return { onPublished, onKept }
}

/** What waits and what was lost, asked of the queues themselves. */
export function addEventQueues(
  registry: MetricRegistry,
  parts: { readonly eventing: Eventing; readonly outbox: Outbox | undefined },
): void {
  const { eventing, outbox } = parts
  registry.derived({
    name: 'events_waiting',
    help: 'Events that wait in memory, by backend.',
    type: 'gauge',
    labels: ['backend'],
    read: () =>
      eventing.counts().map(({ name, waiting }) => ({ labels: { backend: name }, value: waiting })),
  })
  registry.derived({
    name: 'events_dropped_total',
    help: 'Events that a backend never got.',
    type: 'counter',
    labels: ['backend'],
    read: () =>
      eventing.counts().map(({ name, dropped }) => ({ labels: { backend: name }, value: dropped })),
  })
  if (outbox === undefined) return
  registry.derived({
    name: 'outbox_lost_total',
    help: 'Events that went untold because the outbox was full.',
    type: 'counter',
    read: () => [{ labels: {}, value: outbox.lost }],
  })
}

function knownType(type: string): string {
  return isEventType(type) ? type : OTHER
}
