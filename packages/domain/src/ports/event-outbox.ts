import type { EventEnvelope } from '../events.ts'
import type { Change } from './unit-of-work.ts'

/** Where events that must not be lost join the transaction of the change they tell of. */
export interface EventOutbox {
  /**
   * `changes` and those that store the audit and security events among `events`. Throws
   * `temporarily_unavailable` when `changes` grant something and there is no room to tell of it.
   */
  withEvents(changes: readonly Change[], events: readonly EventEnvelope[]): readonly Change[]
  /** Such a unit was committed. */
  committed(): void
}
