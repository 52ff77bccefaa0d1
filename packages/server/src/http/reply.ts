import { unreachable } from '@grantd/domain'
import {
  type CookieChange,
  type LanguageClues,
  languageOf,
  type PageModel,
  Params,
  type Reply,
} from '@grantd/oauth'
import type { HttpContext } from './context.ts'
import { cookieNames, readCookie, writeBrowserCookie, writeCookie } from './cookies.ts'
import type { EventStreams } from './event-streams.ts'
import type { Exchange } from './exchange.ts'
import { type ConstantHeaders, type FlatHeaders, pageCsp } from './headers.ts'

/** What turning a reply into bytes needs beyond the reply. */
export interface ReplyContext {
  readonly context: HttpContext
  readonly headers: ConstantHeaders
  readonly streams: EventStreams
}

/** What the mount knows of the request when its reply is written. */
export interface ReplyOptions {
  /** The browser cookie's value when it is new and has to be set with a form. */
  readonly newBrowser?: string | undefined
  /** Whether a document may be read by any origin: the endpoint opted in and origins are configured. */
  readonly isShared?: boolean
  /** What says which language a page has to have; absent where no endpoint read the request. */
  readonly clues?: LanguageClues | undefined
}

/** As far as a request that no endpoint read says what its sender reads. */
function cluesOf({ request }: Exchange, isSecure: boolean): LanguageClues {
  const { cookie, 'accept-language': acceptLanguage } = request.headers
  const language = readCookie(cookie, cookieNames(isSecure).language)
  return {
    params: Params.empty,
    request: { language, headers: { acceptLanguage } },
    signedIn: undefined,
  }
}

/** The only place that knows what each kind of reply is on the wire. Throws what renderPage throws. */
export function sendReply(
  exchange: Exchange,
  reply: Reply,
  options: ReplyOptions,
  replyContext: ReplyContext,
): void {
  const { context, headers, streams } = replyContext
  const { isSecure } = context.settings
  switch (reply.kind) {
    case 'json':
      exchange.send(
        reply.status,
        headers.json,
        jsonHeaders(reply, isSecure),
        JSON.stringify(reply.body),
      )
      return
    case 'jwt':
      exchange.send(reply.status, headers.jwt, undefined, reply.body)
      return
    case 'file':
      sendFile(exchange, reply, headers)
      return
    case 'image':
      exchange.send(
        200,
        headers.asset,
        ['Content-Type', reply.contentType, 'Cache-Control', 'public, max-age=3600'],
        reply.body,
      )
      return
    case 'frame':
      exchange.send(200, headers.frame, undefined, context.frames[reply.frame])
      return
    case 'text':
      exchange.send(200, headers.bare, ['Content-Type', reply.contentType], reply.body)
      return
    case 'health':
      exchange.send(reply.status, headers.json, undefined, JSON.stringify(reply.body))
      return
    case 'empty':
      exchange.send(reply.status, headers.bare, undefined)
      return
    case 'redirect': {
      const cookies = cookieHeaders(reply.cookies, isSecure) ?? []
      exchange.send(303, headers.bare, ['Location', reply.location, ...cookies])
      return
    }
    case 'document':
      sendDocument(exchange, reply, options.isShared === true, headers)
      return
    case 'page':
      sendPage(exchange, reply, options, replyContext)
      return
    case 'event_stream':
      streams.start(exchange, reply, headers)
      return
    default:
      unreachable(reply)
  }
}

function jsonHeaders(
  { cookies, filename }: Extract<Reply, { kind: 'json' }>,
  isSecure: boolean,
): string[] | undefined {
  const changing = cookieHeaders(cookies, isSecure)
  if (filename === undefined) return changing
  return [...(changing ?? []), 'Content-Disposition', `attachment; filename="${filename}"`]
}

type DocumentReply = Extract<Reply, { kind: 'document' }>

/** A document as it leaves: the text, unlike a buffer, leaves with its header. */
interface RenderedDocument {
  readonly text: string
  readonly headers: FlatHeaders
  /** Of the server that they were made for. */
  readonly constant: FlatHeaders
}

const rendered = new WeakMap<Buffer, RenderedDocument>()

function renderDocument(
  { body, etag, maxAge }: DocumentReply,
  { document: constant }: ConstantHeaders,
): RenderedDocument {
  const known = rendered.get(body)
  if (known !== undefined && known.constant === constant) return known
  const headers = [...constant, 'Cache-Control', `public, max-age=${maxAge}`, 'ETag', etag]
  const document = { text: body.toString('utf8'), headers, constant }
  rendered.set(body, document)
  return document
}

function sendDocument(
  exchange: Exchange,
  reply: DocumentReply,
  isShared: boolean,
  constant: ConstantHeaders,
): void {
  const { text, headers } = renderDocument(reply, constant)
  // `*` rather than the asking origin, so that shared caches need keep one copy only.
  if (isShared) exchange.setHeader('Access-Control-Allow-Origin', '*')
  if (matchesEtag(exchange.request.headers['if-none-match'], reply.etag)) {
    exchange.send(304, headers, undefined)
  } else {
    exchange.send(200, headers, undefined, text)
  }
}

function sendFile(
  exchange: Exchange,
  { contentType, body, etag, isPage }: Extract<Reply, { kind: 'file' }>,
  headers: ConstantHeaders,
): void {
  const constant = isPage === true ? headers.filePage : headers.asset
  const changing = ['Content-Type', contentType, 'Cache-Control', 'no-cache', 'ETag', etag]
  if (matchesEtag(exchange.request.headers['if-none-match'], etag)) {
    exchange.send(304, constant, changing, undefined)
  } else {
    exchange.send(200, constant, changing, body)
  }
}

function sendPage(
  exchange: Exchange,
  reply: Extract<Reply, { kind: 'page' }>,
  { newBrowser, clues }: ReplyOptions,
  { context, headers }: ReplyContext,
): void {
  const { isSecure } = context.settings
  const known = clues ?? cluesOf(exchange, isSecure)
  const language = reply.language ?? languageOf(known, context.services)
  const { method, request } = exchange
  const { html, csp } = context.renderPage(reply.page, {
    language,
    isAsked: known.params.get('ui_locales') !== undefined,
    method,
    target: request.url ?? '/',
  })
  const formAction = [...csp.formAction, ...(reply.formAction ?? [])]
  const policy = pageCsp(formAction, csp.scriptHash, csp.frameSrc)
  const changing = ['Content-Security-Policy', policy, 'Content-Language', language]
  changing.push(...(cookieHeaders(reply.cookies, isSecure) ?? []))
  const isBrowserSet = reply.cookies?.some((cookie) => cookie.name === 'browser') === true
  if (newBrowser !== undefined && 'csrf' in reply.page && !isBrowserSet) {
    changing.push('Set-Cookie', writeBrowserCookie(newBrowser, isSecure))
  }
  if (reply.retryAfter !== undefined) changing.push('Retry-After', String(reply.retryAfter))
  if (isOurOwn(reply.page)) changing.push('Cross-Origin-Opener-Policy', 'same-origin')
  exchange.send(reply.status, headers.page, changing, html)
}

const OUR_OWN: ReadonlySet<PageModel['page']> = new Set([
  'profile',
  'setup',
  'totp',
  'passkey',
  'mailbox',
])

/**
 * Pages that no client ever opens. The others may be shown in a pop-up of a client, and any opener
 * policy on them, `same-origin-allow-popups` included, would cut the client off from its own window.
 */
function isOurOwn(page: PageModel): boolean {
  return OUR_OWN.has(page.page)
}

function cookieHeaders(
  cookies: readonly CookieChange[] | undefined,
  isSecure: boolean,
): string[] | undefined {
  return cookies?.flatMap((cookie) => ['Set-Cookie', writeCookie(cookie, isSecure)])
}

/** Weak comparison of RFC 9110 §13.1.2. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header === etag || header === '*') return true
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag)
}
