import type { Drain, HttpSettings } from '../context.ts'
import type { Exchange } from '../exchange.ts'
import type { ConstantHeaders } from '../headers.ts'
import type { PathTable } from '../paths.ts'
import type { ClientAddresses } from './client-address.ts'
import { shareAcrossOrigins } from './cors.ts'
import { sendElsewhere } from './elsewhere.ts'
import { redirectToHttps } from './https-redirect.ts'
import { refuseForeignHost } from './known-host.ts'
import {
  refuseForeignTarget,
  refuseManyHeaders,
  refuseRepeatedHeaders,
  refuseUnknownPath,
} from './known-path.ts'

/** Refusals that need no handler. */
export type Refusal =
  | 'bad_path'
  | 'misdirected'
  | 'foreign_host'
  | 'too_many_headers'
  | 'repeated_header'
  | 'method_not_allowed'
  | 'not_found'

export interface HookContext {
  readonly settings: HttpSettings
  readonly headers: ConstantHeaders
  readonly headerCount: number
  readonly addresses: ClientAddresses
  readonly drain: Readonly<Drain>
  readonly paths: PathTable
  readonly baseUrl: string
  refuse(exchange: Exchange, refusal: Refusal): void
}

/** Returns true when it answered; the rest is then skipped. Synchronous, all of them. */
export type Hook = (exchange: Exchange, context: HookContext) => boolean

/**
 * What happens to every request before its endpoint. The request id and the client's address are
 * settled before the first hook, and each answer is written to the access log by `Exchange.send`.
 */
export const HOOKS: readonly Hook[] = [
  // First: nothing may have been done with a request that is given back.
  sendElsewhere,
  refuseForeignTarget,
  refuseManyHeaders,
  refuseRepeatedHeaders,
  refuseForeignHost,
  redirectToHttps,
  // Before 404 and 405, so that a preflight is answered and a refusal can be read by its caller.
  shareAcrossOrigins,
  refuseUnknownPath,
]
