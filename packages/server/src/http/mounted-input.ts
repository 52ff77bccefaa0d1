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
    this.#request ??= new MountedRequest(this.#exchange, this.#browser, this.#names)
    return this.#request
  }
}

/** Looked for when it is asked for: a program's request is hardly asked for more than its id. */
class MountedRequest implements RequestInfo {
  readonly requestId: string
  readonly ip: string
  readonly browser: string | undefined
  readonly #exchange: Exchange
  readonly #names: CookieNames | undefined
  #headers: RequestInfo['headers'] | undefined

  constructor(exchange: Exchange, browser: string | undefined, names: CookieNames | undefined) {
    this.requestId = exchange.id
    this.ip = exchange.ip
    this.browser = browser
    this.#exchange = exchange
    this.#names = names
  }

  get userAgent(): string | undefined {
    return this.#exchange.request.headers['user-agent']
  }

  get target(): string {
    return this.#exchange.request.url ?? ''
  }

  get headers(): RequestInfo['headers'] {
    this.#headers ??= headersOf(this.#exchange)
    return this.#headers
  }

  get typedName(): string | undefined {
    return this.#cookie('typedName')
  }

  get pending(): string | undefined {
    return this.#cookie('pending')
  }

  get upstream(): string | undefined {
    return this.#cookie('upstream')
  }

  get device(): string | undefined {
    return this.#cookie('device')
  }

  get language(): string | undefined {
    return this.#cookie('language')
  }

  #cookie(name: keyof CookieNames): string | undefined {
    if (this.#names === undefined) return undefined
    return readCookie(this.#exchange.request.headers.cookie, this.#names[name])
  }
}

function headersOf({ request: { headers } }: Exchange): RequestInfo['headers'] {
  return {
    origin: headers.origin,
    secFetchSite: single(headers['sec-fetch-site']),
    secFetchDest: single(headers['sec-fetch-dest']),
    authorization: headers.authorization,
    accept: headers.accept,
    acceptLanguage: headers['accept-language'],
    idempotencyKey: single(headers['idempotency-key']),
    lastEventId: single(headers['last-event-id']),
  }
}

/** A header that was sent once. */
export function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
