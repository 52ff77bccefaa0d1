/** Why a request to a URL of someone else came to nothing; for the log, never for the caller. */
export type OutboundFailure =
  /** Scheme, port or address that is never called. */
  | 'forbidden'
  | 'unreachable'
  | 'timeout'
  | 'too_large'
  /** A redirect, or another answer that is not followed. */
  | 'unexpected'

export class OutboundError extends Error {
  readonly reason: OutboundFailure

  constructor(reason: OutboundFailure, message: string, details: { cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'OutboundError'
    this.reason = reason
  }
}

export interface OutboundResponse {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: Buffer
}

/**
 * HTTP to URLs that clients named: no address of this machine or network, no redirect, no more than
 * 64 KiB and 5 s. The address that was checked is the one connected. Throws `OutboundError`.
 */
/** What a document of somebody else is read for; what is counted and traced of it goes by this name. */
export type OutboundPurpose = 'jwks' | 'logo' | 'request_object' | 'sector_identifier'

export interface OutboundHttp {
  get(
    url: string,
    options: { readonly accept: string; readonly purpose?: OutboundPurpose },
  ): Promise<OutboundResponse>
  postForm(url: string, fields: Readonly<Record<string, string>>): Promise<OutboundResponse>
  /** Why this URL would never be called, as far as its text and its name tell; `undefined` when it may be. */
  refusal(url: string): Promise<string | undefined>
}
