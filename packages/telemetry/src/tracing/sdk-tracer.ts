// Owns: spans as the OpenTelemetry SDK makes them. Loaded only when traces are exported (open-tracer.ts).
import {
  type Context,
  createTraceState,
  type Span as OtelSpan,
  SpanKind as OtelSpanKind,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  RandomIdGenerator,
  type ReadableSpan,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Sampler } from './sampler.ts'
import type { AttributeName, RemoteSpan, RootOptions, Span, SpanKind } from './span.ts'
import { formatTraceparent } from './w3c.ts'

const KINDS: Readonly<Record<SpanKind, OtelSpanKind>> = {
  internal: OtelSpanKind.INTERNAL,
  server: OtelSpanKind.SERVER,
  client: OtelSpanKind.CLIENT,
  producer: OtelSpanKind.PRODUCER,
}
/** A caller may send long paths; nothing else that is set comes near this. */
const MAX_VALUE = 256

export interface SdkTracerOptions {
  readonly resource: Readonly<Record<string, string>>
  readonly sampler: Sampler
  readonly scope: { readonly name: string; readonly version: string }
  onEnd(span: ReadableSpan): void
}

/** Decides itself what is recorded, so that what is not never reaches the SDK. */
export class SdkTracer {
  readonly #sampler: Sampler
  readonly #tracer: OtelTracer
  readonly #ids = new RandomIdGenerator()
  readonly #clock = new SpanClock()
  /** The id of the trace that is begun just now. */
  #nextTraceId: string | undefined

  constructor({ resource, sampler, scope, onEnd }: SdkTracerOptions) {
    this.#sampler = sampler
    const provider = new TracerProvider({
      resource: resourceFromAttributes(resource),
      sampler: new AlwaysOnSampler(),
      idGenerator: {
        generateTraceId: () => this.#nextTraceId ?? this.#ids.generateTraceId(),
        generateSpanId: () => this.#ids.generateSpanId(),
      },
      spanLimits: { attributeValueLengthLimit: MAX_VALUE, linkCountLimit: 32 },
      spanProcessors: [
        {
          onStart: () => undefined,
          onEnd,
          forceFlush: () => Promise.resolve(),
          shutdown: () => Promise.resolve(),
        },
      ],
    })
    this.#tracer = provider.getTracer(scope.name, scope.version)
  }

  root(name: string, options: RootOptions): Span {
    const { parent, kind, links = [] } = options
    const traceId = parent?.traceId ?? options.traceId ?? this.#ids.generateTraceId()
    const isSampled = options.isSampled ?? this.#sampler(traceId, parent)
    if (!isSampled) return new IdleSpan(traceId, parent?.tracestate, this.#ids)
    this.#clock.adjust()
    this.#nextTraceId = traceId
    const span = this.#tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        startTime: this.#clock.now(),
        links: links.map((link) => ({ context: contextOf(link) })),
      },
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(parent)),
    )
    this.#nextTraceId = undefined
    return new RecordedSpan(span, this.#clock, parent?.tracestate)
  }

  child(parent: Span, name: string, kind: SpanKind): Span {
    // Spans are made here alone, and callers look at `isRecorded` first.
    const { tracestate, context } = parent as RecordedSpan
    const startTime = this.#clock.now()
    const span = this.#tracer.startSpan(name, { kind: KINDS[kind], startTime }, context)
    return new RecordedSpan(span, this.#clock, tracestate)
  }
}

/** A step of the wall clock that is worth more than the order of spans. */
const LARGEST_DRIFT_MS = 50

/** Milliseconds since 1970 with their fractions: the SDK's own begin whole, so that children overtake parents. */
class SpanClock {
  #offset = performance.timeOrigin

  now(): number {
    return this.#offset + performance.now()
  }

  /** Follows the wall clock when that was set. */
  adjust(): void {
    const drift = Date.now() - this.now()
    if (Math.abs(drift) > LARGEST_DRIFT_MS) this.#offset += drift
  }
}

class RecordedSpan implements Span {
  readonly isRecorded = true
  readonly tracestate: string | undefined
  readonly #span: OtelSpan
  readonly #clock: SpanClock
  #context: Context | undefined

  constructor(span: OtelSpan, clock: SpanClock, tracestate: string | undefined) {
    this.#span = span
    this.#clock = clock
    this.tracestate = tracestate
  }

  get traceId(): string {
    return this.#span.spanContext().traceId
  }

  get spanId(): string {
    return this.#span.spanContext().spanId
  }

  get traceparent(): string {
    return formatTraceparent(this.traceId, this.spanId, true)
  }

  get context(): Context {
    this.#context ??= trace.setSpan(ROOT_CONTEXT, this.#span)
    return this.#context
  }

  rename(name: string): void {
    this.#span.updateName(name)
  }

  set(name: AttributeName, value: string | number | boolean): void {
    this.#span.setAttribute(name, value)
  }

  fail(type: string): void {
    this.#span.setAttribute('error.type', type)
    this.#span.setStatus({ code: SpanStatusCode.ERROR })
  }

  end(): void {
    this.#span.end(this.#clock.now())
  }
}

/** Of a trace that is not recorded: its ids go into logs, events and what this server calls. */
class IdleSpan implements Span {
  readonly traceId: string
  readonly tracestate: string | undefined
  readonly isRecorded = false
  readonly #ids: RandomIdGenerator
  #spanId: string | undefined

  constructor(traceId: string, tracestate: string | undefined, ids: RandomIdGenerator) {
    this.traceId = traceId
    this.tracestate = tracestate
    this.#ids = ids
  }

  get spanId(): string {
    this.#spanId ??= this.#ids.generateSpanId()
    return this.#spanId
  }

  get traceparent(): string {
    return formatTraceparent(this.traceId, this.spanId, false)
  }

  rename(): void {
    // Nobody will read it.
  }

  set(): void {
    // Nor this.
  }

  fail(): void {
    // Nor this.
  }

  end(): void {
    // Nothing was begun.
  }
}

function contextOf({ traceId, spanId, isSampled, tracestate }: RemoteSpan): SpanContext {
  return {
    traceId,
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  }
}
