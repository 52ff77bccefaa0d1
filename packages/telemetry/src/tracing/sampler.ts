import type { RemoteSpan } from './span.ts'

/** The words of OTEL_TRACES_SAMPLER. */
export const SAMPLERS = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const
export type SamplerName = (typeof SAMPLERS)[number]

/** Whether a trace that begins here, or goes on here, is recorded. */
export type Sampler = (traceId: string, parent: RemoteSpan | undefined) => boolean

const DIGITS = 13
const SPACE = 2 ** (4 * DIGITS)

/**
 * By ratio, the last digits of the trace id decide (W3C: those are random), so that every process that
 * samples the same trace at the same ratio decides alike.
 */
export function createSampler(name: SamplerName, ratio: number): Sampler {
  const isParentBased = name.startsWith('parentbased_')
  const decide = decider(name, ratio)
  return (traceId, parent) =>
    isParentBased && parent !== undefined ? parent.isSampled : decide(traceId)
}

function decider(name: SamplerName, ratio: number): (traceId: string) => boolean {
  if (name.endsWith('always_on')) return () => true
  if (name.endsWith('always_off')) return () => false
  const least = (1 - ratio) * SPACE
  return (traceId) => Number.parseInt(traceId.slice(-DIGITS), 16) >= least
}
