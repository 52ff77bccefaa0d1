// Owns: how long each call of the database takes, whichever it is. Does not own: the storage port.
// Start here: `observed`.
import type { OpenedStorage } from '@grantd/storage'
import {
  addSorted,
  HistogramCell,
  histogramValues,
  LATENCY_SECONDS,
  type MetricRegistry,
} from '@grantd/telemetry'
import { systemOf } from '../tracing/observe.ts'

/** Finer than what is shown of a request: a point read takes microseconds. */
const BOUNDS = [0.000_1, 0.000_5, 0.001, ...LATENCY_SECONDS]
/** What is not a query. */
const LEFT_ALONE = new Set([
  'close',
  'statistics',
  'migrations',
  'snapshot',
  'ping',
  'refuseWaiting',
])

const POINT_READ = /^find/

type Call = (first: unknown, second: unknown) => unknown

export class StorageMetrics {
  readonly #cells = new Map<string, HistogramCell>()
  readonly #failures = new Map<string, { value: number }>()
  readonly #system: string

  /** `url`: of the database; only its scheme is shown. */
  constructor(url: string) {
    this.#system = systemOf(url)
  }

  register(registry: MetricRegistry): void {
    registry.derived({
      name: 'db_queries_total',
      help: 'Calls of the database: reads, and units of work that were committed or refused.',
      type: 'counter',
      read: () => {
        const counts = [...this.#cells.values()].map(({ count }) => count)
        return [{ labels: {}, value: counts.reduce((sum, count) => sum + count, 0) }]
      },
    })
    registry.derived({
      name: 'db_query_duration_seconds',
      help: 'From the call to the answer; of a commit until it is durable.',
      type: 'histogram',
      read: (name) => histogramValues(name, {}, BOUNDS, addSorted(this.#cells.values(), BOUNDS)),
    })
    registry.derived({
      name: 'db_client_operation_duration_seconds',
      isConventional: true,
      help: 'The same by operation, as OpenTelemetry names it: `db.client.operation.duration`.',
      type: 'histogram',
      labels: ['db_system_name', 'db_operation_name'],
      read: (name) =>
        [...this.#cells].flatMap(([operation, { count, counts, sum }]) => {
          if (count === 0) return []
          const labels = { db_system_name: this.#system, db_operation_name: operation }
          return histogramValues(name, labels, BOUNDS, { bounds: BOUNDS, counts, sum })
        }),
    })
    registry.derived({
      name: 'db_query_failures_total',
      help: 'Calls of the database that failed, by operation.',
      type: 'counter',
      labels: ['operation'],
      read: () =>
        [...this.#failures].flatMap(([operation, { value }]) =>
          value > 0 || operation === 'commit' ? [{ labels: { operation }, value }] : [],
        ),
    })
  }

  /** The same storage, whose calls are timed. Nobody waits longer for it. */
  observed(storage: OpenedStorage): OpenedStorage {
    return this.#wrap(storage, '', storage.answersAtOnce === true) as OpenedStorage // the same members, one by one
  }

  #wrap(target: object, prefix: string, areAtOnce: boolean): object {
    const wrapped: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(target)) {
      if (LEFT_ALONE.has(name)) wrapped[name] = member
      else if (typeof member === 'function') {
        // Units of work are waited for, and lists run in a later turn than the one that asks.
        const isAtOnce = areAtOnce && prefix !== '' && POINT_READ.test(name)
        wrapped[name] = this.#timed(`${prefix}${name}`, member.bind(target) as Call, isAtOnce)
      } else if (typeof member === 'object' && member !== null)
        wrapped[name] = this.#wrap(member, `${prefix}${name}.`, areAtOnce)
      else wrapped[name] = member
    }
    return wrapped
  }

  #timed(operation: string, call: Call, isAtOnce: boolean): Call {
    const cell = new HistogramCell(BOUNDS)
    const failures = { value: 0 }
    this.#cells.set(operation, cell)
    this.#failures.set(operation, failures)
    const failed = () => {
      failures.value++
    }
    return (first, second) => {
      const startedAt = performance.now()
      const end = () => cell.record((performance.now() - startedAt) / 1_000)
      const answer = call(first, second)
      if (isAtOnce && answer instanceof Promise) answer.catch(failed)
      if (isAtOnce || !(answer instanceof Promise)) end()
      else {
        answer.then(end, () => {
          end()
          failed()
        })
      }
      return answer
    }
  }
}
