// Owns: what is counted of requests to others. Does not own: making them (outbound/guarded-http.ts).
import { OutboundError } from '@grantd/oauth'
import {
  type Counter,
  type Histogram,
  LATENCY_CONVENTION_SECONDS,
  type MetricRegistry,
} from '@grantd/telemetry'
import type { GuardedHttp } from '../outbound/guarded-http.ts'

export class OutboundMetrics {
  readonly #requests: Counter<'peer_service' | 'http_method' | 'http_status_code'>
  readonly #duration: Histogram<'peer_service' | 'http_method'>
  readonly #conventional: Histogram<
    'http_request_method' | 'http_response_status_code' | 'error_type'
  >

  constructor(registry: MetricRegistry) {
    this.#requests = registry.counter({
      name: 'http_client_requests_total',
      help: 'Requests to others by what for; instead of a status, why there was none.',
      labels: ['peer_service', 'http_method', 'http_status_code'],
    })
    this.#duration = registry.histogram({
      name: 'http_client_request_duration_seconds',
      help: 'From the call to the whole answer, or to giving up.',
      labels: ['peer_service', 'http_method'],
    })
    this.#conventional = registry.histogram(
      {
        name: 'http_client_request_duration_seconds',
        isConventional: true,
        help: 'The same as OpenTelemetry names it: `http.client.request.duration`; without the address, which strangers choose.',
        labels: ['http_request_method', 'http_response_status_code', 'error_type'],
      },
      LATENCY_CONVENTION_SECONDS,
    )
  }

  /** The same client, whose requests are counted. */
  observed(http: GuardedHttp): GuardedHttp {
    return {
      get: (url, options) => this.#timed(options.purpose ?? 'other', 'GET', http.get(url, options)),
      postForm: (url, fields) =>
        this.#timed('backchannel_logout', 'POST', http.postForm(url, fields)),
      post: (url, request) => this.#timed('webhook', 'POST', http.post(url, request)),
      send: (url, request) => this.#timed(request.peer, request.method, http.send(url, request)),
      refusal: (url) => http.refusal(url),
    }
  }

  async #timed<Answer extends { readonly status: number }>(
    peer: string,
    method: string,
    asking: Promise<Answer>,
  ): Promise<Answer> {
    const startedAt = performance.now()
    let [status, failure] = ['', 'failed']
    try {
      const answer = await asking
      status = statusOf(answer.status)
      failure = answer.status < 400 ? '' : status
      return answer
    } catch (error) {
      if (error instanceof OutboundError) failure = error.reason
      throw error
    } finally {
      const seconds = (performance.now() - startedAt) / 1_000
      this.#requests.cell(peer, method, status || failure).value++
      this.#duration.cell(peer, method).record(seconds)
      this.#conventional.cell(method, status, failure).record(seconds)
    }
  }
}

/** What servers usually say; of the rest the class: a peer may answer any number. */
const USUAL = new Set([
  ...[200, 201, 202, 204, 304],
  ...[400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 429],
  ...[500, 502, 503, 504],
])

function statusOf(status: number): string {
  if (USUAL.has(status)) return String(status)
  return status >= 100 && status < 600 ? `${Math.floor(status / 100)}xx` : 'other'
}
