import { AsyncLocalStorage } from 'node:async_hooks'
import type { EventOrigin } from '@grantd/domain'

/**
 * The request that the running code serves. Ambient, because an event is made far below the endpoint,
 * often in an actor, and nothing on the way decides by it. Actors carry it with each message.
 */
export const ambientOrigin = new AsyncLocalStorage<EventOrigin>()

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const TRACESTATE = /^[\x20-\x7e]{1,512}$/

/** The origin of a request; trace headers that W3C Trace Context does not allow count as absent. */
export function originOfRequest(request: {
  readonly id: string
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
}): EventOrigin {
  const { id: correlationId, traceparent, tracestate } = request
  if (!isTraceparent(traceparent)) return { correlationId, source: 'http' }
  return {
    correlationId,
    traceparent,
    ...(isTracestate(tracestate) && { tracestate }),
    source: 'http',
  }
}

export function isTraceparent(value: unknown): value is string {
  return typeof value === 'string' && TRACEPARENT.test(value)
}

export function isTracestate(value: unknown): value is string {
  return typeof value === 'string' && TRACESTATE.test(value)
}
