import type { Exchange } from '../exchange.ts'
import type { HookContext } from './order.ts'

/** The host of an authority, without its port: `[::1]:8080` is `[::1]`. */
const HOST = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** In HTTP/2 the host may be in `:authority` alone (RFC 9113 §8.3.1). */
function authorityOf({ headers }: Exchange['request']): string {
  const authority = headers[':authority']
  return typeof authority === 'string' ? authority : (headers.host ?? '')
}

/** The names under which a server of `grantd dev` is called, by itself and by its base URL. */
export function namesOfDev(host: string, baseUrl: string): ReadonlySet<string> {
  const own = host.includes(':') ? `[${host}]` : host
  return new Set([...LOOPBACK, own.toLowerCase(), new URL(baseUrl).hostname])
}

/**
 * With `grantd dev` anybody on the machine may register and read mail, and no web page may become
 * somebody on the machine: by DNS rebinding it calls us under a name of its own, which the browser
 * sends along. `serve` is named by its proxies and offers nothing to a neighbour.
 */
export function refuseForeignHost(exchange: Exchange, context: HookContext): boolean {
  const { hostNames } = context.settings
  if (hostNames === undefined) return false
  const name = HOST.exec(authorityOf(exchange.request))?.[1]?.toLowerCase()
  if (name !== undefined && hostNames.has(name)) return false
  context.refuse(exchange, 'foreign_host')
  return true
}
