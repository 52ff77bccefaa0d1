// Owns: what operators see of a running server: metrics, traces, what may be shown of a value.
// Does not own: where a thing is measured (the package that does it). Knows no OAuth and no HTTP routes.

export { Counter, type CounterCell } from './metrics/counter.ts'
export { addEnded, EXPOSITION_TYPE, expose } from './metrics/exposition.ts'
export {
  type Definition,
  type Family,
  type FamilySnapshot,
  MOST_SERIES,
  OTHER,
  type Value,
} from './metrics/family.ts'
export { Gauge } from './metrics/gauge.ts'
export {
  addSorted,
  Histogram,
  HistogramCell,
  histogramValues,
  LATENCY_CONVENTION_SECONDS,
  LATENCY_SECONDS,
} from './metrics/histogram.ts'
export { type DerivedDefinition, type Described, MetricRegistry } from './metrics/registry.ts'
export { addEventLoopDelay, RuntimeMetrics } from './metrics/runtime.ts'
export { createScrub, REDACTED, type Scrub } from './redaction/scrub.ts'
export { createShow, type ShowFields, type ShownError } from './redaction/shown-fields.ts'
export { openTracer, type TracerOptions } from './tracing/open-tracer.ts'
export { SAMPLERS, type SamplerName } from './tracing/sampler.ts'
export type {
  AttributeName,
  RemoteSpan,
  RootOptions,
  Span,
  SpanCounts,
  SpanKind,
  Tracer,
} from './tracing/span.ts'
export { parseTraceparent } from './tracing/w3c.ts'
