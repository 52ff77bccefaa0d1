import type { OAuthErrorCode } from '../errors.ts'
import type { NewEvent } from '../events.ts'
import type { Change } from './unit-of-work.ts'

/**
 * Hears of every act, also of those that no event backend wants: what is counted of the server's work.
 * Called on the way of a request: must not throw, wait, or keep what it is given.
 */
export interface ActObserver {
  /** A unit of work is committed, with the events that tell of it beside its audit records. */
  committed(changes: readonly Change[], events: readonly NewEvent[]): void
  /** A client was not who it said, or may not call; `proof` is what it showed. */
  clientRefused(proof: 'secret' | 'assertion' | 'none'): void
  /** `grantType` as it was asked for, which may be any text. */
  tokenRefused(grantType: string | undefined, code: OAuthErrorCode): void
  /** `page`: our own page, because nobody proved where an answer may go. */
  authorizationRefused(code: OAuthErrorCode | 'page'): void
}

/** For a server that counts nothing. */
export const NOT_OBSERVED: ActObserver = Object.freeze({
  committed: () => undefined,
  clientRefused: () => undefined,
  tokenRefused: () => undefined,
  authorizationRefused: () => undefined,
})
