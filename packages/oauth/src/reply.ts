import type { PageModel } from './pages.ts'

/** A cookie to set (`value`) or to clear (`value: undefined`). */
export interface CookieChange {
  /** `op_state` is read by scripts of our own frame, also on pages of others; it holds no secret. */
  readonly name:
    | 'session'
    | 'browser'
    | 'typedName'
    | 'op_state'
    | 'pending'
    | 'device'
    | 'upstream'
    | 'language'
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
  /** A JWT as the whole answer, `application/jwt` (OIDC Core §5.3.2). */
  | { readonly kind: 'jwt'; readonly status: number; readonly body: string }
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
      /** Where the handler knows more about it than the request says; one of `settings.uiLocales`. */
      readonly language?: string
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
  /** A file that browsers keep and ask about again; as a page it may load files of ours alone. */
  | {
      readonly kind: 'file'
      readonly contentType: string
      readonly body: Buffer
      readonly etag: string
      readonly isPage?: boolean
    }
  /** A picture for our own pages. */
  | { readonly kind: 'image'; readonly contentType: string; readonly body: Buffer }
  /** A bare document with one script, which any site may frame (OIDC Session Management). */
  | { readonly kind: 'frame'; readonly frame: 'check_session' }
  /** Text for programs, of the type that it says. */
  | { readonly kind: 'text'; readonly contentType: string; readonly body: string }
  /** Liveness and readiness: JSON that must not be cached. */
  | { readonly kind: 'health'; readonly status: number; readonly body: object }
  /** Server-sent events, until either side ends. `start` is called once, also when the peer is gone. */
  | { readonly kind: 'event_stream'; start(out: StreamOut): StreamSource }

/** Where a stream goes. */
export interface StreamOut {
  /** False when the peer does not keep up: no more is to be written until `onRoom`. */
  write(text: string): boolean
  /** What was written still arrives, then the stream ends. */
  end(text: string): void
  /** Ends at once, with what was not sent. */
  cut(): void
}

/** What the HTTP layer tells whoever writes a stream. */
export interface StreamSource {
  onRoom(): void
  /** The server is to end; the stream is to do so now. */
  onDraining(): void
  /** Nothing reaches the peer any more. */
  onClosed(): void
}

/** The reply with more cookies, where its kind can carry any. */
export function withCookies(reply: Reply, cookies: readonly CookieChange[]): Reply {
  if (cookies.length === 0 || (reply.kind !== 'redirect' && reply.kind !== 'page')) return reply
  return { ...reply, cookies: [...(reply.cookies ?? []), ...cookies] }
}
