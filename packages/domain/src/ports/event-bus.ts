import type { DraftEvent, EventEnvelope } from '../events.ts'
import type { EventFeed, FeedCounts, FeedFilter } from './event-feed.ts'

export interface BackendHealth {
  readonly name: string
  readonly healthy: boolean
  /** Events that wait in this process. */
  readonly waiting: number
  /** Events that this backend never got, since the start. */
  readonly dropped: number
}

export interface EventHealth {
  readonly enabled: boolean
  readonly plugins: readonly BackendHealth[]
  /** Live streams of administrators. */
  readonly streams: FeedCounts
}

/** What became of one event at one backend. */
export interface BackendResult {
  readonly backend: string
  readonly outcome: 'published' | 'retry' | 'rejected'
  readonly reason?: string
  /** How long the answer took. */
  readonly ms: number
}

/** One attempt to hand an event to a webhook. */
export interface EventDelivery {
  readonly backend: string
  readonly event_id: string
  readonly event_type: string
  readonly at: string
  readonly outcome: 'delivered' | 'retry' | 'dead'
  /** What the receiver answered; null when it did not. */
  readonly status: number | null
  readonly error: string | null
  readonly ms: number
}

export interface DeliveryReport {
  /** Newest first. */
  readonly deliveries: readonly EventDelivery[]
  /** Events that a webhook refused for good, and that were not delivered since. */
  readonly dead: readonly {
    readonly backend: string
    readonly event_id: string
    readonly event_type: string
  }[]
}

/** One page of the events that this process remembers. */
export interface RecentEvents {
  /** Newest first. */
  readonly items: readonly EventEnvelope[]
  /** How many there are of those that were asked for. */
  readonly total: number
}

/** Where flows leave their events. No request ever waits for a backend behind it. */
export interface EventBus {
  readonly isEnabled: boolean
  readonly feed: EventFeed
  /** Whether an event of this type would go anywhere; saves the making of it. */
  wants(type: string): boolean
  /** False when a backend is so far behind that events of others should come later. */
  hasRoom(): boolean
  /** Hands an event to the backends and returns at once. Never throws. */
  emit(event: EventEnvelope | DraftEvent): void
  health(): Promise<EventHealth>
  /** What `in_memory` has kept; `undefined` where that backend is not in use. */
  recent(wanted: {
    readonly filter: FeedFilter
    readonly limit: number
    readonly offset: number
  }): RecentEvents | undefined
  /** The newest attempts of this process to deliver to webhooks. */
  deliveries(limit: number): DeliveryReport
  /** Offers a refused event once more to the webhooks that refused it; empty when none did. */
  redeliver(eventId: string): Promise<readonly BackendResult[]>
  /** Offers an event to each backend, past filter and queue. */
  test(event: EventEnvelope): Promise<readonly BackendResult[]>
}
