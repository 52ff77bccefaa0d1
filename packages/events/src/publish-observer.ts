import type { EventEnvelope, PublishOutcome } from '@grantd/domain'

/** Hears of each call of a backend, by the backend's name: what became of which event. Must not throw. */
export type PublishObserver = (
  backend: string,
  events: readonly EventEnvelope[],
  outcomes: readonly PublishOutcome[],
  ms: number,
) => void

/** Hears of each event that a backend took at once, without a call that takes time. Must not throw. */
export type KeptObserver = (backend: string, type: string) => void
