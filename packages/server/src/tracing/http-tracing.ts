// Owns: the span of each request: whose trace it belongs to, what it says, when it ends.
// Does not own: spans below it (tracing.ts). Start here: `HttpTracing.begin`.
import type { IncomingMessage } from 'node:http'
import { ambientOrigin, type Endpoint } from '@grantd/oauth'
import { parseTraceparent, type RootOptions } from '@grantd/telemetry'
import type { Settings } from '../config/settings.ts'
import type { Exchange, Outcome } from '../http/exchange.ts'
import { ClientAddresses } from '../http/hooks/client-address.ts'
import { TracedOrigin } from './traced-origin.ts'
import type { Tracing } from './tracing.ts'

export interface HttpTracingOptions {
  readonly tracing: Tracing
  /** Callers whose trace is continued; `undefined`: trace headers are not read at all. */
  readonly trustedNetworks: readonly string[] | undefined
  /** Path of each endpoint by its id. */
  readonly routes: ReadonlyMap<string, string>
  /** The public URL of this server. */
  readonly baseUrl: string
}

/** As the settings say. */
export function httpTracing(
  tracing: Tracing,
  { telemetry }: Pick<Settings, 'telemetry'>,
  endpoints: readonly Endpoint[],
  baseUrl: string,
): HttpTracing {
  const isRead = telemetry.propagators.includes('tracecontext')
  return new HttpTracing({
    tracing,
    trustedNetworks: isRead ? telemetry.trusted_networks : undefined,
    routes: new Map(endpoints.map(({ id, path }) => [id, path])),
    baseUrl,
  })
}

export class HttpTracing {
  readonly #tracing: Tracing
  readonly #trusted: ClientAddresses | undefined
  readonly #routes: ReadonlyMap<string, string>
  readonly #scheme: string
  readonly #host: string

  constructor({ tracing, trustedNetworks, routes, baseUrl }: HttpTracingOptions) {
    this.#tracing = tracing
    this.#trusted = trustedNetworks && new ClientAddresses(trustedNetworks)
    this.#routes = routes
    const { protocol, hostname } = new URL(baseUrl)
    this.#scheme = protocol.slice(0, -1)
    this.#host = hostname
  }

  begin(exchange: Exchange): void {
    const { method, request, id } = exchange
    const span = this.#tracing.tracer.root(method, {
      kind: 'server',
      traceId: id.replaceAll('-', ''),
      ...this.#caller(request),
    })
    exchange.trace = new TracedOrigin(id, 'http', span)
    if (!span.isRecorded) return
    span.set('http.request.method', method)
    span.set('url.path', exchange.path)
    span.set('url.scheme', this.#scheme)
    span.set('server.address', this.#host)
    span.set('network.protocol.version', request.httpVersion)
    span.set('grantd.request_id', id)
  }

  /** Runs the hooks within a span of theirs. */
  hooks<Result>(exchange: Exchange, run: () => Result): Result {
    const { trace } = exchange
    if (trace?.span.isRecorded !== true) return run()
    return ambientOrigin.run(trace, () => this.#tracing.inSpan('http.hooks', 'internal', run))
  }

  /** An observer: hears of the end of every request. */
  end = ({ trace, endpoint, method }: Exchange, { status, bytes }: Outcome): void => {
    if (trace?.span.isRecorded !== true) return
    const { span } = trace
    const route = endpoint === undefined ? undefined : this.#routes.get(endpoint)
    if (endpoint !== undefined && route !== undefined) {
      span.rename(`${method} ${route}`)
      span.set('http.route', route)
      span.set('grantd.endpoint', endpoint)
    }
    if (status === undefined) {
      span.fail('client_disconnected')
    } else {
      span.set('http.response.status_code', status)
      span.set('http.response.body.size', bytes)
      if (status >= 500) span.fail(String(status))
    }
    span.end()
  }

  /**
   * A trace of a caller who is trusted goes on. What anybody else says is only linked to: else it could
   * choose which requests are recorded, and put its own into the traces of others.
   */
  #caller(request: IncomingMessage): Partial<RootOptions> | undefined {
    if (this.#trusted === undefined) return undefined
    const { traceparent, tracestate } = request.headers
    if (traceparent === undefined) return undefined
    const remote = parseTraceparent(traceparent, tracestate)
    if (remote === undefined) return undefined
    if (this.#trusted.isTrustedPeer(request)) return { parent: remote }
    return { links: [{ ...remote, tracestate: undefined }] }
  }
}
