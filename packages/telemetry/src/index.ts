// Owns: what operators see of a running server: metrics, traces, what may be shown of a value.
// Does not own: where a thing is measured (the package that does it). Knows no OAuth and no HTTP routes.

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
