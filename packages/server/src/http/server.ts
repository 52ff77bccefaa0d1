// Owns: the listener, its limits, routing, cookies, headers, and errors as status codes.
// Does not own: what an endpoint decides, how a page looks. Start here, then mount.ts.
import type { AddressInfo } from 'node:net'
import type { Endpoint } from '@grantd/oauth'
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import { STATIC_PREFIX, sendAsset } from './assets.ts'
import { answerBrokenRequest } from './client-error.ts'
import type { HttpContext, HttpLimits } from './context.ts'
import { sendError, sendKnownRefusal } from './error-reply.ts'
import { Exchange } from './exchange.ts'
import { constantHeaders } from './headers.ts'
import { logAccess } from './hooks/access-log.ts'
import { ClientAddresses } from './hooks/client-address.ts'
import { type HookContext, runHooks } from './hooks/order.ts'
import { newRequestId } from './hooks/request-id.ts'
import { DEFAULT_LIMITS, MAX_BODY_BYTES } from './limits.ts'
import { mountEndpoints } from './mount.ts'
import { pathTable } from './paths.ts'

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

export interface HttpServer {
  /** For tests (`app.inject`) only. */
  readonly app: FastifyInstance
  /** Resolves with the address that is listened on; rejects when the port is taken. */
  listen(port: number, host: string): Promise<AddressInfo>
  /** Readiness turns off and replies say `Connection: close`; everything is still served. */
  startDraining(): void
  /** The same; then nothing new is accepted, requests in progress finish, and what is left after
   * `drainMs` is cut off. */
  close(drainMs: number): Promise<void>
}

export function createHttpServer(context: HttpContext, endpoints: readonly Endpoint[]): HttpServer {
  const limits = { ...DEFAULT_LIMITS, ...context.limits }
  const app = createApp(limits, (_error, request, fastifyReply) => {
    // A path that the router cannot decode meets no hook; it is answered like any other refusal.
    const { id, raw } = request
    hooks.refuse(new Exchange(id, raw, fastifyReply.raw, options), 'bad_path')
  })
  const headers = constantHeaders(context.settings.isSecure)
  const reply = { context, headers }
  const addresses = new ClientAddresses(context.settings.trustedProxies)
  const options = {
    observers: context.accessLog === undefined ? [] : [logAccess(context.accessLog)],
    drain: context.drain,
    addressOf: (request: Exchange['request']) => addresses.of(request),
  }
  const hooks: HookContext = {
    settings: context.settings,
    headers,
    headerCount: limits.headerCount,
    addresses,
    drain: context.drain,
    paths: pathTable(endpoints),
    baseUrl: context.services.settings.baseUrl,
    refuse: (exchange, refusal) => sendKnownRefusal(exchange, refusal, reply),
  }

  // Only its place in the object; every request gets its own before anything reads it.
  app.decorateRequest('exchange', null as unknown as Exchange)
  app.addHook('onRequest', (request, fastifyReply, done) => {
    const exchange = new Exchange(request.id, request.raw, fastifyReply.raw, options)
    request.exchange = exchange
    const answered = runHooks(exchange, hooks)
    if (answered === false) return done()
    if (answered === true) return void fastifyReply.hijack()
    exchange.watch()
    answered.then(
      (isAnswered) => {
        if (isAnswered) fastifyReply.hijack()
        else done()
      },
      (error: unknown) => done(error as Error),
    )
  })
  app.setErrorHandler((error, request, fastifyReply) => {
    fastifyReply.hijack()
    sendError(request.exchange, error, 'json', reply)
  })
  app.setNotFoundHandler((request, fastifyReply) => {
    fastifyReply.hijack()
    hooks.refuse(request.exchange, 'not_found')
  })
  mountEndpoints(app, endpoints, reply)
  app.route({
    method: ['GET', 'HEAD'],
    url: `${STATIC_PREFIX}*`,
    handler: (request, fastifyReply) => {
      fastifyReply.hijack()
      if (sendAsset(request.exchange, context.assets, headers)) return
      hooks.refuse(request.exchange, 'not_found')
    },
  })

  return {
    app,
    async listen(port, host) {
      await app.listen({ port, host })
      return app.server.address() as AddressInfo
    },
    startDraining() {
      context.drain.isDraining = true
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

function createApp(
  limits: HttpLimits,
  frameworkErrors: NonNullable<FastifyServerOptions['frameworkErrors']>,
): FastifyInstance {
  const app = fastify({
    logger: false,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: newRequestId,
    exposeHeadRoutes: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxRequestsPerSocket: 0,
    forceCloseConnections: 'idle',
    // Requests that are already on a connection are still answered; each says Connection: close.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
    },
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      // The one parser reads queries; the router's would be a second opinion.
      querystringParser: () => ({}),
    },
  })
  app.removeAllContentTypeParsers()
  app.server.maxConnections = limits.connections
  return app
}
