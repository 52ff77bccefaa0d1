// Owns: what Node says of this process: processor time, memory, garbage collection, event loop.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FamilySnapshot } from './family.ts'
import type { MetricRegistry } from './registry.ts'

const RESOLUTION_MS = 20
const SHARES = [50, 90, 99] as const
/** Old or doubtful ones of the library, which nobody would miss. */
const LEFT_OUT = /^nodejs_(?:active_|eventloop_utilization)/

/** Of this process, since the scrape before. Measured from the first scrape on. */
export function addEventLoopDelay(registry: MetricRegistry): void {
  const delay = registry.gauge({
    name: 'event_loop_delay_seconds',
    help: 'How late the event loop of the busiest process was since the scrape before.',
    labels: ['share'],
    merge: 'max',
  })
  let monitor: ReturnType<typeof monitorEventLoopDelay> | undefined
  registry.beforeReading(() => {
    if (monitor === undefined) {
      monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
      monitor.enable()
    }
    // The monitor counts its own interval in; without a sample it has no percentile.
    const late = (ns: number) =>
      Number.isFinite(ns) ? Math.max(0, ns / 1e9 - RESOLUTION_MS / 1e3) : 0
    const hasSamples = monitor.count > 0
    for (const share of SHARES)
      delay.set(hasSamples ? late(monitor.percentile(share)) : 0, `p${share}`)
    delay.set(hasSamples ? late(monitor.max) : 0, 'max')
    monitor.reset()
  })
}

/** `process_*` and `nodejs_*` under the names that public dashboards know. */
export class RuntimeMetrics {
  #registry: Promise<{ getMetricsAsJSON(): Promise<unknown> }> | undefined

  async read(): Promise<readonly FamilySnapshot[]> {
    this.#registry ??= start()
    const families = (await (await this.#registry).getMetricsAsJSON()) as (Omit<
      FamilySnapshot,
      'aggregator'
    > & {
      aggregator: FamilySnapshot['aggregator'] | 'omit'
    })[]
    // A mean of nothing is no number, which the text format and JSON would each write in their own way.
    return families
      .filter(({ name }) => !LEFT_OUT.test(name))
      .map((family) => ({
        ...family,
        // Of several processes the library leaves out what cannot be added up; the first of them will do.
        aggregator: family.aggregator === 'omit' ? 'min' : family.aggregator,
        values: family.values.filter(({ value }) => Number.isFinite(value)),
      }))
  }
}

async function start() {
  const { Registry, collectDefaultMetrics } = await import('@prometheus-io/client')
  const register = new Registry()
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: RESOLUTION_MS })
  return register
}
