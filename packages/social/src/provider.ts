import type { UpstreamProfile } from '@grantd/domain'

/** What an operator says of a provider; a definition reads those of them that its provider has. */
export interface ProviderSettings {
  readonly clientId: string
  readonly clientSecret: string
  /** Where the provider sends browsers back to; fixed, whatever a request says. */
  readonly redirectUri: string
  /** Instead of the provider's own name. */
  readonly label?: string | undefined
  readonly tenantId?: string | undefined
  /** A host, or an https URL where the issuer has a path. */
  readonly domain?: string | undefined
  readonly issuer?: string | undefined
}

/** One provider, as data. Everything that happens is in `flow.ts`, the same for all. */
export interface ProviderDefinition {
  readonly id: string
  readonly label: string
  upstream(settings: ProviderSettings): Upstream
}

export type Upstream = OpenIdUpstream | OAuthUpstream

/** A provider with discovery and ID tokens (OpenID Connect Core). */
export interface OpenIdUpstream {
  readonly protocol: 'openid'
  /** Its metadata are at `<issuer>/.well-known/openid-configuration`. */
  readonly issuer: string
  readonly scope: string
  /** `prompt` that makes it ask for credentials again. */
  readonly freshPrompt: 'login' | 'select_account'
  /** Whether `claims` vouch for the address; `email_verified: true` where this is absent. */
  isEmailVerified?(claims: Claims): boolean
}

/** A provider that only speaks OAuth 2.0: who somebody is, its own API says. */
export interface OAuthUpstream {
  readonly protocol: 'oauth'
  readonly server: {
    readonly issuer: string
    readonly authorization_endpoint: string
    readonly token_endpoint: string
  }
  readonly scope: string
  readonly freshPrompt: 'login' | 'select_account'
  /** `ask` gets a JSON document with the access token. */
  profile(ask: (url: string) => Promise<unknown>): Promise<UpstreamProfile>
}

/** Claims of an ID token that was verified, and of the userinfo of the same `sub`. */
export type Claims = Readonly<Record<string, unknown>>

/** The one way out: whoever gives it decides which addresses may be called, for how long, how much. */
export interface UpstreamHttp {
  send(
    url: string,
    request: {
      readonly method: string
      readonly headers: Readonly<Record<string, string>>
      readonly body: string | undefined
    },
    /** The provider's id, for what is counted and traced. */
    peer: string,
  ): Promise<{
    readonly status: number
    readonly contentType: string | undefined
    readonly body: Uint8Array
  }>
}
