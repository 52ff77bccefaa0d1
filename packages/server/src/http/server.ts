// Owns: the listener, its limits, routing, cookies, headers, and errors as status codes.
// Does not own: what an endpoint decides, how a page looks. Start here, then mount.ts.
import type { AddressInfo } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import type { Endpoint } from '@grantd/oauth'
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import { STATIC_PREFIX, sendAsset } from './assets.ts'
import { answerBrokenRequest } from './client-error.ts'
import type { HttpContext, HttpLimits } from './context.ts'
import { sendEarlyError, sendError, sendKnownRefusal } from './error-reply.ts'
import { EventStreams } from './event-streams.ts'
import { Exchange } from './exchange.ts'
import { constantHeaders } from './headers.ts'
import { logAccess } from './hooks/access-log.ts'
import { ClientAddresses } from './hooks/client-address.ts'
import { type HookContext, runHooks } from './hooks/order.ts'
import { newRequestId } from './hooks/request-id.ts'
import { DEFAULT_LIMITS, MAX_BODY_BYTES } from './limits.ts'
import { mountEndpoints } from './mount.ts'
import { knownPath, pathTable } from './paths.ts'
import { secureContext, superviseHttp2, type TlsOptions, transportOptions } from './transport.ts'

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
  /** New connections get this certificate; only for a server that was made with one. */
  useCertificate(pair: { readonly cert: string; readonly key: string }): void
  /** Readiness turns off and replies say `Connection: close`; everything is still served. */
  startDraining(): void
  /** The same; then nothing new is accepted, requests in progress finish, and what is left after
   * `drainMs` is cut off. */
  close(drainMs: number): Promise<void>
}

export function createHttpServer(context: HttpContext, endpoints: readonly Endpoint[]): HttpServer {
  const limits = { ...DEFAULT_LIMITS, ...context.limits }
  const app = createApp(limits, context.tls, (_error, request, fastifyReply) => {
    // Fastify runs no hook for a path that the router cannot decode; it is counted and refused all the same.
    const exchange = new Exchange(request.id, request.raw, fastifyReply.raw, options)
    exchange.isBadPath = true
    tracing?.begin(exchange)
    const answered = runHooks(exchange, hooks)
    if (!(answered instanceof Promise)) return
    exchange.watch()
    answered.catch((error: unknown) => sendError(exchange, error, 'json', reply))
  })
  const headers = constantHeaders(context.settings.isSecure)
  const streams = new EventStreams(context.drain)
  const reply = { context, headers, streams }
  const cutHttp2 = context.tls?.isHttp2 === true ? superviseHttp2(app.server, limits) : undefined
  const addresses = new ClientAddresses(context.settings.trustedProxies)
  const { accessLog, tracing } = context
  const options = {
    observers: [
      ...(accessLog === undefined ? [] : [logAccess(accessLog)]),
      ...(tracing === undefined ? [] : [tracing.end]),
      ...(context.counting === undefined ? [] : [context.counting.observe]),
    ],
    load: context.counting?.load,
    drain: context.drain,
    addressOf: (request: Exchange['request']) => addresses.of(request),
  }
  const paths = pathTable(endpoints)
  const isOfPrograms = ({ path }: Exchange) => knownPath(paths, path)?.isForPrograms === true
  const hooks: HookContext = {
    settings: context.settings,
    headers,
    headerCount: limits.headerCount,
    addresses,
    drain: context.drain,
    paths,
    baseUrl: context.services.settings.baseUrl,
    rateLimits: context.rateLimits,
    denylist: context.services.denylist,
    door: context.door,
    refuse: (exchange, refusal) =>
      sendKnownRefusal(exchange, refusal, isOfPrograms(exchange), reply),
    refuseEarly: (exchange, error) =>
      sendEarlyError(exchange, error, isOfPrograms(exchange), reply),
  }

  // Only its place in the object; every request gets its own before anything reads it.
  app.decorateRequest('exchange', null as unknown as Exchange)
  app.addHook('onRequest', (request, fastifyReply, done) => {
    const exchange = new Exchange(request.id, request.raw, fastifyReply.raw, options)
    request.exchange = exchange
    tracing?.begin(exchange)
    const answered =
      tracing === undefined
        ? runHooks(exchange, hooks)
        : tracing.hooks(exchange, () => runHooks(exchange, hooks))
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
    useCertificate({ cert, key }) {
      if (context.tls === undefined) return
      const { server } = app as unknown as { server: Pick<TlsServer, 'setSecureContext'> }
      server.setSecureContext(secureContext({ ...context.tls, cert, key }))
    },
    startDraining() {
      context.drain.isDraining = true
      streams.endAll()
    },
    async close(drainMs) {
      context.drain.isDraining = true
      streams.endAll()
      const cut = setTimeout(() => {
        // A server of HTTP/2 does not know how, not even for its connections of HTTP/1.
        if (cutHttp2 === undefined) app.server.closeAllConnections()
        else cutHttp2()
      }, drainMs)
      await app.close()
      clearTimeout(cut)
      await context.accessLog?.flush()
    },
  }
}

/**
 * The mount validates and answers. The framework would load its own compilers for that at every start,
 * which cost memory and time although no route gives it a schema.
 */
const NO_COMPILERS = { buildValidator: noSchemas, buildSerializer: noSchemas }

function noSchemas(): never {
  throw new Error('a route has a schema: endpoints declare theirs in the list of endpoints')
}

function createApp(
  limits: HttpLimits,
  tls: TlsOptions | undefined,
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
    schemaController: { compilersFactory: NO_COMPILERS },
    ...transportOptions(tls, limits),
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
