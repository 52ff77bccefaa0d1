import type { Brand } from './brand.ts'
import { OAuthError } from './errors.ts'

/** A redirect URI that passed registration, kept and compared byte for byte. */
export type RedirectUri = Brand<string, 'RedirectUri'>

const MAX_LENGTH = 2_048
// RFC 3986 characters only: no space, control, backslash, quotation mark or non-ASCII can reach a
// header or a page.
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()+,;=%]+$/
// RFC 8252 §7.1: a reversed domain name, so every label between the dots has letters.
const PRIVATE_SCHEME = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+$/
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$|[?;])/i
/** RFC 8252 §7.3: loopback by IP literal; `localhost` is only ever compared exactly. */
const LOOPBACK = /^(https?):\/\/(127\.0\.0\.1|\[::1\])(?::([0-9]{1,5}))?(\/[^#]*|\?[^#]*)?$/

function refuse(reason: string): OAuthError {
  return new OAuthError('invalid_redirect_uri', `redirect_uri ${reason}`)
}

/**
 * Checks a redirect URI at registration. Allowed: https; http on 127.0.0.1, [::1] and localhost;
 * private-use schemes with a dot such as `com.example.app:/cb` (RFC 8252 §7.1). Throws
 * `invalid_redirect_uri`.
 */
export function parseRedirectUri(text: string): RedirectUri {
  if (text.length === 0) throw refuse('is empty')
  if (text.length > MAX_LENGTH) throw refuse(`is longer than ${MAX_LENGTH} characters`)
  // RFC 6749 §3.1.2
  if (text.includes('#')) throw refuse('must not have a fragment, the part after #')
  if (text.includes('*')) throw refuse('must not contain a wildcard: it is compared exactly')
  if (!URI_CHARACTERS.test(text)) throw refuse('has characters that a URI cannot have')
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) throw refuse('must be absolute, with a scheme')
  if (scheme === 'https' || scheme === 'http') checkWebUri(text, scheme)
  // A dot tells a reverse-domain scheme from javascript:, data:, file: and whatever browsers add next.
  else if (!PRIVATE_SCHEME.test(scheme)) throw refuse(`must not use the scheme ${scheme}:`)
  else if (!URL.canParse(text)) throw refuse('is not a valid URL')
  return text as RedirectUri
}

function checkWebUri(text: string, scheme: 'https' | 'http'): void {
  const authorityAndPath = text.slice(scheme.length + 1)
  if (!authorityAndPath.startsWith('//')) throw refuse('must have // and a host after its scheme')
  if (!URL.canParse(text)) throw refuse('is not a valid URL')
  const url = new URL(text)
  const authority = /^\/\/([^/?]*)/.exec(authorityAndPath)?.[1] ?? ''
  if (authority.includes('@')) throw refuse('must not carry user information')
  // What a browser would visit must be what was registered: no 127.1, no trailing dot, no IDN twin.
  const host = authority.replace(/:[0-9]*$/, '').toLowerCase()
  if (host !== url.hostname || host.endsWith('.'))
    throw refuse('must name its host in canonical form')
  if (DOT_SEGMENT.test(url.pathname) || DOT_SEGMENT.test(authorityAndPath.replace(/\?.*$/s, ''))) {
    throw refuse('must not contain dot segments')
  }
  if (scheme === 'http' && !['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) {
    throw refuse('must use https; plain http is for 127.0.0.1, [::1] and localhost only')
  }
}

export type ApplicationType = 'web' | 'native'

/**
 * The registered URI that `presented` matches, or `undefined`. Exact comparison of bytes; for native
 * applications the port of an IP-literal loopback may vary (RFC 8252 §7.3). Nothing is normalised:
 * two parsers that disagree are how redirects are stolen.
 */
export function matchRedirectUri(
  registered: readonly RedirectUri[],
  presented: string,
  applicationType: ApplicationType,
): RedirectUri | undefined {
  if (registered.includes(presented as RedirectUri)) return presented as RedirectUri
  if (applicationType !== 'native' || presented.length > MAX_LENGTH) return undefined
  if (!URI_CHARACTERS.test(presented)) return undefined
  const wanted = loopbackWithoutPort(presented)
  if (wanted === undefined) return undefined
  const isMatch = registered.some((uri) => loopbackWithoutPort(uri) === wanted)
  return isMatch ? (presented as RedirectUri) : undefined
}

function loopbackWithoutPort(uri: string): string | undefined {
  const parts = LOOPBACK.exec(uri)
  if (parts === null) return undefined
  if (parts[3] !== undefined && Number(parts[3]) > 65_535) return undefined
  return `${parts[1]}://${parts[2]}${parts[4] ?? ''}`
}

/** Scheme, host and port of the URI for a CSP source list, or `scheme:` for a private-use scheme. */
export function redirectTarget(uri: RedirectUri): { origin: string; isCustomScheme: boolean } {
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase() ?? ''
  if (scheme === 'https' || scheme === 'http') {
    return { origin: new URL(uri).origin, isCustomScheme: false }
  }
  return { origin: `${scheme}:`, isCustomScheme: true }
}

/** `redirect_uri` with `parameters` added to its query, keeping the query it was registered with (RFC 6749 §4.1.2). */
export function withQuery(
  uri: RedirectUri,
  parameters: ReadonlyArray<readonly [string, string]>,
): string {
  return uri + (uri.includes('?') ? (uri.endsWith('?') ? '' : '&') : '?') + encoded(parameters)
}

/** `redirect_uri` with `parameters` in its fragment, which never reaches a server or its log. */
export function withFragment(
  uri: RedirectUri,
  parameters: ReadonlyArray<readonly [string, string]>,
): string {
  return `${uri}#${encoded(parameters)}`
}

function encoded(parameters: ReadonlyArray<readonly [string, string]>): string {
  return parameters
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}
