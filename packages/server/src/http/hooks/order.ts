import type { OAuthError } from '@grantd/domain'
import type { Denylist } from '@grantd/oauth'
import type { Drain, HttpSettings, RateLimits } from '../context.ts'
import type { Exchange } from '../exchange.ts'
import type { ConstantHeaders } from '../headers.ts'
import type { PathTable } from '../paths.ts'
import { admit, type Door } from './admit.ts'
import type { ClientAddresses } from './client-address.ts'
import { shareAcrossOrigins } from './cors.ts'
import { refuseDeniedAddress } from './denied-address.ts'
import { sendElsewhere } from './elsewhere.ts'
import { redirectToHttps } from './https-redirect.ts'
import { refuseForeignHost } from './known-host.ts'
import {
  refuseForeignTarget,
  refuseManyHeaders,
  refuseRepeatedHeaders,
  refuseUnknownPath,
} from './known-path.ts'
import { limitRate } from './rate-limit.ts'

/** Refusals that need no handler. */
export type Refusal =
  | 'bad_path'
  | 'misdirected'
  | 'foreign_host'
  | 'denied_address'
  | 'too_many_headers'
  | 'repeated_header'
  | 'method_not_allowed'
  | 'not_found'
  | 'overloaded'

export interface HookContext {
  readonly settings: HttpSettings
  readonly headers: ConstantHeaders
  readonly headerCount: number
  readonly addresses: ClientAddresses
  readonly drain: Readonly<Drain>
  readonly paths: PathTable
  readonly baseUrl: string
  /** Absent: everybody comes in. */
  readonly door: Door | undefined
  /** Absent: nothing is limited. */
  readonly rateLimits?: RateLimits | undefined
  readonly denylist: Pick<Denylist, 'ready' | 'deniesAddress'>
  refuse(exchange: Exchange, refusal: Refusal): void
  /** Answers before any endpoint has read the request, in the form that its caller reads. */
  refuseEarly(exchange: Exchange, error: OAuthError): void
}

/** True when it answered; the rest is then skipped. A promise only where there is something to wait for. */
export type Hook = (exchange: Exchange, context: HookContext) => boolean | Promise<boolean>

/**
 * What happens to every request before its endpoint. The request id and the client's address are
 * settled before the first hook, and the observers of the server (server.ts) hear of its end. A limit that
 * answers asks CORS itself, so that its caller can read it. `order.test.ts` pins what comes before what.
 */
const HOOKS: readonly Hook[] = [
  // First: nothing may have been done with a request that is given back.
  sendElsewhere,
  refuseForeignTarget,
  refuseManyHeaders,
  refuseRepeatedHeaders,
  refuseForeignHost,
  redirectToHttps,
  admit,
  refuseDeniedAddress,
  limitRate,
  // Before 404 and 405, so that a preflight is answered and a refusal can be read by its caller.
  shareAcrossOrigins,
  refuseUnknownPath,
]

/** Runs them in their order; true when one of them answered. */
export function runHooks(
  exchange: Exchange,
  context: HookContext,
  from = 0,
): boolean | Promise<boolean> {
  for (let place = from; place < HOOKS.length; place++) {
    const answered = HOOKS[place]?.(exchange, context)
    if (answered === true) return true
    if (answered instanceof Promise)
      return answered.then((isAnswered) => isAnswered || runHooks(exchange, context, place + 1))
  }
  return false
}
