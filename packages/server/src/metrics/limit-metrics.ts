// Owns: the metrics of rate limits and of resilience. Does not own: what is limited (rate-limits/),
// what is turned away (resilience/).
import type { CircuitState } from '@grantd/limits'
import type { MetricRegistry } from '@grantd/telemetry'
import type { RateObserver } from '../rate-limits/rate-limits.ts'
import type { ResilienceView } from '../resilience/resilience.ts'
import type { RedisMetrics } from './redis-metrics.ts'

const REMAINING = [0, 1, 5, 10, 25, 50, 75, 100]
const STATES: Readonly<Record<CircuitState, number>> = { closed: 0, open: 1, half_open: 2 }

/** `redis` is asked for at the first question to one: where there is none, nothing of it is shown. */
export function addRateLimitMetrics(
  registry: MetricRegistry,
  redis: () => RedisMetrics,
): RateObserver {
  const rejected = registry.counter({
    name: 'rate_limit_rejected_total',
    help: 'Requests that were refused because their network or client sent too many, by a wide prefix of the address.',
    labels: ['ip_prefix'],
  })
  const limited = registry.counter({
    name: 'rate_limited_total',
    help: 'The same by what was used up: what a network, a client, or a kind of request of a network may ask for.',
    labels: ['bucket'],
  })
  const remaining = registry
    .histogram(
      { name: 'rate_limit_remaining', help: 'What networks had left when they were let through.' },
      REMAINING,
    )
    .cell()
  return {
    onRejected: (prefix, bucket) => {
      rejected.cell(prefix).value++
      limited.cell(bucket).value++
    },
    onRemaining: (left) => remaining.record(left),
    onRedis: (operation, outcome, seconds) => {
      redis().operations.cell('rate_limit', operation, outcome).value++
      redis().duration.cell('rate_limit', operation).record(seconds)
    },
  }
}

/** What `Resilience` counts by itself, read when it is asked for. */
export function addResilienceMetrics(registry: MetricRegistry, view: () => ResilienceView): void {
  const { circuits, bulkheads, requests } = view()
  if (requests !== undefined) {
    registry.derived({
      name: 'back_pressure_rejected_total',
      help: 'Requests that were turned away because too many were under way.',
      type: 'counter',
      read: () => [{ labels: {}, value: view().requests?.rejected ?? 0 }],
    })
    registry.derived({
      name: 'back_pressure_limit',
      help: 'Requests that may be under way at once, as the load of the process has it now.',
      type: 'gauge',
      read: () => [{ labels: {}, value: view().requests?.limit ?? 0 }],
    })
  }
  if (bulkheads.length > 0) {
    registry.derived({
      name: 'bulkhead_rejected_total',
      help: 'Work that was turned away because one part had too much of it.',
      labels: ['bulkhead'],
      type: 'counter',
      read: () =>
        view().bulkheads.map(({ name, rejected }) => ({
          labels: { bulkhead: name },
          value: rejected,
        })),
    })
  }
  if (circuits.length === 0) return
  registry.derived({
    name: 'circuit_breaker_state',
    help: '0 closed, 1 open, 2 half open.',
    labels: ['circuit'],
    type: 'gauge',
    merge: 'max',
    read: () =>
      view().circuits.map(({ name, state }) => ({
        labels: { circuit: name },
        value: STATES[state],
      })),
  })
  registry.derived({
    name: 'circuit_breaker_trips_total',
    help: 'How often a circuit opened.',
    labels: ['circuit'],
    type: 'counter',
    read: () =>
      view().circuits.map(({ name, trips }) => ({ labels: { circuit: name }, value: trips })),
  })
}
