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
import { atEndOfTurn, endOfTurn } from './end-of-turn.ts'
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
    const serve = isPlain(endpoint, reply)
      ? createQuick(endpoint, reply)
      : createServe(endpoint, reply, clientLimits)
    app.route({
      method: endpoint.method === 'GET' ? ['GET', 'HEAD'] : endpoint.method,
      url: endpoint.path,
      onRequest: (request, fastifyReply, _done) => {
        fastifyReply.hijack()
        const { exchange } = request
        exchange.endpoint = endpoint.id
        serve(exchange)
      },
      handler: () => undefined,
    })
  }
}

/** Nothing has to be read, proven or remembered before its handler can answer, most often at once. */
function isPlain(endpoint: Endpoint, { context }: ReplyContext): boolean {
  const { id, body, caller, duplicates, cors } = endpoint
  if (body !== 'none' || caller !== 'none' || duplicates !== undefined) return false
  // Whose page may read the answer is known only when its handler knows the client.
  const isSharedByClient = cors === true && context.settings.clientOrigins === true
  return !isSharedByClient && !context.pages.has(id)
}

/** Without a promise unless the handler needs one: what the documents cost is what is around them. */
function createQuick(endpoint: Endpoint, reply: ReplyContext): (exchange: Exchange) => void {
  const { services, settings } = reply.context
  const keepDeclared = responseFilter(endpoint.response)
  const options = { isShared: endpoint.cors === true && isSharing(settings) }

  const handle = (exchange: Exchange): Promise<Reply> | Reply => {
    if (!exchange.enter()) throw temporarilyUnavailable()
    const params = readQuery(exchange.query)
    refuseDuplicates(params)
    return endpoint.handle(new PlainInput(params, exchange), services)
  }
  const answer = (exchange: Exchange, given: Reply): void =>
    sendReply(exchange, filtered(given, keepDeclared), options, reply)
  const refuse = (exchange: Exchange, thrown: unknown): void =>
    sendError(exchange, thrown, errorForm(endpoint, exchange, false), reply)

  const serve = (exchange: Exchange): void => {
    try {
      const given = ambientOrigin.run(originOf(exchange), handle, exchange)
      if (given instanceof Promise) {
        exchange.watch()
        given
          .then((later) => answer(exchange, later))
          .catch((thrown: unknown) => refuse(exchange, thrown))
          .finally(() => exchange.leave())
        return
      }
      answer(exchange, given)
    } catch (thrown) {
      refuse(exchange, thrown)
    }
    exchange.leave()
  }
  return (exchange) => atEndOfTurn(serve, exchange)
}

/** What a handler may know of such a request; hardly any asks for more than the parameters. */
class PlainInput implements Input {
  readonly params: Params
  readonly json: undefined
  readonly client: undefined
  readonly signedIn: undefined
  readonly #exchange: Exchange
  #request: RequestInfo | undefined

  constructor(params: Params, exchange: Exchange) {
    this.params = params
    this.#exchange = exchange
  }

  get request(): RequestInfo {
    this.#request ??= requestInfo(this.#exchange, undefined, undefined)
    return this.#request
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
): (exchange: Exchange) => void {
  const { context, headers } = reply
  const names = cookieNames(context.settings.isSecure)
  const isForPeople = endpoint.caller === 'session' || context.pages.has(endpoint.id)
  const isShared = endpoint.cors === true && isSharing(context.settings)
  const isSharedByClient = endpoint.cors === true && context.settings.clientOrigins === true
  const isGuarded =
    isForPeople && endpoint.method === 'POST' && context.crossSitePosts?.has(endpoint.id) !== true
  const ownOrigin = new URL(context.services.settings.baseUrl).origin
  const keepDeclared = responseFilter(endpoint.response)

  return (exchange) => {
    exchange.watch()
    void ambientOrigin.run(originOf(exchange), serve, exchange)
  }

  async function serve(exchange: Exchange): Promise<void> {
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
      sendError(exchange, thrown, errorForm(endpoint, exchange, isForPeople), reply, trail?.input)
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
    let params = Params.empty
    let json: unknown
    if (endpoint.body === 'form') {
      // The query of a form post is not read: credentials may not be in a URL (RFC 6749 §2.3.1).
      params = await readForm(exchange.request)
    } else if (endpoint.body === 'json') {
      json = await readJson(exchange.request)
    } else {
      params = readQuery(exchange.query)
      await endOfTurn()
    }
    // Only now: whoever sends a body slowly must not fill the places of others.
    if (!exchange.enter()) throw temporarilyUnavailable()
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
    // Awaited here: a promise that an async function returns costs three turns of the microtasks.
    const given = endpoint.handle(input, context.services)
    return given instanceof Promise ? await given : given
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
}

function errorForm(endpoint: Endpoint, exchange: Exchange, isForPeople: boolean): ErrorForm {
  // Programs that say text/html out of habit still need the RFC 6749 §5.2 body.
  if (endpoint.caller === 'client' || endpoint.cors === true) return 'json'
  const { accept } = exchange.request.headers
  return isForPeople || prefersHtml(accept) ? 'page' : 'json'
}

function readQuery(query: string): Params {
  const parsed = parseParameters(query)
  if (!parsed.ok) throw invalidRequest(parsed.reason)
  return parsed.params
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
    upstream: names && readCookie(headers.cookie, names.upstream),
    device: names && readCookie(headers.cookie, names.device),
    language: names && readCookie(headers.cookie, names.language),
  }
}
