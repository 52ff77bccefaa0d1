// Owns: what an endpoint's handler may know of a request. Does not own: reading and proving it (mount.ts).
import type { Client } from '@grantd/domain'
import type { Input, Params, RequestInfo, SignedIn } from '@grantd/oauth'
import { type CookieNames, readCookie } from './cookies.ts'
import type { Exchange } from './exchange.ts'

interface Given {
  readonly params: Params
  readonly json?: unknown
  readonly client?: Client | undefined
  readonly onClient?: Input['onClient']
  readonly signedIn?: SignedIn | undefined
  /** Of a request of people. */
  readonly browser?: string | undefined
  readonly names?: CookieNames | undefined
}

/** What a handler may know of a request. Hardly any asks for more than what was given and proven. */
export class MountedInput implements Input {
  readonly params: Params
  readonly json: unknown
  readonly client: Client | undefined
  readonly onClient: Input['onClient']
  readonly signedIn: SignedIn | undefined
  readonly #exchange: Exchange
  readonly #browser: string | undefined
  readonly #names: CookieNames | undefined
  #request: RequestInfo | undefined

  constructor(exchange: Exchange, given: Given) {
    this.params = given.params
    this.json = given.json
    this.client = given.client
    this.onClient = given.onClient
    this.signedIn = given.signedIn
    this.#exchange = exchange
    this.#browser = given.browser
    this.#names = given.names
  }

  get request(): RequestInfo {
    this.#request ??= requestInfo(this.#exchange, this.#browser, this.#names)
    return this.#request
  }
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
      idempotencyKey: single(headers['idempotency-key']),
      lastEventId: single(headers['last-event-id']),
    },
    browser,
    typedName: names && readCookie(headers.cookie, names.typedName),
    pending: names && readCookie(headers.cookie, names.pending),
    upstream: names && readCookie(headers.cookie, names.upstream),
    device: names && readCookie(headers.cookie, names.device),
    language: names && readCookie(headers.cookie, names.language),
  }
}

/** A header that was sent once. */
export function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
