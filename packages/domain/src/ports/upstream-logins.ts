import type { EpochSeconds } from '../clock.ts'

/** A provider that people may sign in with, as pages show it. */
export interface UpstreamProvider {
  /** Last segment of its addresses; part of the key of every identity. */
  readonly id: string
  /** Its name, which no language translates. */
  readonly label: string
}

/** What a provider is asked, once. All three are random, 256 bits each, and never used again. */
export interface UpstreamRequest {
  readonly state: string
  readonly nonce: string
  /** PKCE (RFC 7636): the challenge of it is sent, S256. */
  readonly verifier: string
  /** Ask for the person's credentials again, whoever is signed in there. */
  readonly isFresh: boolean
  /** A name to begin with; a provider may ignore it. */
  readonly loginHint?: string | undefined
}

/** What came back from the provider by way of the browser, and what it was asked. */
export interface UpstreamAnswer extends Omit<UpstreamRequest, 'loginHint'> {
  /** The query of the callback, each parameter once. */
  readonly params: URLSearchParams
  /** When the question was asked, in seconds. */
  readonly askedAt: number
}

/** Who a provider says that somebody is. */
export interface UpstreamProfile {
  /** Who vouches for it (`iss`). */
  readonly issuer: string
  /** Never given to another person by this provider; says nothing with any other provider. */
  readonly subject: string
  readonly email: string | undefined
  /** True only where the provider itself says that the address is proven. */
  readonly isEmailVerified: boolean
  readonly name: string | undefined
  readonly username: string | undefined
  readonly picture: string | undefined
  /** When the person proved themselves there, where the provider says that this was before. */
  readonly authenticatedAt?: EpochSeconds | undefined
}

/** Why nobody is signed in. */
export type UpstreamFailure =
  /** The person, or the provider for them, said no (`access_denied` and its like). */
  | 'denied'
  /** The answer is not of the provider that was asked (RFC 9207, RFC 9700 §4.4). */
  | 'mixed_up'
  /** The provider refused the code. */
  | 'exchange_refused'
  /** An ID token or a profile that is not to be believed. */
  | 'not_believed'
  /** Whoever was to sign in again there was not asked to. */
  | 'not_fresh'
  /** Slow, unreachable, or not speaking the protocol. */
  | 'unavailable'

export class UpstreamError extends Error {
  readonly reason: UpstreamFailure

  /** `message` is for the log: it holds no code, token or secret. */
  constructor(reason: UpstreamFailure, message: string, details: { cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'UpstreamError'
    this.reason = reason
  }
}

/** Signing in through other providers. Every method throws `UpstreamError`, and nothing else of theirs. */
export interface UpstreamLogins {
  /** Those that are configured, in the order in which pages show them. */
  readonly providers: readonly UpstreamProvider[]
  /** Where to send the browser. */
  begin(provider: string, request: UpstreamRequest): Promise<string>
  /** Exchanges the code and judges what comes back, within 5 seconds. */
  complete(provider: string, answer: UpstreamAnswer): Promise<UpstreamProfile>
}
