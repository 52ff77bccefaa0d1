import type { Exchange } from '../exchange.ts'
import type { HookContext } from './order.ts'

/** What a proxy sends that asks another instance when the answer is 502: `X-Retry-On: 502`. */
const PROMISE = 'x-retry-on'
const STATUS = 502

/**
 * While this server stops, a request is given back untouched to a proxy that has promised to ask
 * another instance. A proxy without checks of its own learns in this way, from an answer that costs
 * nobody anything, to turn away before the listener closes: what waits there unaccepted is lost, and a
 * POST is not repeated. No other answer of grantd has this status, so it never means "perhaps done".
 */
export function sendElsewhere(exchange: Exchange, context: HookContext): boolean {
  if (!context.drain.isDraining || exchange.request.headers[PROMISE] !== String(STATUS))
    return false
  if (!context.addresses.isTrustedPeer(exchange.request)) return false
  const { request } = exchange
  // A connection that closes with unread bytes takes the answer with it.
  exchange.watch()
  request.resume().once('end', () => exchange.send(STATUS, context.headers.bare, undefined))
  return true
}
