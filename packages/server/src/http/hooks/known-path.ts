import { STATIC_PREFIX } from '../assets.ts'
import type { Exchange } from '../exchange.ts'
import { knownPath } from '../paths.ts'
import type { HookContext } from './order.ts'

/** Absolute-form and asterisk targets ask a proxy; a request line must not choose our host. */
export function refuseForeignTarget(exchange: Exchange, context: HookContext): boolean {
  if (exchange.path.startsWith('/')) return false
  context.refuse(exchange, 'misdirected')
  return true
}

export function refuseManyHeaders(exchange: Exchange, context: HookContext): boolean {
  if (exchange.request.rawHeaders.length <= context.headerCount * 2) return false
  context.refuse(exchange, 'too_many_headers')
  return true
}

// By length, so that the usual request costs a few comparisons of numbers.
const SINGLE: ReadonlyMap<number, string> = new Map(
  ['host', 'origin', 'content-type', 'authorization'].map((name) => [name.length, name]),
)

/**
 * Of two such headers node keeps the first, a proxy in front perhaps the last (RFC 9110 §5.3 forbids
 * repeating them): nobody may be judged by one value and served by another.
 */
export function refuseRepeatedHeaders(exchange: Exchange, context: HookContext): boolean {
  const { rawHeaders, headers } = exchange.request
  const authority = headers[':authority']
  if (authority !== undefined && headers.host !== undefined && headers.host !== authority) {
    context.refuse(exchange, 'repeated_header')
    return true
  }
  let seen = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    const single = SINGLE.get(name.length)
    if (single === undefined || name.toLowerCase() !== single) continue
    const bit = 1 << name.length
    if ((seen & bit) !== 0) {
      context.refuse(exchange, 'repeated_header')
      return true
    }
    seen |= bit
  }
  return false
}

/**
 * 404 and 405, decided on the bytes of the path as sent: what the router decodes or folds never
 * matches here, so guard and router cannot disagree (CVE-2026-22037, CVE-2026-33807).
 */
export function refuseUnknownPath(exchange: Exchange, context: HookContext): boolean {
  const { path, method } = exchange
  if (exchange.isBadPath) {
    context.refuse(exchange, 'bad_path')
    return true
  }
  const known = knownPath(context.paths, path)
  if (known !== undefined) {
    if (known.methods.has(method)) return false
    exchange.setHeader('Allow', known.allow)
    context.refuse(exchange, 'method_not_allowed')
    return true
  }
  if (path.startsWith(STATIC_PREFIX)) {
    if (method === 'GET' || method === 'HEAD') return false
    exchange.setHeader('Allow', 'GET, HEAD')
    context.refuse(exchange, 'method_not_allowed')
    return true
  }
  context.refuse(exchange, 'not_found')
  return true
}
