// Owns: spans around pieces of work, and the span that is open where code runs.
// Does not own: which pieces (observe-*.ts, http-tracing.ts), how spans leave (@grantd/telemetry).
// Start here: `Tracing.inSpan`.
import { randomBytes } from 'node:crypto'
import { ambientOrigin, type Log } from '@grantd/oauth'
import type { RootOptions, Span, SpanKind, Tracer } from '@grantd/telemetry'
import { TracedOrigin } from './traced-origin.ts'

export class Tracing {
  readonly tracer: Tracer
  readonly #log: Log

  constructor(tracer: Tracer, log: Log) {
    this.tracer = tracer
    this.#log = log
  }

  /** Sends what waits, for up to `ms`, and says what was lost since the start. Never rejects. */
  async stop(ms: number): Promise<void> {
    await this.tracer.shutdown(ms)
    const { dropped, failed } = this.tracer.counts
    const lost = dropped + failed
    if (lost > 0) this.#log.warn({ spans_lost: lost }, 'spans did not reach the collector')
  }

  /** The recorded span that is open here. */
  get current(): Span | undefined {
    const origin = ambientOrigin.getStore()
    return origin instanceof TracedOrigin && origin.span.isRecorded ? origin.span : undefined
  }

  /** Does `work` in a child of the open span; where none is recorded, just does it. */
  inSpan<Result>(
    name: string,
    kind: SpanKind,
    work: () => Result,
    describe?: (span: Span) => void,
  ): Result {
    const origin = ambientOrigin.getStore()
    if (!(origin instanceof TracedOrigin) || !origin.span.isRecorded) return work()
    const span = this.tracer.child(origin.span, name, kind)
    describe?.(span)
    return ended(span, () => ambientOrigin.run(origin.under(span), work))
  }

  /** Work of nobody's request, such as a message on its way: a trace of its own. */
  inRoot<Result>(
    name: string,
    options: RootOptions,
    work: () => Result,
    describe?: (span: Span) => void,
  ): Result {
    const span = this.tracer.root(name, options)
    if (!span.isRecorded) return work()
    describe?.(span)
    const origin = new TracedOrigin(randomBytes(16).toString('hex'), 'task', span)
    return ended(span, () => ambientOrigin.run(origin, work))
  }
}

/** Ends the span when the work is over, now or later. The work's result is passed on as it is. */
function ended<Result>(span: Span, work: () => Result): Result {
  const failed = (error: unknown) => {
    span.fail(typeOf(error))
    span.end()
  }
  let result: Result
  try {
    result = work()
  } catch (error) {
    failed(error)
    throw error
  }
  if (result instanceof Promise) result.then(() => span.end(), failed)
  else span.end()
  return result
}

/** A code or a class: messages may quote what a caller sent. */
function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : error.name
}
