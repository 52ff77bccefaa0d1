import type { AuthMethod } from '@grantd/domain'
import type { Params } from '../../params.ts'

/** What a request offers to prove which client sends it. */
export interface PresentedClient {
  readonly clientId: string
  /** Absent for public clients, which prove themselves in the grant (PKCE, rotation). */
  readonly proof:
    | { readonly kind: 'secret'; readonly secret: string }
    | { readonly kind: 'assertion'; readonly assertion: string }
    | undefined
}

/** One way of client authentication on the wire (RFC 6749 §2.3, RFC 7591 §2). */
export interface ClientAuthMethod {
  readonly names: readonly AuthMethod[]
  readonly spec: string
  /** The credentials when the request uses this method; throws `invalid_client` when it does so badly. */
  read(request: {
    readonly params: Params
    readonly authorization: string | undefined
  }): PresentedClient | undefined
}
