import type { RemoteSpan } from './span.ts'

const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/
const TRACESTATE = /^[\x20-\x7e]{1,512}$/
const SAMPLED = 1

/** Reads the headers of W3C Trace Context; what it does not allow counts as absent. */
export function parseTraceparent(
  traceparent: unknown,
  tracestate?: unknown,
): RemoteSpan | undefined {
  if (typeof traceparent !== 'string') return undefined
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return {
    traceId,
    spanId,
    isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED,
    tracestate:
      typeof tracestate === 'string' && TRACESTATE.test(tracestate) ? tracestate : undefined,
  }
}

export function formatTraceparent(traceId: string, spanId: string, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}
