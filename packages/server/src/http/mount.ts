import {
  type Client,
  type EventOrigin,
  invalidRequest,
  systemRandom,
  temporarilyUnavailable,
} from '@grantd/domain'
import {
  ambientOrigin,
  type Endpoint,
  type Input,
  originOfRequest,
  Params,
  type Reply,
  type RequestInfo,
} from '@grantd/oauth'
import type { FastifyInstance } from 'fastify'
import { RequestAborted } from './body.ts'
import { ClientLimits } from './client-limits.ts'
import type { HttpContext } from './context.ts'
import { type CookieNames, cookieNames, readCookie } from './cookies.ts'
import { refuseCrossSite } from './cross-site.ts'
import { endOfTurn } from './end-of-turn.ts'
import { type ErrorForm, prefersHtml, sendError } from './error-reply.ts'
import type { Exchange } from './exchange.ts'
import { readForm } from './form-body.ts'
import { isSharing, shareWithClient } from './hooks/cors.ts'
import { readJson } from './json-body.ts'
import { parseParameters } from './parameters.ts'
import { type ReplyContext, sendReply } from './reply.ts'
import { responseFilter } from './response-fields.ts'

/**
 * Registers each endpoint. Requests are answered from the route's first hook: the order here (parse,
 * refuse duplicates, prove the caller, handle, reply) is the whole of it, and the framework's body
 * phase, which costs a context object per request, is never entered.
 */
export function mountEndpoints(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  reply: ReplyContext,
): void {
  const { rateLimits } = reply.context
  const clientLimits = rateLimits === undefined ? undefined : new ClientLimits(rateLimits)
  for (const endpoint of endpoints) {
    const serve = createServe(endpoint, reply, clientLimits)
    app.route({
      method: endpoint.method === 'GET' ? ['GET', 'HEAD'] : endpoint.method,
      url: endpoint.path,
      onRequest: (request, fastifyReply, _done) => {
        fastifyReply.hijack()
        const { exchange } = request
        exchange.endpoint = endpoint.id
        void ambientOrigin.run(originOf(exchange), serve, exchange)
      },
      handler: () => undefined,
    })
  }
}

/** What was read of a request of people, for the page that answers it or its refusal. */
interface Trail {
  input?: Input
}

const BROWSER_BYTES = 32
const BROWSER_VALUE = /^[\w-]{43}$/

function createServe(
  endpoint: Endpoint,
  reply: ReplyContext,
  clientLimits: ClientLimits | undefined,
): (exchange: Exchange) => Promise<void> {
  const { context, headers } = reply
  const names = cookieNames(context.settings.isSecure)
  const isForPeople = endpoint.caller === 'session' || context.pages.has(endpoint.id)
  const isShared = endpoint.cors === true && isSharing(context.settings)
  const isSharedByClient = endpoint.cors === true && context.settings.clientOrigins === true
  const isGuarded =
    isForPeople && endpoint.method === 'POST' && context.crossSitePosts?.has(endpoint.id) !== true
  const ownOrigin = new URL(context.services.settings.baseUrl).origin
  const keepDeclared = responseFilter(endpoint.response)

  return async (exchange) => {
    const trail: Trail | undefined = isForPeople ? {} : undefined
    try {
      // A HEAD must not have effects; only endpoints without a session are known to have none.
      if (exchange.method === 'HEAD' && isForPeople)
        return exchange.send(200, headers.page, undefined)
      const { headers: sent } = exchange.request
      const known = isForPeople ? readCookie(sent.cookie, names.browser) : undefined
      const isKnown = known !== undefined && BROWSER_VALUE.test(known)
      const newBrowser = isForPeople && !isKnown ? systemRandom.base64url(BROWSER_BYTES) : undefined
      const answer = await handle(exchange, isKnown ? known : newBrowser, trail)
      const options = { newBrowser, isShared, clues: trail?.input }
      sendReply(exchange, filtered(answer, keepDeclared), options, reply)
    } catch (thrown) {
      if (thrown instanceof RequestAborted) return
      sendError(exchange, thrown, errorForm(exchange), reply, trail?.input)
    } finally {
      exchange.leave()
    }
  }

  async function handle(
    exchange: Exchange,
    browser: string | undefined,
    trail: Trail | undefined,
  ): Promise<Reply> {
    if (isGuarded) refuseCrossSite(exchange.request, ownOrigin)
    const reading = read(endpoint, exchange)
    const { params, json } = reading instanceof Promise ? await reading : reading
    // Only now: whoever sends a body slowly must not fill the places of others.
    if (!exchange.enter()) throw temporarilyUnavailable()
    await endOfTurn()
    if (endpoint.duplicates !== 'handler') refuseDuplicates(params)
    const proving = endpoint.caller === 'client' ? proveClient(params, exchange) : undefined
    const client = proving instanceof Promise ? await proving : proving
    const onClient = isSharedByClient
      ? (found: Client) => shareWithClient(exchange, found)
      : undefined
    if (client !== undefined) onClient?.(client)
    const input: Input = {
      params,
      json,
      request: requestInfo(exchange, browser, isForPeople ? names : undefined),
      client,
      onClient,
      signedIn: endpoint.caller === 'session' ? await findSession(exchange) : undefined,
    }
    if (trail !== undefined) trail.input = input
    return endpoint.handle(input, context.services)
  }

  function proveClient(
    params: Params,
    exchange: Exchange,
  ): ReturnType<HttpContext['authenticateClient']> {
    const { authorization } = exchange.request.headers
    const prove = () => context.authenticateClient(params, authorization, endpoint)
    return clientLimits === undefined ? prove() : clientLimits.prove(exchange, params, prove)
  }

  async function findSession({ request, ip }: Exchange): ReturnType<HttpContext['findSession']> {
    const cookie = readCookie(request.headers.cookie, names.session)
    return cookie === undefined ? undefined : context.findSession(cookie, ip)
  }

  function errorForm(exchange: Exchange): ErrorForm {
    // Programs that say text/html out of habit still need the RFC 6749 §5.2 body.
    if (endpoint.caller === 'client' || endpoint.cors === true) return 'json'
    const { accept } = exchange.request.headers
    return isForPeople || prefersHtml(accept) ? 'page' : 'json'
  }
}

interface Parameters {
  readonly params: Params
  readonly json: unknown
}

function read(endpoint: Endpoint, { request, query }: Exchange): Parameters | Promise<Parameters> {
  switch (endpoint.body) {
    case 'form':
      // The query of a form post is not read: credentials may not be in a URL (RFC 6749 §2.3.1).
      return readForm(request).then((params) => ({ params, json: undefined }))
    case 'json':
      return readJson(request).then((json) => ({ params: Params.empty, json }))
    case 'none': {
      const parsed = parseParameters(query)
      if (!parsed.ok) throw invalidRequest(parsed.reason)
      return { params: parsed.params, json: undefined }
    }
  }
}

function originOf({ id, trace, request: { headers } }: Exchange): EventOrigin {
  if (trace !== undefined) return trace
  const { traceparent, tracestate } = headers
  return originOfRequest({ id, traceparent: one(traceparent), tracestate: one(tracestate) })
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function refuseDuplicates(params: Params): void {
  const [name] = params.duplicates
  if (name !== undefined) throw invalidRequest('a parameter was sent more than once')
}

function filtered(reply: Reply, keepDeclared: (body: object) => object): Reply {
  if (reply.kind !== 'json' || reply.status >= 400) return reply
  const body = keepDeclared(reply.body)
  return body === reply.body ? reply : { ...reply, body }
}

function requestInfo(
  exchange: Exchange,
  browser: string | undefined,
  names: CookieNames | undefined,
): RequestInfo {
  const { headers, url = '' } = exchange.request
  const secFetchSite = headers['sec-fetch-site']
  const secFetchDest = headers['sec-fetch-dest']
  return {
    requestId: exchange.id,
    ip: exchange.ip,
    userAgent: headers['user-agent'],
    target: url,
    headers: {
      origin: headers.origin,
      secFetchSite: typeof secFetchSite === 'string' ? secFetchSite : undefined,
      secFetchDest: typeof secFetchDest === 'string' ? secFetchDest : undefined,
      authorization: headers.authorization,
      accept: headers.accept,
      acceptLanguage: headers['accept-language'],
      idempotencyKey: one(headers['idempotency-key']),
      lastEventId: one(headers['last-event-id']),
    },
    browser,
    typedName: names && readCookie(headers.cookie, names.typedName),
    pending: names && readCookie(headers.cookie, names.pending),
    device: names && readCookie(headers.cookie, names.device),
    language: names && readCookie(headers.cookie, names.language),
  }
}
