// Owns: spans of what flows do on their way: proving a client, asking an actor, signing, calling a URL.
import type { HandlerCall } from '@grantd/actors'
import type { Client } from '@grantd/domain'
import type { OutboundResponse, ServicePorts, Signer } from '@grantd/oauth'
import type { Span } from '@grantd/telemetry'
import type { Settings } from '../config/settings.ts'
import type { HttpContext } from '../http/context.ts'
import type { GuardedHttp } from '../outbound/guarded-http.ts'
import type { Tracing } from './tracing.ts'

type Authenticate = HttpContext['authenticateClient']

/** The client is named only once it has proven itself: before, its id is what a stranger typed. */
export function observeClients(authenticate: Authenticate, tracing: Tracing): Authenticate {
  return (...args) =>
    tracing.inSpan('client.authenticate', 'internal', () => {
      const told = (client: Client | undefined) => {
        if (client !== undefined) tracing.current?.set('grantd.client_id', client.id)
        return client
      }
      const proving = authenticate(...args)
      return proving instanceof Promise ? proving.then(told) : told(proving)
    })
}

/** What `createServices` takes. */
export function observeFlows(
  tracing: Tracing,
): Required<Pick<ServicePorts, 'aroundMessage' | 'observeSigner'>> {
  return {
    aroundMessage: ({ actor, method, wait }: HandlerCall, handle: () => unknown) =>
      tracing.inSpan(`actor.${actor}.${method}`, 'internal', handle, (span) =>
        span.set('grantd.actor.wait_ms', wait),
      ),
    observeSigner: (signer: Signer) => ({
      ...signer,
      sign: (payload, type) =>
        tracing.inSpan(
          'token.sign',
          'internal',
          () => signer.sign(payload, type),
          (span) => span.set('grantd.signing.algorithm', signer.algorithm),
        ),
    }),
  }
}

/** Of the URL only the host is told: its path and query may hold what the other side keeps secret. */
export function observeHttp(http: GuardedHttp, tracing: Tracing | undefined): GuardedHttp {
  if (tracing === undefined) return http
  const called = (
    method: string,
    url: string,
    work: () => Promise<OutboundResponse>,
    peer?: string,
  ): Promise<OutboundResponse> => {
    const observed = async () => {
      const response = await work()
      const { current } = tracing
      current?.set('http.response.status_code', response.status)
      if (response.status >= 400) current?.fail(String(response.status))
      return response
    }
    const describe = (span: Span) => {
      span.set('http.request.method', method)
      span.set('server.address', URL.parse(url)?.hostname ?? '')
      if (peer !== undefined) span.set('peer.service', peer)
    }
    return tracing.current === undefined
      ? tracing.inRoot(method, { kind: 'client' }, observed, describe)
      : tracing.inSpan(method, 'client', observed, describe)
  }
  return {
    get: (url, options) => called('GET', url, () => http.get(url, options)),
    post: (url, request) => called('POST', url, () => http.post(url, request)),
    send: (url, request) =>
      called(request.method, url, () => http.send(url, request), request.peer),
    postForm: (url, fields) => called('POST', url, () => http.postForm(url, fields)),
    refusal: (url) => http.refusal(url),
  }
}

/** Which hosts are sent the open span: those that the settings name. */
export function propagation(
  { telemetry }: Pick<Settings, 'telemetry'>,
  tracing: Tracing,
): ((host: string) => string | undefined) | undefined {
  const { propagate_hosts: hosts, propagators } = telemetry
  if (hosts.length === 0 || !propagators.includes('tracecontext')) return undefined
  const isNamed = (host: string): boolean =>
    hosts.some((name) => (name.startsWith('.') ? host.endsWith(name) : host === name))
  return (host) => (isNamed(host) ? tracing.current?.traceparent : undefined)
}
