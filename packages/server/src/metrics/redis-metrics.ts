// Owns: what is counted of Redis, whichever part of the server uses it. Does not own: what is kept there.
import type { SharedCache } from '@grantd/domain'
import type { Counter, Histogram, MetricRegistry } from '@grantd/telemetry'

export type RedisUser = 'cache' | 'events' | 'rate_limit'

export class RedisMetrics {
  readonly operations: Counter<'backend' | 'operation' | 'outcome'>
  readonly duration: Histogram<'backend' | 'operation'>

  constructor(registry: MetricRegistry) {
    this.operations = registry.counter({
      name: 'redis_client_operations_total',
      help: 'Commands for Redis by what for and how they went; `miss`: not there, or not told in time.',
      labels: ['backend', 'operation', 'outcome'],
    })
    this.duration = registry.histogram({
      name: 'redis_client_operation_duration_seconds',
      help: 'How long Redis took.',
      labels: ['backend', 'operation'],
    })
  }

  /** The same cache, whose calls are counted. */
  observed(shared: SharedCache): SharedCache {
    const count = (operation: string, outcome: string) =>
      this.operations.cell('cache', operation, outcome)
    const [hit, miss] = [count('get', 'hit'), count('get', 'miss')]
    const [put, told] = [count('put', 'sent'), count('announce', 'sent')]
    const reading = this.duration.cell('cache', 'get')
    return {
      get: async (name) => {
        const startedAt = performance.now()
        const found = await shared.get(name)
        reading.record((performance.now() - startedAt) / 1_000)
        if (found === undefined) miss.value++
        else hit.value++
        return found
      },
      put: (name, bytes, deadline) => {
        put.value++
        shared.put(name, bytes, deadline)
      },
      announce: (tags) => {
        told.value++
        shared.announce(tags)
      },
      listen: (listener) => shared.listen(listener),
      now: () => shared.now(),
      close: () => shared.close(),
    }
  }
}
