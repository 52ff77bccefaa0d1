import type { Client } from '@grantd/domain'
import type { HttpSettings } from '../context.ts'
import type { Exchange } from '../exchange.ts'
import type { HookContext } from './order.ts'

const PREFLIGHT_SECONDS = '3600'
const ALLOWED_HEADERS = 'Authorization, Content-Type, DPoP'
const EXPOSED_HEADERS =
  'WWW-Authenticate, Retry-After, DPoP-Nonce, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset'
const WEB_ORIGIN = /^https?:\/\/[^/?#\s]+$/

/** Whether anybody at all may read across origins. */
export function isSharing({ allowedOrigins, clientOrigins }: HttpSettings): boolean {
  return allowedOrigins.length > 0 || clientOrigins === true
}

/**
 * Lets configured origins read the endpoints that opted in, never with credentials. `Origin: null`
 * is every sandboxed page of the web and is not an origin. Where clients' own origins may read too,
 * a preflight is answered to all of them: it cannot say which client will ask, and it reveals
 * nothing. The answer itself then waits for `shareWithClient`.
 */
export function shareAcrossOrigins(exchange: Exchange, context: HookContext): boolean {
  const { settings } = context
  if (!isSharing(settings)) return false
  const path = context.paths.get(exchange.path)
  if (path === undefined || !path.cors) return false
  const { headers } = exchange.request
  const { origin } = headers
  const isOpen = settings.allowedOrigins.includes('*')
  if (!isOpen) exchange.setHeader('Vary', 'Origin')
  if (origin === undefined || origin === 'null') return false
  const isPreflight =
    exchange.method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
  const isKnown = isOpen || settings.allowedOrigins.includes(origin)
  const mayBeClient = settings.clientOrigins === true && isPreflight && WEB_ORIGIN.test(origin)
  if (!isKnown && !mayBeClient) return false
  allow(exchange, isOpen ? '*' : origin)
  if (!isPreflight) return false
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

/** Lets the pages of a client that has proven itself read the answer: those where it takes its codes. */
export function shareWithClient(exchange: Exchange, client: Client): void {
  const { origin } = exchange.request.headers
  if (origin !== undefined && originsOf(client).has(origin)) allow(exchange, origin)
}

function allow(exchange: Exchange, origin: string): void {
  exchange.setHeader('Access-Control-Allow-Origin', origin)
  if (exchange.method !== 'OPTIONS')
    exchange.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS)
}

const known = new WeakMap<Client, ReadonlySet<string>>()

/** Origins of redirect URIs on the web. What a native app registers (`app:/callback`) has none. */
function originsOf(client: Client): ReadonlySet<string> {
  const origins = known.get(client) ?? new Set(client.redirectUris.flatMap(originOf))
  known.set(client, origins)
  return origins
}

function originOf(uri: string): string[] {
  const origin = URL.parse(uri)?.origin ?? ''
  return WEB_ORIGIN.test(origin) ? [origin] : []
}
