/** What a span may say. A closed list: text of a caller has no name here, so it cannot get into a trace. */
export type AttributeName =
  | 'http.request.method'
  | 'http.route'
  | 'http.response.status_code'
  | 'http.response.body.size'
  | 'url.scheme'
  | 'url.path'
  | 'network.protocol.version'
  | 'server.address'
  | 'peer.service'
  | 'server.port'
  | 'error.type'
  | 'db.system.name'
  | 'db.operation.name'
  | 'db.collection.name'
  | 'messaging.system'
  | 'messaging.operation.type'
  | 'messaging.batch.message_count'
  | 'grantd.request_id'
  | 'grantd.endpoint'
  | 'grantd.client_id'
  | 'grantd.actor.wait_ms'
  | 'grantd.changes'
  | 'grantd.signing.algorithm'

export type SpanKind = 'internal' | 'server' | 'client' | 'producer'

/** A span of another process, as its headers tell (W3C Trace Context). */
export interface RemoteSpan {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled: boolean
  readonly tracestate: string | undefined
}

/** A piece of work. One that is not recorded has ids all the same, and costs next to nothing. */
export interface Span {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits. */
  readonly spanId: string
  readonly isRecorded: boolean
  readonly traceparent: string
  readonly tracestate: string | undefined
  /** `name` is for few values: a route, never a path. */
  rename(name: string): void
  set(name: AttributeName, value: string | number | boolean): void
  /** `type`: a code or the name of a class, never a message. */
  fail(type: string): void
  end(): void
}

export interface RootOptions {
  readonly kind: SpanKind
  /** 32 hex digits; without it, and without a parent, random ones. */
  readonly traceId?: string
  /** Continues that trace. */
  readonly parent?: RemoteSpan | undefined
  /** Spans of other traces that caused this one. */
  readonly links?: readonly RemoteSpan[]
  /** Instead of asking the sampler. */
  readonly isSampled?: boolean
}

/** Spans since the start. Only `exported` ones are certain to have arrived. */
export interface SpanCounts {
  readonly exported: number
  /** Never sent, for want of room: the collector was slow or away. */
  readonly dropped: number
  /** Sent, and refused or not answered however often. */
  readonly failed: number
  readonly waiting: number
}

export interface Tracer {
  root(name: string, options: RootOptions): Span
  /** `parent` has to be recorded. */
  child(parent: Span, name: string, kind: SpanKind): Span
  readonly counts: SpanCounts
  /** Sends what waits, for up to `ms`; what is left is dropped and counted. Never rejects. */
  shutdown(ms: number): Promise<void>
}
