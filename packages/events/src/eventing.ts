// Owns: who gets which event: filter, one actor per backend, counters, health, the end.
// Does not own: the backends (backends/), where flows make events (oauth). Start here: `emit`.
import { AsyncResource } from 'node:async_hooks'
import { ActorSystem, type Ref } from '@grantd/actors'
import {
  type BackendResult,
  type DeliveryReport,
  DraftEvent,
  type EventBus,
  type EventEnvelope,
  type EventHealth,
  type EventSink,
  eventClass,
  type PublishOutcome,
  type RecentEvents,
} from '@grantd/domain'
import { isWebhook } from './backends/webhook.ts'
import { EventActor, type SinkCounts } from './event-actor.ts'
import { EventRing } from './event-ring.ts'
import { Feed, type FeedOptions, isWanted } from './feed.ts'
import type { EventLog } from './log.ts'
import { PackedEvents } from './packed-events.ts'
import type { KeptObserver, PublishObserver } from './publish-observer.ts'

export interface EventingOptions {
  readonly isEnabled: boolean
  readonly passes: (type: string) => boolean
  readonly sinks: readonly EventSink[]
  readonly log: EventLog
  /** Events that may wait for one backend; beyond it they are dropped and counted. */
  readonly queueSize?: number
  readonly batchSize?: number
  /** Whether audit and security events reach durable sinks by way of the outbox instead. */
  readonly hasOutbox?: boolean
  readonly nowMs?: () => number
  readonly feed?: FeedOptions
  readonly onPublished?: PublishObserver | undefined
  readonly onKept?: KeptObserver | undefined
}

interface Lane {
  readonly sink: EventSink
  readonly actor: Ref<EventActor>
  readonly counts: SinkCounts
  /** What came lately; it goes to the actor as one message. */
  gathered: (EventEnvelope | DraftEvent)[]
  handedOverAt: number
  health: { readonly at: number; readonly answer: Promise<boolean> } | undefined
}

/** How long an answer about a backend's health is good: whoever asks often must not ask the backend. */
const HEALTH_MS = 1_000
const HEALTH_TIMEOUT_MS = 1_000
/** To hand over costs as much as to make a few events; nobody waits for these. */
const GATHER_MS = 5
/** Part of a queue beyond which events of others are sent away, so that ours find room. */
const FULL = 0.9

export class Eventing implements EventBus {
  readonly isEnabled: boolean
  readonly sinks: readonly EventSink[]
  readonly feed: Feed
  readonly #options: EventingOptions
  readonly #system: ActorSystem
  readonly #lanes: readonly Lane[]
  readonly #queueSize: number
  readonly #batchSize: number
  readonly #ending = new AbortController()
  /** Delivering is nobody's request, whoever told of the first event. */
  readonly #own = new AsyncResource('Eventing')

  constructor(options: EventingOptions) {
    const { sinks, log, queueSize = 10_000, batchSize = 500, onPublished } = options
    this.#options = options
    this.#queueSize = queueSize
    this.#batchSize = batchSize
    this.isEnabled = options.isEnabled
    this.sinks = options.isEnabled ? sinks : []
    this.feed = new Feed(options.feed)
    this.#system = new ActorSystem({
      onFailure: ({ error, actor }) => log.error({ err: error, actor }, 'an event backend failed'),
    })
    this.#lanes = this.sinks.map((sink) => {
      const counts: SinkCounts = { waiting: 0, published: 0, dropped: 0 }
      const ending = this.#ending.signal
      const parts = { sink, counts, log, batchSize, ending, onPublished }
      const actor = this.#system.spawn(`event:${sink.name}`, {
        mailbox: queueSize,
        create: () => new EventActor(parts),
      })
      return { sink, actor, counts, gathered: [], handedOverAt: 0, health: undefined }
    })
  }

  wants(type: string): boolean {
    return this.#lanes.length > 0 && this.#options.passes(type)
  }

  emit(event: EventEnvelope | DraftEvent): void {
    const type = event instanceof DraftEvent ? event.type : event.event.event_type
    if (!this.wants(type)) return
    if (this.feed.isOn) this.feed.push(event instanceof DraftEvent ? event.envelope : event)
    // What others sent in is in no outbox, whatever it is called.
    const isSentIn = !(event instanceof DraftEvent) && event.attributes.source === 'ingest'
    const isStored =
      this.#options.hasOutbox === true && !isSentIn && eventClass(type) !== 'telemetry'
    for (const lane of this.#lanes) {
      const { sink, counts } = lane
      if (isStored && sink.isDurable) continue
      if (this.#ending.signal.aborted || counts.waiting >= this.#queueSize) {
        counts.dropped++
      } else if (sink.keep !== undefined) {
        sink.keep(event)
        counts.published++
        this.#options.onKept?.(sink.name, type)
      } else {
        counts.waiting++
        if (lane.gathered.push(event) === 1) this.#handOverSoon(lane)
      }
    }
  }

  /** At the end of this turn; under load, together with what comes in the next few milliseconds. */
  #handOverSoon(lane: Lane): void {
    const handOver = () => this.#handOver(lane)
    const sinceMs = performance.now() - lane.handedOverAt
    if (sinceMs >= GATHER_MS) this.#own.runInAsyncScope(setImmediate, undefined, handOver)
    else this.#own.runInAsyncScope(setTimeout, undefined, handOver, GATHER_MS)
  }

  #handOver(lane: Lane): void {
    const events = lane.gathered.map((event) =>
      event instanceof DraftEvent ? event.envelope : event,
    )
    if (events.length === 0) return
    lane.gathered = []
    lane.handedOverAt = performance.now()
    // What does not go out with the next call waits longer, and most likely for a backend that hangs.
    const isBehind = lane.counts.waiting - events.length >= this.#batchSize
    if (lane.actor.tell.publish(isBehind ? new PackedEvents(events) : events)) return
    lane.counts.waiting -= events.length
    lane.counts.dropped += events.length
  }

  hasRoom(): boolean {
    return this.#lanes.every(({ counts }) => counts.waiting < this.#queueSize * FULL)
  }

  /** What waits and what was lost since the start, by backend; asks no backend. */
  counts(): readonly (Readonly<SinkCounts> & { readonly name: string })[] {
    return this.#lanes.map(({ sink, counts }) => ({ name: sink.name, ...counts }))
  }

  async health(): Promise<EventHealth> {
    const plugins = this.#lanes.map(async (lane) => ({
      name: lane.sink.name,
      healthy: await this.#isHealthy(lane),
      waiting: lane.counts.waiting,
      dropped: lane.counts.dropped,
    }))
    const streams = this.feed.counts
    return { enabled: this.isEnabled, plugins: await Promise.all(plugins), streams }
  }

  recent({ filter, limit, offset }: Parameters<EventBus['recent']>[0]): RecentEvents | undefined {
    const ring = this.sinks.find((sink) => sink instanceof EventRing)
    if (ring === undefined) return undefined
    const found = ring.recent().filter((event) => isWanted(filter, event))
    return { items: found.slice(offset, offset + limit), total: found.length }
  }

  deliveries(limit: number): DeliveryReport {
    const webhooks = this.sinks.filter(isWebhook)
    const logs = webhooks.map(({ name: backend, deliveries }) =>
      deliveries.log(limit).map((delivery) => ({ backend, ...delivery })),
    )
    const newest = logs.flat().sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    const dead = webhooks.flatMap(({ name: backend, deliveries }) =>
      deliveries.dead().map(({ event: { id, event_type } }) => ({
        backend,
        event_id: id,
        event_type,
      })),
    )
    return { deliveries: newest.slice(0, limit), dead }
  }

  async redeliver(eventId: string): Promise<readonly BackendResult[]> {
    const results: BackendResult[] = []
    for (const sink of this.sinks.filter(isWebhook)) {
      const event = sink.deliveries.deadEvent(eventId)
      if (event !== undefined) results.push(await this.#offer(sink, event))
    }
    return results
  }

  test(event: EventEnvelope): Promise<readonly BackendResult[]> {
    this.feed.push(event)
    return Promise.all(this.sinks.map((sink) => this.#offer(sink, event)))
  }

  /** Delivers what waits for up to `drainMs`, then ends the backends. Never rejects. */
  async stop(drainMs: number): Promise<void> {
    for (const lane of this.#lanes) this.#handOver(lane)
    const stopping = this.#system.stop({ drain: drainMs })
    this.#ending.abort()
    await stopping
    await Promise.all(this.sinks.map((sink) => sink.close().catch(() => undefined)))
  }

  /** One attempt, which counts like any other. */
  async #offer(sink: EventSink, event: EventEnvelope): Promise<BackendResult> {
    const started = performance.now()
    const outcomes = await sink.publish([event])
    const ms = performance.now() - started
    this.#options.onPublished?.(sink.name, [event], outcomes, ms)
    return resultOf(sink.name, outcomes[0], Math.round(ms))
  }

  #isHealthy(lane: Lane): Promise<boolean> {
    const now = (this.#options.nowMs ?? Date.now)()
    const known = lane.health
    if (known !== undefined && Math.abs(now - known.at) < HEALTH_MS) return known.answer
    const answer = within(lane.sink.health(), HEALTH_TIMEOUT_MS)
    lane.health = { at: now, answer }
    return answer
  }
}

function resultOf(
  backend: string,
  outcome: PublishOutcome = { retry: 'no answer' },
  ms: number,
): BackendResult {
  if (outcome === 'published') return { backend, outcome, ms }
  return 'retry' in outcome
    ? { backend, outcome: 'retry', reason: outcome.retry, ms }
    : { backend, outcome: 'rejected', reason: outcome.rejected, ms }
}

function within(asked: Promise<{ readonly healthy: boolean }>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    timer.unref()
    asked
      .then(
        ({ healthy }) => resolve(healthy),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer))
  })
}
