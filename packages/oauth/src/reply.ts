import type { PageModel } from './pages.ts'

/** A cookie to set (`value`) or to clear (`value: undefined`). */
export interface CookieChange {
  readonly name: 'session' | 'browser' | 'pending' | 'device'
  readonly value: string | undefined
  readonly maxAge: number
}

/**
 * What a handler answers. Only server/http knows how each becomes status, headers and bytes; every
 * reply but `document` is sent with `Cache-Control: no-store`.
 */
export type Reply =
  | {
      readonly kind: 'json'
      readonly status: number
      readonly body: object
      readonly cookies?: readonly CookieChange[]
      /** Offered as a file of this name. */
      readonly filename?: string
    }
  /** 200 with no body (RFC 7009 §2.2). */
  | { readonly kind: 'empty'; readonly status: number }
  | {
      readonly kind: 'page'
      readonly status: number
      readonly page: PageModel
      readonly cookies?: readonly CookieChange[]
      /** Further CSP `form-action` sources: where this page's submit may end up being redirected. */
      readonly formAction?: readonly string[]
      readonly retryAfter?: number
    }
  /** 303, so that a POST's credentials are never sent on (RFC 9700 §4.12). */
  | {
      readonly kind: 'redirect'
      readonly location: string
      readonly cookies?: readonly CookieChange[]
    }
  /** A fixed document computed once per change: discovery, JWKS. Public, with ETag. */
  | {
      readonly kind: 'document'
      readonly body: Buffer
      readonly etag: string
      readonly maxAge: number
    }
  /** Liveness and readiness: JSON that must not be cached. */
  | { readonly kind: 'health'; readonly status: number; readonly body: object }
