import type { EventSeverity } from '../event-types.ts'
import type { EventEnvelope } from '../events.ts'

/** Which events a reader wants; what is absent excludes nothing. */
export interface FeedFilter {
  readonly types?: ReadonlySet<string> | undefined
  readonly severities?: ReadonlySet<EventSeverity> | undefined
  readonly clientId?: string | undefined
  readonly userId?: string | undefined
}

export interface FeedEntry {
  /** Where a reader goes on after this event; good in this process only. */
  readonly place: string
  readonly envelope: EventEnvelope
  /** The envelope as JSON, made once for all readers. */
  readonly json: string
}

/**
 * How what a reader gets follows what it had: `now`, it asked for nothing; `resumed`, nothing is
 * missing; `too_old`, events after its place are forgotten; `other_process`, its place was given by
 * another one, whose events are not here.
 */
export type FeedStart = 'now' | 'resumed' | 'too_old' | 'other_process'

/** Why a reader ended. `too_slow`: what it had not read was forgotten. `stalled`: it took nothing. */
export const FEED_ENDS = ['left', 'too_slow', 'stalled', 'token_ended', 'shutting_down'] as const
export type FeedEnd = (typeof FEED_ENDS)[number]

export interface FeedReader {
  readonly start: FeedStart
  /** The next event that it wants: `undefined` when there is none yet, `lost` when it was too slow. */
  next(): FeedEntry | 'lost' | undefined
  /** Once; later calls do nothing. */
  close(reason: FeedEnd): void
}

export interface FeedCounts {
  /** Readers now. */
  readonly open: number
  /** Sent away because there were too many, since the start. */
  readonly refused: number
  readonly ended: Readonly<Record<FeedEnd, number>>
}

/** The events of this process as they happen. No reader slows anything: who is too slow is cut off. */
export interface EventFeed {
  readonly counts: FeedCounts
  /** `wake` is called when there may be something to read. `undefined`: there are too many readers. */
  open(request: {
    readonly after?: string | undefined
    readonly filter: FeedFilter
    readonly wake: () => void
  }): FeedReader | undefined
}
