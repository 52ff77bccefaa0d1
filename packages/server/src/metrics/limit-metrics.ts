// Owns: the metrics of rate limits and of resilience, each behind the interface that its part tells.
// BINDING POINTS: nothing here is registered before the part that feeds it asks for its observer, so
// no metric stands in a scrape that nobody feeds. Call each once, from where the part is assembled:
//   const observer = metrics.rateLimits()      // → RateLimitObserver
//   const observer = metrics.resilience()      // → ResilienceObserver
import type { MetricRegistry } from '@grantd/telemetry'

/** What a limiter tells. Called on the way of every request that is counted: must not throw. */
export interface RateLimitObserver {
  /** A request passed; `remaining` is what its caller may still send. */
  passed(remaining: number): void
  /** `bucket`: of a fixed list (`ip`, `client`, `account`, `endpoint`, `invalid_client` …). `family`: never the address. */
  rejected(bucket: string, family: 'ipv4' | 'ipv6' | 'none'): void
}

export type BreakerState = 'closed' | 'open' | 'half_open'

/** What gates, bulkheads and breakers tell. Names are those of the configuration. */
export interface ResilienceObserver {
  backPressureRejected(): void
  bulkheadRejected(bulkhead: string): void
  /** Also once at the start, so that a closed circuit is seen as closed. */
  circuitChanged(circuit: string, state: BreakerState): void
}

const REMAINING = [0, 1, 5, 10, 25, 50, 75, 100]
const STATES: Readonly<Record<BreakerState, number>> = { closed: 0, open: 1, half_open: 2 }

export function addRateLimitMetrics(registry: MetricRegistry): RateLimitObserver {
  const rejected = registry.counter({
    name: 'rate_limit_rejected_total',
    help: 'Requests that were refused because their caller sent too many, by the kind of its address.',
    labels: ['ip_prefix'],
  })
  const limited = registry.counter({
    name: 'rate_limited_total',
    help: 'The same by what was counted.',
    labels: ['bucket'],
  })
  const remaining = registry
    .histogram(
      { name: 'rate_limit_remaining', help: 'What callers had left when they were let through.' },
      REMAINING,
    )
    .cell()
  return {
    passed: (left) => remaining.record(left),
    rejected: (bucket, family) => {
      rejected.cell(family).value++
      limited.cell(bucket).value++
    },
  }
}

export function addResilienceMetrics(registry: MetricRegistry): ResilienceObserver {
  const backPressure = registry
    .counter({
      name: 'back_pressure_rejected_total',
      help: 'Requests that were turned away because too many were under way.',
    })
    .cell()
  const bulkheads = registry.counter({
    name: 'bulkhead_rejected_total',
    help: 'Requests that were turned away because one part had too many of them.',
    labels: ['bulkhead'],
  })
  const state = registry.gauge({
    name: 'circuit_breaker_state',
    help: '0 closed, 1 open, 2 half open.',
    labels: ['circuit'],
    merge: 'max',
  })
  const trips = registry.counter({
    name: 'circuit_breaker_trips_total',
    help: 'How often a circuit opened.',
    labels: ['circuit'],
  })
  return {
    backPressureRejected: () => {
      backPressure.value++
    },
    bulkheadRejected: (bulkhead) => {
      bulkheads.cell(bulkhead).value++
    },
    circuitChanged: (circuit, now) => {
      state.set(STATES[now], circuit)
      const opened = trips.cell(circuit)
      if (now === 'open') opened.value++
    },
  }
}
