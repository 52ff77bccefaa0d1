// Owns: the listener, its limits, routing, cookies, headers, and errors as status codes.
// Does not own: what an endpoint decides, how a page looks. Start here, then mount.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Endpoint } from '@grantd/oauth'
import { type FastifyInstance, fastify } from 'fastify'
import { STATIC_PREFIX, sendAsset } from './assets.ts'
import { answerBrokenRequest } from './client-error.ts'
import type { HttpContext, HttpLimits } from './context.ts'
import { sendKnownRefusal } from './error-reply.ts'
import { Exchange } from './exchange.ts'
import { constantHeaders } from './headers.ts'
import { ClientAddresses } from './hooks/client-address.ts'
import { HOOKS, type HookContext } from './hooks/order.ts'
import { newRequestId } from './hooks/request-id.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { mountEndpoints } from './mount.ts'
import { pathTable } from './paths.ts'

export interface HttpServer {
  /** For tests (`app.inject`) only. */
  readonly app: FastifyInstance
  /** Resolves with the address that is listened on; rejects when the port is taken. */
  listen(port: number, host: string): Promise<AddressInfo>
  /**
   * Readiness turns off, replies say `Connection: close`, nothing new is accepted, requests in
   * progress finish; what is left after `drainMs` is cut off.
   */
  close(drainMs: number): Promise<void>
}

/** Answers one request, whatever comes. */
type Dispatch = (id: string, request: IncomingMessage, response: ServerResponse) => void

/**
 * The framework keeps the listener and its end; requests go straight to `Dispatch`, because the hooks
 * have settled path and method on the bytes as sent before its router would begin.
 */
export function createHttpServer(context: HttpContext, endpoints: readonly Endpoint[]): HttpServer {
  const limits = { ...DEFAULT_LIMITS, ...context.limits }
  const dispatch = createDispatch(context, endpoints, limits)
  const app = createApp(limits, (request, response) => dispatch(newRequestId(), request, response))
  // Injected requests come this way, those of the listener do not.
  app.addHook('onRequest', (request, reply, _done) => {
    reply.hijack()
    dispatch(request.id, request.raw, reply.raw)
  })
  return {
    app,
    async listen(port, host) {
      await app.listen({ port, host })
      return app.server.address() as AddressInfo
    },
    async close(drainMs) {
      context.drain.isDraining = true
      const cut = setTimeout(() => app.server.closeAllConnections(), drainMs)
      await app.close()
      clearTimeout(cut)
      await context.accessLog?.flush()
    },
  }
}

function createDispatch(
  context: HttpContext,
  endpoints: readonly Endpoint[],
  limits: HttpLimits,
): Dispatch {
  const headers = constantHeaders(context.settings.isSecure)
  const reply = { context, headers }
  const addresses = new ClientAddresses(context.settings.trustedProxies)
  const options = {
    accessLog: context.accessLog,
    drain: context.drain,
    addressOf: (request: IncomingMessage) => addresses.of(request),
  }
  const hooks: HookContext = {
    settings: context.settings,
    headers,
    headerCount: limits.headerCount,
    addresses,
    paths: pathTable(endpoints),
    baseUrl: context.services.settings.baseUrl,
    refuse: (exchange, refusal) => sendKnownRefusal(exchange, refusal, reply),
  }
  const serve = mountEndpoints(endpoints, reply)

  return (id, request, response) => {
    const exchange = new Exchange(id, request, response, options)
    for (const hook of HOOKS) if (hook(exchange, hooks)) return
    if (serve(exchange)) return
    if (exchange.path.startsWith(STATIC_PREFIX) && sendAsset(exchange, context.assets, headers)) {
      return
    }
    hooks.refuse(exchange, 'not_found')
  }
}

function createApp(
  limits: HttpLimits,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): FastifyInstance {
  const app = fastify({
    logger: false,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: newRequestId,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // Requests that are already on a connection are still answered; each says Connection: close.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    serverFactory: () => createListener(limits, listener),
  })
  app.removeAllContentTypeParsers()
  return app
}

function createListener(
  limits: HttpLimits,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
    },
    listener,
  )
  server.maxConnections = limits.connections
  return server
}
