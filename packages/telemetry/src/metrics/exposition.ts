// Owns: metrics as text, of one process or of several together. Does not own: counting.
// The library is loaded by the first scrape: a server that nobody scrapes does not have it.
import type { FamilySnapshot } from './family.ts'

/** The text format of Prometheus, as `Registry.metrics` writes it. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The families of all `processes` as one text: counts added up, the rest as each family says. */
export async function expose(processes: readonly (readonly FamilySnapshot[])[]): Promise<string> {
  const { Registry } = await import('@prometheus-io/client')
  const lists = processes.map((families) => families.filter(({ values }) => values.length > 0))
  return Registry.aggregate(lists as object[][] as object[]).metrics()
}

/**
 * Counts of a process that has ended, added to those of others that have. Without them a counter would
 * fall when a worker is replaced, and every rate over that moment would be wrong.
 */
export async function addEnded(
  ended: readonly FamilySnapshot[],
  last: readonly FamilySnapshot[],
): Promise<readonly FamilySnapshot[]> {
  const { Registry } = await import('@prometheus-io/client')
  const counts = last.filter(({ type }) => type !== 'gauge')
  const sum = Registry.aggregate([[...ended], [...counts]] as object[][] as object[])
  return (await sum.getMetricsAsJSON()) as unknown as readonly FamilySnapshot[]
}
