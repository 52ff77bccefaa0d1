// Owns: what of the settings and services the listener is made of, and which endpoints it has.
// Does not own: HTTP itself (http/), the features (@grantd/oauth). Start here: `createListener`.
import type { Mailer } from '@grantd/domain'
import {
  authenticateClient,
  ENDPOINTS,
  findSession,
  readyEndpoint,
  type Services,
} from '@grantd/oauth'
import type { LoadedBrand } from './branding/brand.ts'
import type { Settings } from './config/settings.ts'
import type { HttpContext } from './http/context.ts'
import { createAccessLog } from './http/hooks/access-log.ts'
import { namesOfDev } from './http/hooks/known-host.ts'
import { createHttpServer, type HttpServer } from './http/server.ts'
import { DevMailbox, devMailEndpoint } from './mail/dev-mailbox.ts'
import { loadAssets } from './pages/assets.ts'
import { checkSessionFrame } from './pages/check-session-frame.ts'
import { renderPage } from './pages/render.ts'

export function createListener(parts: {
  readonly settings: Settings
  readonly brand: LoadedBrand
  /** Which of several workers on one port; without it, it is alone there. */
  readonly worker: number | undefined
  readonly services: Services
  readonly mailer: Mailer | undefined
}): HttpServer {
  const { settings, brand, worker, services, mailer } = parts
  const assets = loadAssets()
  const drain = { isDraining: false }
  const context: HttpContext = {
    services,
    settings: {
      trustedProxies: settings.server.trust_proxy_headers ? settings.server.trusted_proxies : [],
      allowedOrigins: settings.server.allowed_origins,
      enforceHttps: settings.server.enforce_https,
      ...(services.settings.isDev && {
        hostNames: namesOfDev(settings.server.host, services.settings.baseUrl),
      }),
      isSecure: services.settings.baseUrl.startsWith('https:'),
    },
    drain,
    assets: { find: (path) => assets.find(path) ?? brand.find(path) },
    ...(settings.log.access && {
      accessLog: createAccessLog({
        format: settings.log.format,
        pid: worker === undefined ? undefined : process.pid,
      }),
    }),
    pages: new Set<string>(),
    crossSitePosts: new Set(['authorize.post', 'logout.rp.post']),
    frames: { check_session: checkSessionFrame(assets.urls) },
    renderPage: (page, request) =>
      renderPage(page, { assets: assets.urls, brand, locale: request.language, request }),
    authenticateClient: (params, authorization, endpoint) =>
      authenticateClient(
        {
          params,
          authorization,
          allowsPublicClient: endpoint.allowsPublicClient === true,
          allowsAnonymous: endpoint.allowsAnonymous?.(services) === true,
        },
        services,
      ),
    findSession: (cookie, ip) => findSession(cookie, services, ip),
  }
  return createHttpServer(context, [
    ...ENDPOINTS,
    readyEndpoint(() => drain.isDraining),
    ...(mailer instanceof DevMailbox ? [devMailEndpoint(mailer)] : []),
  ])
}
