import type { Exchange } from '../exchange.ts'
import type { HookContext } from './order.ts'

const PREFLIGHT_SECONDS = '3600'
const ALLOWED_HEADERS = 'Authorization, Content-Type, DPoP'
const EXPOSED_HEADERS =
  'WWW-Authenticate, Retry-After, DPoP-Nonce, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset'

/**
 * Lets configured origins read the endpoints that opted in, never with credentials. `Origin: null`
 * is every sandboxed page of the web and is not an origin.
 */
export function shareAcrossOrigins(exchange: Exchange, context: HookContext): boolean {
  const { allowedOrigins } = context.settings
  if (allowedOrigins.length === 0) return false
  const path = context.paths.get(exchange.path)
  if (path === undefined || !path.cors) return false
  const { headers } = exchange.request
  const origin = headers.origin
  const isOpen = allowedOrigins.includes('*')
  if (!isOpen) exchange.setHeader('Vary', 'Origin')
  if (origin === undefined || origin === 'null') return false
  if (!isOpen && !allowedOrigins.includes(origin)) return false
  exchange.setHeader('Access-Control-Allow-Origin', isOpen ? '*' : origin)
  if (exchange.method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) {
    exchange.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS)
    return false
  }
  exchange.send(204, context.headers.bare, [
    'Access-Control-Allow-Methods',
    path.allow,
    'Access-Control-Allow-Headers',
    ALLOWED_HEADERS,
    'Access-Control-Max-Age',
    PREFLIGHT_SECONDS,
  ])
  return true
}
