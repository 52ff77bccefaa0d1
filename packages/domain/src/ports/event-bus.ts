import type { EventEnvelope } from '../events.ts'

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
}

/** Where flows leave their events. No request ever waits for a backend behind it. */
export interface EventBus {
  readonly isEnabled: boolean
  /** Whether an event of this type would go anywhere; saves the making of it. */
  wants(type: string): boolean
  /** False when a backend is so far behind that events of others should come later. */
  hasRoom(): boolean
  /** Hands an event to the backends and returns at once. Never throws. */
  emit(event: EventEnvelope): void
  health(): Promise<EventHealth>
}
