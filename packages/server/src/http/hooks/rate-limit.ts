import { STATIC_PREFIX } from '../assets.ts'
import type { RateVerdict } from '../context.ts'
import type { Exchange } from '../exchange.ts'
import { type KnownPath, knownPath } from '../paths.ts'
import { tooManyRequests } from '../too-many.ts'
import { shareAcrossOrigins } from './cors.ts'
import { PROBES } from './https-redirect.ts'
import type { HookContext } from './order.ts'

/**
 * Counts the request for its network, and refuses it with 429 when that has had too many. Paths that do
 * not exist count as well; probes do not. Waits only where processes count together.
 */
export function limitRate(exchange: Exchange, context: HookContext): boolean | Promise<boolean> {
  const { rateLimits, paths } = context
  if (rateLimits === undefined || PROBES.has(exchange.path)) return false
  const { path, method } = exchange
  const known = paths.get(path) ?? (path.startsWith(STATIC_PREFIX) ? ASSET : knownPath(paths, path))
  const verdict = rateLimits.request(exchange.ip, known?.rateClasses?.get(method))
  return verdict instanceof Promise
    ? verdict.then((late) => judge(exchange, late, context))
    : judge(exchange, verdict, context)
}

const ASSET: Pick<KnownPath, 'rateClasses'> = { rateClasses: new Map([['GET', 'asset']]) }

function judge(exchange: Exchange, verdict: RateVerdict, context: HookContext): boolean {
  exchange.rate = verdict
  if (verdict.isAllowed) return false
  // A page of another origin may read why; a preflight is let through so that it can.
  if (shareAcrossOrigins(exchange, context)) return true
  context.rateLimits?.refused(verdict, exchange.ip, exchange.request)
  context.refuseEarly(exchange, tooManyRequests(verdict))
  return true
}
