import type { Verdict } from '@grantd/limits'

/** Header names and values alternating, as `writeHead` takes them. */
export type FlatHeaders = readonly string[]

/** What never changes while the process runs, computed once per kind of reply. */
export interface ConstantHeaders {
  readonly json: FlatHeaders
  readonly jwt: FlatHeaders
  /** A document of ours that any site may frame. */
  readonly frame: FlatHeaders
  readonly bare: FlatHeaders
  readonly page: FlatHeaders
  readonly document: FlatHeaders
  readonly asset: FlatHeaders
  /** A page without words of ours, whose scripts are files. */
  readonly filePage: FlatHeaders
  readonly eventStream: FlatHeaders
}

const JSON_CSP = "default-src 'none'; frame-ancestors 'none'"
const FRAME_CSP = "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors *"
// Nobody may keep a page; whoever does so anyway must at least not give it to people of another language.
const PAGE_VARY = ['Vary', 'Accept-Language, Cookie']
const NO_STORE = ['Cache-Control', 'no-store', 'Pragma', 'no-cache']

export function constantHeaders(isSecure: boolean): ConstantHeaders {
  const common = [
    'X-Content-Type-Options',
    'nosniff',
    'X-Frame-Options',
    'DENY',
    'Referrer-Policy',
    'no-referrer',
    'Permissions-Policy',
    'camera=(), geolocation=(), microphone=()',
    ...(isSecure ? ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'] : []),
  ]
  const own = [...common, 'Cross-Origin-Resource-Policy', 'same-origin']
  const json = ['Content-Type', 'application/json', 'Content-Security-Policy', JSON_CSP]
  const framed = common.filter((_, at) => common[at - (at % 2)] !== 'X-Frame-Options')
  return {
    frame: [
      ...['Content-Type', 'text/html; charset=utf-8', 'Content-Security-Policy', FRAME_CSP],
      ...['Cross-Origin-Resource-Policy', 'cross-origin', ...NO_STORE, ...framed],
    ],
    json: [...json, ...NO_STORE, ...own],
    jwt: [
      'Content-Type',
      'application/jwt',
      'Content-Security-Policy',
      JSON_CSP,
      ...NO_STORE,
      ...own,
    ],
    bare: ['Content-Security-Policy', JSON_CSP, ...NO_STORE, ...own],
    page: ['Content-Type', 'text/html; charset=utf-8', ...PAGE_VARY, ...NO_STORE, ...own],
    // Discovery and keys are for everyone to read.
    document: [...json, ...common, 'Cross-Origin-Resource-Policy', 'cross-origin'],
    asset: ['Content-Security-Policy', JSON_CSP, ...own],
    filePage: ['Content-Security-Policy', pageCsp([], undefined), ...own],
    // nginx would hold messages back until its buffer is full, and proxies may not compress them into one.
    eventStream: [
      ...['Content-Type', 'text/event-stream', 'Content-Security-Policy', JSON_CSP],
      ...['X-Accel-Buffering', 'no', 'Cache-Control', 'no-store, no-transform', ...own],
    ],
  }
}

/** How much of its bucket a request has left, on every answer that was counted. */
export function pushRate(headers: string[], { limit, remaining, resetMs }: Verdict): void {
  headers.push(
    'X-RateLimit-Limit',
    String(limit),
    'X-RateLimit-Remaining',
    String(remaining),
    // Seconds until the bucket is full: a moment in time would need the caller's clock to be ours.
    'X-RateLimit-Reset',
    String(Math.ceil(resetMs / 1_000)),
  )
}

/** The policy's grammar has no IPv6 address: such a host is widened to its scheme. */
function withoutIpv6(source: string): string {
  return source.includes('[') ? source.slice(0, source.indexOf('/')) : source
}

// A source that could end the directive or the header is left out, and the form then stays blocked.
const SOURCE = /^(?:'self'|[\w.:/*@%~+-]+)$/

/** The policy of a page: nothing but our own files, and the form targets that this page needs. */
export function pageCsp(
  formAction: readonly string[],
  scriptHash: string | undefined,
  frameSrc: readonly string[] = [],
): string {
  const targets = new Set(formAction.map(withoutIpv6).filter((source) => SOURCE.test(source)))
  const frames = [...new Set(frameSrc.map(withoutIpv6).filter((source) => SOURCE.test(source)))]
  const script = scriptHash === undefined ? "'self'" : `'self' '${scriptHash}'`
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    `script-src ${script}`,
    "connect-src 'self'",
    ...(frames.length === 0 ? [] : [`frame-src ${frames.join(' ')}`]),
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${targets.size === 0 ? "'none'" : [...targets].join(' ')}`,
  ].join('; ')
}
