import type { Exchange } from '../exchange.ts'
import type { HookContext } from './order.ts'

/** Probes come from inside and speak plain http. */
export const PROBES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics'])

/**
 * 308 to the configured base URL when https is enforced. The proxy's X-Forwarded-Proto counts only
 * from a trusted peer, and the target never comes from the Host header.
 */
export function redirectToHttps(exchange: Exchange, context: HookContext): boolean {
  if (!context.settings.enforceHttps || context.settings.isTls === true) return false
  if (PROBES.has(exchange.path)) return false
  if (context.addresses.isTrustedPeer(exchange.request)) {
    const header = exchange.request.headers['x-forwarded-proto']
    const proto = (Array.isArray(header) ? header[0] : header)?.split(',')[0]
    if (proto?.trim().toLowerCase() === 'https') return false
  }
  const base = new URL(context.baseUrl)
  base.protocol = 'https:'
  const query = exchange.query === '' ? '' : `?${exchange.query}`
  exchange.send(308, context.headers.bare, ['Location', `${base.origin}${exchange.path}${query}`])
  return true
}
