import type { IncomingMessage } from 'node:http'
import type { Client } from '@grantd/domain'
import type { Verdict } from '@grantd/limits'
import type { Endpoint, PageModel, Params, RateClass, Services, SignedIn } from '@grantd/oauth'
import type { HttpTracing } from '../tracing/http-tracing.ts'
import type { Load, Observer } from './exchange.ts'
import type { AccessLog } from './hooks/access-log.ts'
import type { Door } from './hooks/admit.ts'
import type { TlsOptions } from './transport.ts'

/** A page as bytes to send, and what its Content-Security-Policy needs beyond the common one. */
export interface RenderedPage {
  readonly html: string
  readonly csp: {
    /** Sources such as `'self'`; empty stands for `'none'`. */
    readonly formAction: readonly string[]
    /** Sources of frames; absent: none. */
    readonly frameSrc?: readonly string[]
    /** Such as `sha256-…`, without quotes. */
    readonly scriptHash?: string
  }
}

/** What a page may know of the request that it answers. */
export interface PageRequest {
  /** One of the languages that the pages speak. */
  readonly language: string
  /** Whether this very request asked for it, so that what follows from the page has to ask again. */
  readonly isAsked: boolean
  readonly method: string
  /** Path and query as received. */
  readonly target: string
}

/** Files of the pages, found by their whole path; nothing is read from disk per request. */
export interface Assets {
  find(path: string): Asset | undefined
}

export interface Asset {
  readonly body: Uint8Array
  readonly contentType: string
  /** With quotes. */
  readonly etag: string
}

export interface HttpSettings {
  /** Addresses and CIDR ranges whose `X-Forwarded-*` is believed; empty believes nobody. */
  readonly trustedProxies: readonly string[]
  /** Origins that may read `cors` endpoints; `*` alone opens to all, without credentials. */
  readonly allowedOrigins: readonly string[]
  /** Whether a client's own pages may read the answers to its requests. */
  readonly clientOrigins?: boolean
  readonly enforceHttps: boolean
  /** Whether the listener itself speaks TLS: nothing arrives in clear text. */
  readonly isTls?: boolean
  /** Names in the Host header that are answered; absent: all. */
  readonly hostNames?: ReadonlySet<string>
  /** Whether the issuer is https: `__Host-` cookies, Secure, HSTS. */
  readonly isSecure: boolean
}

/** Bounds of one listener; every field has a default in `limits.ts`. */
export interface HttpLimits {
  readonly headerBytes: number
  readonly headerCount: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  /** How often node looks for requests that are too slow. */
  readonly timeoutCheckMs: number
  readonly connections: number
}

/** Shared with the readiness endpoint; `close` sets it before anything else happens. */
export interface Drain {
  isDraining: boolean
}

/** What is counted apart. */
export type RateBucket = 'network' | 'client' | 'invalid_client' | RateClass

/** A refusal names its bucket. */
export interface RateVerdict extends Verdict {
  readonly bucket?: RateBucket
}

/** Counts what networks and clients ask for. A promise only where processes count together. */
export interface RateLimits {
  /** One request of the network of `ip`. */
  request(ip: string, rateClass: RateClass | undefined): RateVerdict | Promise<RateVerdict>
  /** One request of a client that has proved itself there. */
  client(id: string, ip: string): RateVerdict | Promise<RateVerdict>
  /** Whether nobody has failed to prove itself for a while: then nobody is guessing either. */
  hasNoFailures(): boolean
  /**
   * How many more failures to be `id` there may be from there. `undefined` where that does not matter: it
   * has lately proved itself there.
   */
  guessing(id: string, ip: string): RateVerdict | undefined
  /** One failure to be `id`; `isAllowed` as long as it may be told that it failed. */
  failure(id: string, ip: string): RateVerdict | Promise<RateVerdict>
  /** Hears of every request that was refused for any of these reasons. */
  refused(verdict: RateVerdict, ip: string, request: IncomingMessage): void
}

/** What the HTTP layer needs of the rest of the server. */
export interface HttpContext {
  readonly services: Services
  readonly settings: HttpSettings
  readonly limits?: Partial<HttpLimits>
  /** Absent: plain HTTP, for a proxy in front. */
  readonly tls?: TlsOptions
  readonly drain: Drain
  readonly assets: Assets
  /** Absent: every request is let in. */
  readonly door?: Door | undefined
  /** Absent: nothing is limited. */
  readonly rateLimits?: RateLimits | undefined
  /** Absent: no access log. */
  readonly accessLog?: AccessLog
  /** Absent: no traces. */
  readonly tracing?: HttpTracing | undefined
  /** Counts requests as they begin and end; absent: nobody does. */
  readonly counting?: { readonly load: Load; readonly observe: Observer }
  /** Endpoints that people see although they demand no session, such as the set-up page. */
  readonly pages: ReadonlySet<string>
  /** Ids of posts that other sites may send people with, such as an authorization request. */
  readonly crossSitePosts?: ReadonlySet<string>
  /** Documents that other sites may frame, ready to send. */
  readonly frames: Readonly<Record<'check_session', string>>
  renderPage(page: PageModel, request: PageRequest): RenderedPage
  /**
   * Throws or rejects with OAuthError `invalid_client`; `undefined` is an anonymous caller that the
   * endpoint allows.
   */
  authenticateClient(
    params: Params,
    authorization: string | undefined,
    endpoint: Endpoint,
  ): Client | undefined | Promise<Client | undefined>
  findSession(cookieValue: string, ip: string): Promise<SignedIn | undefined>
}
