import type { Exchange } from '../exchange.ts'
import { PROBES } from './https-redirect.ts'
import type { HookContext } from './order.ts'

/**
 * 403 for addresses on the denylist. It also keeps the list fresh for all that comes later: a request
 * waits for storage when the list is half a second old, briefly, and never when storage is down.
 * Probes pass: an entry must not make a balancer take the server for dead.
 */
export function refuseDeniedAddress(
  exchange: Exchange,
  context: HookContext,
): boolean | Promise<boolean> {
  if (PROBES.has(exchange.path)) return false
  const waiting = context.denylist.ready()
  return waiting === undefined
    ? refused(exchange, context)
    : waiting.then(() => refused(exchange, context))
}

function refused(exchange: Exchange, context: HookContext): boolean {
  if (!context.denylist.deniesAddress(exchange.ip)) return false
  context.refuse(exchange, 'denied_address')
  return true
}
