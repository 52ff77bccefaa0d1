// Owns: a tracer that exports by OTLP. Start here. Does not own: which settings say so (server).
import { createSampler, type SamplerName } from './sampler.ts'
import type { Tracer } from './span.ts'
import { type SendOutcome, SpanQueue } from './span-queue.ts'

export interface TracerOptions {
  readonly protocol: 'grpc' | 'http/protobuf'
  /** Of the collector; for `http/protobuf` with the path. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly gzip: boolean
  readonly ca?: string | undefined
  readonly timeoutMs: number
  readonly sampler: SamplerName
  /** 0 to 1. */
  readonly ratio: number
  readonly maxQueue: number
  readonly batchSize: number
  readonly delayMs: number
  readonly resource: Readonly<Record<string, string>>
  /** Who makes the spans. */
  readonly scope: { readonly name: string; readonly version: string }
  onTrouble(reason: string): void
  onRecovery(): void
  onOverflow(): void
}

/** Loads the OpenTelemetry SDK, which nothing else in grantd does. Connects with the first batch. */
export async function openTracer(options: TracerOptions): Promise<Tracer> {
  const { protocol, gzip, headers, ca, maxQueue, batchSize } = options
  const [{ SdkTracer }, { ProtobufTraceSerializer }, open] = await Promise.all([
    import('./sdk-tracer.ts'),
    import('@opentelemetry/otlp-transformer'),
    protocol === 'grpc'
      ? import('./otlp/grpc-transport.ts').then(({ grpcTransport }) => grpcTransport)
      : import('./otlp/http-transport.ts').then(({ httpTransport }) => httpTransport),
  ])
  const transport = open({ url: new URL(options.url), headers, gzip, ca })
  type Ended = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number]

  async function send(spans: readonly Ended[], timeoutMs: number): Promise<SendOutcome> {
    const message = ProtobufTraceSerializer.serializeRequest([...spans])
    if (message === undefined) return { refused: 'the spans cannot be written' }
    const outcome = await transport.send(message, timeoutMs)
    if (!('body' in outcome)) return outcome
    return { taken: true, refused: refusedOf(outcome.body) }
  }

  function refusedOf(body: Uint8Array): number {
    try {
      const { partialSuccess } = ProtobufTraceSerializer.deserializeResponse(body)
      return Math.max(0, partialSuccess?.rejectedSpans ?? 0)
    } catch {
      return 0 // it took them; what else it says is not understood
    }
  }

  const queue = new SpanQueue<Ended>({
    send,
    maxQueue,
    batchSize: Math.min(batchSize, maxQueue),
    delayMs: options.delayMs,
    timeoutMs: options.timeoutMs,
    onTrouble: options.onTrouble,
    onRecovery: options.onRecovery,
    onOverflow: options.onOverflow,
  })
  const spans = new SdkTracer({
    resource: options.resource,
    sampler: createSampler(options.sampler, options.ratio),
    scope: options.scope,
    onEnd: (span) => queue.add(span),
  })
  return {
    root: (name, rootOptions) => spans.root(name, rootOptions),
    child: (parent, name, kind) => spans.child(parent, name, kind),
    get counts() {
      return queue.counts
    },
    async shutdown(ms) {
      await queue.close(ms)
      transport.close()
    },
  }
}
