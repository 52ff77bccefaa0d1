import type { EventOrigin } from '@grantd/domain'
import type { Span } from '@grantd/telemetry'

/**
 * The ambient origin of a request while traces are made: what is ambient already goes wherever the work
 * goes, into actors too, so the span that is open goes with it. Events made there name that span.
 */
export class TracedOrigin implements EventOrigin {
  readonly correlationId: string
  readonly source: string
  readonly span: Span

  constructor(correlationId: string, source: string, span: Span) {
    this.correlationId = correlationId
    this.source = source
    this.span = span
  }

  get traceparent(): string {
    return this.span.traceparent
  }

  get tracestate(): string | undefined {
    return this.span.tracestate
  }

  under(span: Span): TracedOrigin {
    return new TracedOrigin(this.correlationId, this.source, span)
  }
}
