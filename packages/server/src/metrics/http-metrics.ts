// Owns: what is counted of each request: one look at a map and one cell, whatever is shown of it later.
// Does not own: when a request is over (http/exchange.ts). Start here: `observe`.
import type { Endpoint } from '@grantd/oauth'
import {
  addSorted,
  HistogramCell,
  histogramValues,
  LATENCY_CONVENTION_SECONDS,
  LATENCY_SECONDS,
  type MetricRegistry,
  type Value,
} from '@grantd/telemetry'
import { STATIC_PREFIX } from '../http/assets.ts'
import type { Exchange, Load, Observer, Outcome } from '../http/exchange.ts'
import { knownPath, type PathTable, pathTable } from '../http/paths.ts'

/** Every bound that one of the histograms has; what is shown adds them up. */
const FINE = [0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const WHOLE = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Paths that nothing is at: one route, whatever was asked for. */
const UNMATCHED = 'unmatched'
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const OTHER_METHOD = '_OTHER'
/** The connection ended before an answer began. */
const ABORTED = 0

interface Route {
  readonly method: string
  readonly route: string
  readonly byStatus: Map<number, HistogramCell>
}

export class HttpMetrics {
  /** Counts what begins; an `ExchangeOptions` has it. */
  readonly load: Load = { begun: 0 }
  readonly #routes = new Map<string, Route>()
  readonly #bound: ReadonlyMap<string, Route>
  readonly #paths: PathTable

  constructor(endpoints: readonly Endpoint[]) {
    this.#paths = pathTable(endpoints)
    this.#bound = new Map(
      endpoints.map(({ id, method, path }) => [id, this.#routeAt(method, path)]),
    )
  }

  readonly observe: Observer = (exchange: Exchange, { status = ABORTED, ms }: Outcome): void => {
    const { endpoint, method } = exchange
    const bound =
      endpoint === undefined || method === 'HEAD' ? undefined : this.#bound.get(endpoint)
    const { byStatus } = bound ?? this.#found(exchange, status)
    let cell = byStatus.get(status)
    if (cell === undefined) {
      cell = new HistogramCell(FINE)
      byStatus.set(status, cell)
    }
    cell.record(ms / 1_000)
  }

  register(registry: MetricRegistry): void {
    registry.derived({
      name: 'http_requests_total',
      help: 'Requests that were answered, or whose connection ended before.',
      type: 'counter',
      read: () => [{ labels: {}, value: this.#ended() }],
    })
    registry.derived({
      name: 'http_request_duration_seconds',
      help: 'From the first hook to the answer, over all requests.',
      type: 'histogram',
      read: (name) => histogramValues(name, {}, WHOLE, addSorted(this.#cells(), FINE)),
    })
    registry.derived({
      name: 'http_requests_by_class_total',
      help: 'Requests by the class of their status; `other`: no answer began.',
      type: 'counter',
      labels: ['status_class'],
      read: () => this.#byLabel('status_class', classOf, ['2xx', '3xx', '4xx', '5xx', 'other']),
    })
    registry.derived({
      name: 'http_requests_total_by_route',
      help: 'Requests by method, pattern of the path and status; `aborted`: no answer began.',
      type: 'counter',
      labels: ['method', 'route', 'status'],
      read: () =>
        this.#series(({ method, route }, status, cell) => [
          { labels: { method, route, status: textOf(status) }, value: cell.count },
        ]),
    })
    registry.derived({
      name: 'http_request_duration_seconds_by_route',
      help: 'From the first hook to the answer, by method, pattern of the path and status.',
      type: 'histogram',
      labels: ['method', 'route', 'status'],
      read: (name) =>
        this.#series(({ method, route }, status, cell) => {
          const labels = { method, route, status: textOf(status) }
          return histogramValues(name, labels, LATENCY_SECONDS, sortedOf(cell))
        }),
    })
    registry.derived({
      name: 'http_server_request_duration_seconds',
      isConventional: true,
      help: 'The same as OpenTelemetry names it: `http.server.request.duration`.',
      type: 'histogram',
      labels: ['http_request_method', 'http_route', 'http_response_status_code', 'error_type'],
      read: (name) =>
        this.#series(({ method, route }, status, cell) => {
          if (status === ABORTED) return []
          const labels = {
            http_request_method: method,
            http_route: route,
            http_response_status_code: String(status),
            error_type: status < 500 ? '' : String(status),
          }
          return histogramValues(name, labels, LATENCY_CONVENTION_SECONDS, sortedOf(cell))
        }),
    })
    for (const name of ['concurrent_requests_in_flight', 'http_server_active_requests'] as const)
      registry.derived({
        name,
        ...(name === 'http_server_active_requests' && { isConventional: true }),
        help: 'Requests that are being worked on now.',
        type: 'gauge',
        read: () => [{ labels: {}, value: this.load.begun - this.#ended() }],
      })
    registry.derived({
      name: 'errors_total',
      help: 'Answers that say no: what was sent was wrong, nobody was proven, too much was asked for, this server or one behind it failed.',
      type: 'counter',
      labels: ['kind'],
      read: () =>
        this.#byLabel('kind', kindOf, ['validation', 'upstream', 'internal', 'auth', 'ratelimit']),
    })
    registry.derived({
      name: 'jwks_requests_total',
      help: 'Requests for the public keys.',
      type: 'counter',
      read: () => [{ labels: {}, value: this.#endedAt('/.well-known/jwks.json') }],
    })
  }

  /** A refusal before any endpoint counts for the path it was sent to, if there is something at it. */
  #found(exchange: Exchange, status: number): Route {
    const { path, method } = exchange
    if (path.startsWith(STATIC_PREFIX) && status !== 404)
      return this.#routeAt(methodOf(method), `${STATIC_PREFIX}*`)
    const known = knownPath(this.#paths, path)
    // Methods that a path does not have are anybody's text, as are paths that are not there.
    if (known === undefined || !known.methods.has(method))
      return this.#routeAt(methodOf(method), UNMATCHED)
    return this.#routeAt(method, this.#paths.has(path) ? path : path.replace(/[^/]+$/, '*'))
  }

  #routeAt(method: string, route: string): Route {
    const key = `${method} ${route}`
    let known = this.#routes.get(key)
    if (known === undefined) {
      known = { method, route, byStatus: new Map() }
      this.#routes.set(key, known)
    }
    return known
  }

  #series(of: (route: Route, status: number, cell: HistogramCell) => readonly Value[]): Value[] {
    return [...this.#routes.values()].flatMap((route) =>
      [...route.byStatus].flatMap(([status, cell]) => of(route, status, cell)),
    )
  }

  /** The names in `always` are there from the start, so that a rate of the first one is seen. */
  #byLabel(
    label: string,
    nameOf: (status: number) => string | undefined,
    always: readonly string[],
  ): Value[] {
    const counts = new Map(always.map((name) => [name, 0]))
    this.#series((_route, status, cell) => {
      const name = nameOf(status)
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + cell.count)
      return []
    })
    return [...counts].map(([name, value]) => ({ labels: { [label]: name }, value }))
  }

  #ended(): number {
    let count = 0
    for (const cell of this.#cells()) count += cell.count
    return count
  }

  #endedAt(path: string): number {
    let count = 0
    for (const { route, byStatus } of this.#routes.values())
      if (route === path) for (const cell of byStatus.values()) count += cell.count
    return count
  }

  *#cells(): Iterable<HistogramCell> {
    for (const { byStatus } of this.#routes.values()) yield* byStatus.values()
  }
}

function sortedOf({ counts, sum }: HistogramCell) {
  return { bounds: FINE, counts, sum }
}

function methodOf(method: string): string {
  return METHODS.has(method) ? method : OTHER_METHOD
}

function textOf(status: number): string {
  return status === ABORTED ? 'aborted' : String(status)
}

function classOf(status: number): string {
  return status >= 200 && status < 600 ? `${Math.floor(status / 100)}xx` : 'other'
}

function kindOf(status: number): string | undefined {
  if (status < 400) return undefined
  if (status === 429) return 'ratelimit'
  if (status === 401 || status === 403) return 'auth'
  if (status < 500) return 'validation'
  return status === 500 ? 'internal' : 'upstream'
}
