// Owns: what is counted of password hashing. Does not own: hashing (password-hasher.ts).
import type { WaitingGauge } from '@grantd/limits'
import type { MetricRegistry } from '@grantd/telemetry'

/** One hash takes some 20 ms and waits for those before it. */
const BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function addHashingMetrics(registry: MetricRegistry): WaitingGauge {
  const duration = registry.histogram(
    { name: 'password_hash_duration_seconds', help: 'How long a hash took, without its wait.' },
    BOUNDS,
  )
  const wait = registry.histogram(
    { name: 'password_hash_wait_seconds', help: 'How long a hash waited for its turn.' },
    BOUNDS,
  )
  const refused = registry
    .counter({
      name: 'password_hash_refused_total',
      help: 'Hashes that were refused because too many waited.',
    })
    .cell()
  const state = { waiting: 0 }
  registry.derived({
    name: 'password_hash_waiting',
    help: 'Hashes that wait for their turn now.',
    type: 'gauge',
    read: () => [{ labels: {}, value: state.waiting }],
  })
  return {
    waiting: (count) => {
      state.waiting = count
    },
    done: (waitMs, runMs) => {
      wait.cell().record(waitMs / 1_000)
      duration.cell().record(runMs / 1_000)
    },
    refused: () => {
      refused.value++
    },
  }
}
