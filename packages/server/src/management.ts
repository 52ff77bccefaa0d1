// Owns: the management port: metrics, liveness, readiness in detail, for whoever reaches it. Does not
// own: the main port (listener.ts), what is served (metrics/, health endpoints).
import { type Endpoint, healthEndpoint } from '@grantd/oauth'
import { bareHost } from './config/address.ts'
import type { Settings } from './config/settings.ts'
import type { HttpContext } from './http/context.ts'
import { createHttpServer, type HttpServer } from './http/server.ts'
import { StartError } from './start-error.ts'

/**
 * Reached by neighbours under any name and without TLS, and never closed before the main port: its
 * probes tell that the server is stopping. `main` gives what both have in common.
 */
export function createManagement(main: HttpContext, endpoints: readonly Endpoint[]): HttpServer {
  const { services, assets, pages, frames, renderPage, authenticateClient, findSession } = main
  const context: HttpContext = {
    services,
    assets,
    pages,
    frames,
    renderPage,
    authenticateClient,
    findSession,
    settings: { trustedProxies: [], allowedOrigins: [], enforceHttps: false, isSecure: false },
    drain: { isDraining: false },
  }
  return createHttpServer(context, [healthEndpoint, ...endpoints])
}

/** Throws `E_MANAGEMENT_PORT`. */
export async function listenToManagement(
  http: HttpServer | undefined,
  { management }: Settings,
): Promise<void> {
  if (http === undefined) return
  const { host, port } = management
  try {
    await http.listen(port, bareHost(host))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartError(
      'E_MANAGEMENT_PORT',
      `the management port cannot be opened on ${host}:${port} (${code})`,
      'choose a free one in OAUTH2_MANAGEMENT_PORT, or 0 for none, and check OAUTH2_MANAGEMENT_HOST',
    )
  }
}
