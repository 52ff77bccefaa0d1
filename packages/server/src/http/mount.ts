import { invalidRequest, systemRandom } from '@grantd/domain'
import { type Endpoint, type Input, Params, type Reply, type RequestInfo } from '@grantd/oauth'
import { RequestAborted } from './body.ts'
import type { HttpContext } from './context.ts'
import { type CookieNames, cookieNames, readCookie } from './cookies.ts'
import { refuseCrossSite } from './cross-site.ts'
import { type ErrorForm, prefersHtml, sendError } from './error-reply.ts'
import type { Exchange } from './exchange.ts'
import { readForm } from './form-body.ts'
import { readJson } from './json-body.ts'
import { parseParameters } from './parameters.ts'
import { type ReplyContext, sendReply } from './reply.ts'
import { responseFilter } from './response-fields.ts'

type Serve = (exchange: Exchange) => void

/**
 * Prepares each endpoint; what comes back answers an exchange or says that nothing is mounted at its
 * path. The order here (parse, refuse duplicates, prove the caller, handle, reply) is the whole of it.
 */
export function mountEndpoints(
  endpoints: readonly Endpoint[],
  reply: ReplyContext,
): (exchange: Exchange) => boolean {
  const gets = new Map<string, Serve>()
  const posts = new Map<string, Serve>()
  for (const endpoint of endpoints) {
    const byPath = endpoint.method === 'GET' ? gets : posts
    byPath.set(endpoint.path, createServe(endpoint, reply))
  }
  return (exchange) => {
    const serve = (exchange.method === 'POST' ? posts : gets).get(exchange.path)
    serve?.(exchange)
    return serve !== undefined
  }
}

const BROWSER_BYTES = 32
const BROWSER_VALUE = /^[\w-]{43}$/

function createServe(endpoint: Endpoint, reply: ReplyContext): Serve {
  const { context, headers } = reply
  const names = cookieNames(context.settings.isSecure)
  const isForPeople = endpoint.caller === 'session' || context.pages.has(endpoint.id)
  const isShared = endpoint.cors === true && context.settings.allowedOrigins.length > 0
  const isGuarded =
    isForPeople && endpoint.method === 'POST' && context.crossSitePosts?.has(endpoint.id) !== true
  const ownOrigin = new URL(context.services.settings.baseUrl).origin
  const keepDeclared = responseFilter(endpoint.response)

  return (exchange) => {
    // A HEAD must not have effects; only endpoints without a session are known to have none.
    if (exchange.method === 'HEAD' && isForPeople) {
      exchange.send(200, headers.page, undefined)
      return
    }
    try {
      const { headers: sent } = exchange.request
      const known = isForPeople ? readCookie(sent.cookie, names.browser) : undefined
      const isKnown = known !== undefined && BROWSER_VALUE.test(known)
      const newBrowser = isForPeople && !isKnown ? systemRandom.base64url(BROWSER_BYTES) : undefined
      const options = { newBrowser, isShared }
      const answer = handle(exchange, isKnown ? known : newBrowser)
      if (answer instanceof Promise) {
        answer
          .then((late) => sendReply(exchange, filtered(late, keepDeclared), options, reply))
          .catch((thrown) => refuse(exchange, thrown))
      } else sendReply(exchange, filtered(answer, keepDeclared), options, reply)
    } catch (thrown) {
      refuse(exchange, thrown)
    }
  }

  function refuse(exchange: Exchange, thrown: unknown): void {
    if (thrown instanceof RequestAborted) return
    sendError(exchange, thrown, errorForm(exchange), reply)
  }

  /** At once where nothing has to be waited for: a promise costs more than a fixed document. */
  function handle(exchange: Exchange, browser: string | undefined): Reply | Promise<Reply> {
    if (isGuarded) refuseCrossSite(exchange.request, ownOrigin)
    if (endpoint.body !== 'none' || endpoint.caller !== 'none')
      return handleLater(exchange, browser)
    const params = readQuery(exchange)
    if (endpoint.duplicates !== 'handler') refuseDuplicates(params)
    const request = requestInfo(exchange, browser, undefined)
    const input: Input = {
      params,
      json: undefined,
      request,
      client: undefined,
      signedIn: undefined,
    }
    return endpoint.handle(input, context.services)
  }

  async function handleLater(exchange: Exchange, browser: string | undefined): Promise<Reply> {
    const { body, caller } = endpoint
    const params =
      body === 'form'
        ? // The query of a form post is not read: credentials may not be in a URL (RFC 6749 §2.3.1).
          await readForm(exchange.request)
        : body === 'json'
          ? Params.empty
          : readQuery(exchange)
    const json = body === 'json' ? await readJson(exchange.request) : undefined
    if (endpoint.duplicates !== 'handler') refuseDuplicates(params)
    const input: Input = {
      params,
      json,
      request: requestInfo(exchange, browser, isForPeople ? names : undefined),
      client: caller === 'client' ? await proveClient(params, exchange) : undefined,
      signedIn: caller === 'session' ? await findSession(exchange) : undefined,
    }
    return endpoint.handle(input, context.services)
  }

  function proveClient(
    params: Params,
    { request }: Exchange,
  ): ReturnType<HttpContext['authenticateClient']> {
    return context.authenticateClient(params, request.headers.authorization, endpoint)
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

function readQuery({ query }: Exchange): Params {
  const parsed = parseParameters(query)
  if (!parsed.ok) throw invalidRequest(parsed.reason)
  return parsed.params
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
  return {
    requestId: exchange.id,
    ip: exchange.ip,
    userAgent: headers['user-agent'],
    target: url,
    headers: {
      origin: headers.origin,
      secFetchSite: typeof secFetchSite === 'string' ? secFetchSite : undefined,
      authorization: headers.authorization,
      accept: headers.accept,
    },
    browser,
    pending: names && readCookie(headers.cookie, names.pending),
    device: names && readCookie(headers.cookie, names.device),
  }
}
