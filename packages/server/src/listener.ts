// Owns: what of the settings and services the listener is made of, and which endpoints it has.
// Does not own: HTTP itself (http/), the features (@grantd/oauth). Start here: `createListener`.
import type { Mailer } from '@grantd/domain'
import {
  authenticateClient,
  ENDPOINTS,
  type Endpoint,
  findSession,
  type Input,
  Readiness,
  readyEndpoint,
  type Services,
} from '@grantd/oauth'
import type { LoadedBrand } from './branding/brand.ts'
import type { Settings } from './config/settings.ts'
import type { HttpContext, RateLimits } from './http/context.ts'
import { createAccessLog } from './http/hooks/access-log.ts'
import { namesOfDev } from './http/hooks/known-host.ts'
import { createHttpServer, type HttpServer } from './http/server.ts'
import { DevMailbox, devMailEndpoint } from './mail/dev-mailbox.ts'
import { createManagement } from './management.ts'
import type { Dependencies } from './metrics/dependencies.ts'
import { metricsEndpoint } from './metrics/metrics-endpoint.ts'
import { Readers } from './metrics/readers.ts'
import type { ServerMetrics } from './metrics/server-metrics.ts'
import { apiDocsEndpoints } from './openapi/api-docs-endpoints.ts'
import { loadAssets } from './pages/assets.ts'
import { checkSessionFrame } from './pages/check-session-frame.ts'
import { renderPage } from './pages/render.ts'
import { Admission } from './resilience/admission.ts'
import type { Resilience } from './resilience/resilience.ts'
import { readCertificate } from './tls/certificate.ts'
import { httpTracing } from './tracing/http-tracing.ts'
import { observeClients } from './tracing/observe-flows.ts'
import type { Tracing } from './tracing/tracing.ts'

export function createListener(parts: {
  readonly settings: Settings
  readonly brand: LoadedBrand
  /** Which of several workers on one port; without it, it is alone there. */
  readonly worker: number | undefined
  readonly services: Services
  readonly mailer: Mailer | undefined
  readonly tracing?: Tracing | undefined
  readonly resilience: Resilience
  readonly rateLimits?: RateLimits | undefined
  readonly observing?: Observing | undefined
}): Listener {
  const { settings, brand, worker, services, mailer, tracing, resilience, rateLimits, observing } =
    parts
  const assets = loadAssets()
  const drain = { isDraining: false }
  const isDraining = () => drain.isDraining
  const readiness = new Readiness(services)
  const readers = new Readers(settings)
  const detail = observing && (() => observing.dependencies.look())
  const forReaders = async (input: Input): Promise<object | undefined> =>
    (await readers.mayReadDetail(input, services)) ? detail?.() : undefined
  const metrics = observing?.expose
  const endpoints: readonly Endpoint[] = [
    ...ENDPOINTS,
    readyEndpoint({ readiness, isDraining, detail: forReaders }),
    ...(metrics !== undefined && readers.exist
      ? [
          metricsEndpoint({
            expose: metrics,
            mayRead: (...asked) => readers.mayReadMetrics(...asked),
          }),
        ]
      : []),
    ...(mailer instanceof DevMailbox ? [devMailEndpoint(mailer)] : []),
    ...apiDocsEndpoints(settings.api_docs, {
      endpoints: () => endpoints,
      facts: { oauth: services.settings, isLimited: rateLimits !== undefined },
      favicon: assets.urls.favicon,
    }),
  ]
  const door = resilience.isOn ? new Admission(settings.resilience, endpoints) : undefined
  if (door !== undefined) resilience.watchRequests(door)
  const authenticate: HttpContext['authenticateClient'] = (params, authorization, endpoint) =>
    authenticateClient(
      {
        params,
        authorization,
        allowsPublicClient: endpoint.allowsPublicClient === true,
        allowsAnonymous: endpoint.allowsAnonymous?.(services) === true,
      },
      services,
    )
  const context: HttpContext = {
    services,
    settings: {
      trustedProxies: settings.server.trust_proxy_headers ? settings.server.trusted_proxies : [],
      allowedOrigins: settings.server.allowed_origins,
      clientOrigins: settings.server.client_origins,
      enforceHttps: settings.server.enforce_https,
      isTls: settings.server.tls.cert !== undefined,
      ...(services.settings.isDev && {
        hostNames: namesOfDev(settings.server.host, services.settings.baseUrl),
      }),
      isSecure: services.settings.baseUrl.startsWith('https:'),
    },
    drain,
    rateLimits,
    ...tlsOf(settings),
    door,
    assets: { find: (path) => assets.find(path) ?? brand.find(path) },
    ...(settings.log.access && {
      accessLog: createAccessLog({
        format: settings.log.format,
        pid: worker === undefined ? undefined : process.pid,
      }),
    }),
    ...(tracing && {
      tracing: httpTracing(tracing, settings, endpoints, services.settings.baseUrl),
    }),
    pages: new Set<string>(),
    crossSitePosts: new Set(['authorize.post', 'logout.rp.post']),
    frames: { check_session: checkSessionFrame(assets.urls) },
    renderPage: (page, request) =>
      renderPage(page, { assets: assets.urls, brand, locale: request.language, request }),
    authenticateClient:
      tracing === undefined ? authenticate : observeClients(authenticate, tracing),
    findSession: (cookie, ip) => findSession(cookie, services, ip),
  }
  const counting = observing?.metrics?.http(endpoints)
  const management =
    settings.management.port === 0
      ? undefined
      : createManagement(context, [
          readyEndpoint({ readiness, isDraining, ...(detail && { detail }) }),
          ...(metrics === undefined ? [] : [metricsEndpoint({ expose: metrics })]),
        ])
  return {
    http: createHttpServer({ ...context, ...(counting && { counting }) }, endpoints),
    management,
  }
}

/** What operators see: the server's counts, all of them as text, and what it needs. */
export interface Observing {
  readonly metrics: ServerMetrics | undefined
  /** Absent where nothing is counted. */
  readonly expose: (() => Promise<string>) | undefined
  readonly dependencies: Dependencies
}

export interface Listener {
  readonly http: HttpServer
  /** Where one is configured. */
  readonly management: HttpServer | undefined
}

/** Throws CertificateError: the files were in order when the settings were read. */
function tlsOf({ server: { tls } }: Settings): Pick<HttpContext, 'tls'> {
  const { cert, key, min_version: minVersion, http2: isHttp2 } = tls
  if (cert === undefined || key === undefined) return {}
  const pair = readCertificate({ cert, key })
  return { tls: { cert: pair.cert, key: pair.key, minVersion, isHttp2 } }
}
