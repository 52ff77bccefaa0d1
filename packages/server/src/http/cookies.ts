import type { CookieChange } from '@grantd/oauth'

/** Names on the wire; `__Host-` keeps sibling subdomains from setting them (RFC 6265bis §4.1.3). */
export interface CookieNames {
  readonly session: string
  readonly browser: string
  readonly op_state: string
  readonly typedName: string
  readonly pending: string
  readonly device: string
  readonly upstream: string
  readonly language: string
}

export function cookieNames(isSecure: boolean): CookieNames {
  return isSecure
    ? {
        session: '__Host-sid',
        browser: '__Host-browser',
        typedName: '__Host-typed-name',
        op_state: '__Host-op_state',
        pending: '__Host-pending',
        device: '__Host-device',
        upstream: '__Host-upstream',
        language: '__Host-language',
      }
    : {
        session: 'sid',
        browser: 'browser',
        typedName: 'typed-name',
        op_state: 'op_state',
        pending: 'pending',
        device: 'device',
        upstream: 'upstream',
        language: 'language',
      }
}

// What we ever set; anything else was not set by us.
const VALUE = /^[A-Za-z0-9._~-]{1,3800}$/

/**
 * The value of a cookie that was sent exactly once. Of two cookies of one name either may be the
 * attacker's, so both are ignored.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let found: string | undefined
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals === -1 || pair.slice(0, equals).trim() !== name) continue
    if (found !== undefined) return undefined
    found = pair.slice(equals + 1).trim()
  }
  return found !== undefined && VALUE.test(found) ? found : undefined
}

/** One `Set-Cookie` value. Throws RangeError for a value that could end the attribute. */
export function writeCookie(change: CookieChange, isSecure: boolean): string {
  const name = cookieNames(isSecure)[change.name]
  const rest = change.name === 'op_state' ? frameAttributes(isSecure) : attributes(isSecure)
  if (change.value === undefined) return `${name}=; Max-Age=0${rest}`
  return `${name}=${checked(change.value)}; Max-Age=${change.maxAge}${rest}`
}

/** The browser cookie; without Max-Age it ends with the browser. */
export function writeBrowserCookie(value: string, isSecure: boolean): string {
  return `${cookieNames(isSecure).browser}=${checked(value)}${attributes(isSecure)}`
}

function checked(value: string): string {
  if (!VALUE.test(value)) throw new RangeError('a cookie value has characters that it may not have')
  return value
}

/** Read by the script of our frame on pages of clients, hence neither HttpOnly nor same-site. */
function frameAttributes(isSecure: boolean): string {
  return `; Path=/; ${isSecure ? 'SameSite=None; Secure' : 'SameSite=Lax'}`
}

function attributes(isSecure: boolean): string {
  return `; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}
