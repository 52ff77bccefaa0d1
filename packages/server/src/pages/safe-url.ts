/** Where a URL is used: `link` and `form` allow the web only, `continue` also an app's own scheme. */
export type UrlUse = 'link' | 'form' | 'continue'

const UNSAFE_CHARACTER = /[\p{Cc}\s\\"<>`]/u
const LOCAL_PATH = /^\/(?!\/)/
// RFC 8252 §7.1: private-use schemes have a dot. javascript:, data:, file:, blob: and the next one do not.
const PRIVATE_SCHEME = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/
const CSP_HOST = /^[a-z0-9._-]+(?::[0-9]+)?$/

/**
 * The URL, unchanged, when it may stand in an attribute of a page; otherwise `undefined`.
 * Allowed: http, https without user information, paths that start with one slash (not for `form`,
 * which always leaves this server), and for `continue` reverse-domain schemes.
 */
export function safeUrl(text: string | undefined, use: UrlUse): string | undefined {
  if (text === undefined || UNSAFE_CHARACTER.test(text)) return undefined
  if (LOCAL_PATH.test(text)) return use === 'form' ? undefined : text
  const url = URL.parse(text)
  if (url === null) return undefined
  if (url.protocol === 'https:' || url.protocol === 'http:') {
    // "https:example.org" parses, but means something else relative to a page.
    if (!/^https?:\/\/[^/]/i.test(text)) return undefined
    return url.username === '' && url.password === '' ? text : undefined
  }
  return use === 'continue' && PRIVATE_SCHEME.test(url.protocol) ? text : undefined
}

/** As `safeUrl`; throws where the page would be useless without its URL. */
export function requireSafeUrl(text: string, use: UrlUse): string {
  const url = safeUrl(text, use)
  if (url === undefined) throw new TypeError(`a page was given a URL it must not use as ${use}`)
  return url
}

/**
 * The Content-Security-Policy source for a form that posts to `url`, which passed `safeUrl`.
 * Hosts that the policy's grammar cannot hold (IPv6, and names with `;`, which would start another
 * directive) are widened to their scheme.
 */
export function formActionSource(url: string): string {
  const { protocol, host } = new URL(url)
  return CSP_HOST.test(host) ? `${protocol}//${host}` : protocol
}

/** Host of a web URL for people to read, else the whole text. */
export function readableHost(url: string): string {
  return URL.parse(url)?.host || url
}
