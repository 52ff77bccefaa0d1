import type { Seconds, SecretHash, SigningAlgorithm } from '@grantd/domain'

/** What the features need of the configuration; the composition root fills it. */
export interface OAuthSettings {
  /** The `iss` value and prefix of every URL; never taken from a request (RFC 8414 §2). */
  readonly issuer: string
  /** Prefix of endpoint URLs; the issuer unless an operator overrode the issuer alone. */
  readonly baseUrl: string
  readonly isDev: boolean
  readonly accessTokenAlgorithm: SigningAlgorithm
  readonly idTokenAlgorithm: SigningAlgorithm
  readonly accessTokensOpaque: boolean
  readonly accessTokenLifetime: Seconds
  readonly refreshTokenLifetime: Seconds
  readonly refreshFamilyLifetime: Seconds
  readonly refreshGrace: Seconds
  readonly codeLifetime: Seconds
  readonly idTokenLifetime: Seconds
  readonly keyGrace: Seconds
  /** Age at which a key is replaced by itself; 0: never. */
  readonly keyRotationInterval: Seconds
  /** Default audience of access tokens; the client id when unset (RFC 9068 §3). */
  readonly audience: string | undefined
  readonly resources: readonly string[]
  readonly publicIntrospection: boolean
  readonly registrationOpen: boolean
  /** Whether `/connect/register` is there at all; without `registrationOpen` by invitation only. */
  readonly registrationDynamic: boolean
  /** Of secrets made by registration; 0: unlimited. */
  readonly clientSecretLifetime: Seconds
  /** Clients that strangers may register in an hour, from one network and all together; 0: any number. */
  readonly registrationsPerNetwork: number
  readonly registrationsTotal: number
  /** After which a client that registered itself and was never used is deleted; 0: never. */
  readonly unusedClientLifetime: Seconds
  readonly adminClientIds: readonly string[]
  readonly sessionIdle: Seconds
  readonly sessionLifetime: Seconds
  /** OIDC Session Management: `session_state` and the iframe that watches it. */
  readonly sessionManagement: boolean
  /** Open to the conformance suite of the OpenID Foundation: PKCE and signed requests are not insisted on. */
  readonly conformance: boolean
  /** Whether people may make accounts for themselves. */
  readonly signUpOpen: boolean
  /** Whether whom another provider vouches for gets an account at the first sign-in. */
  readonly upstreamSignUp: boolean
  /** Whether an address that both sides have proven leads to the account that has it. */
  readonly upstreamLinksByEmail: boolean
  readonly adminsNeedSecondFactor: boolean
  /** Whether there is somewhere to send mail through. */
  readonly mailIsOn: boolean
  /** Tags of the languages that pages and letters can have. */
  readonly uiLocales: readonly string[]
  /** Where nothing else says which: one of `uiLocales`. */
  readonly uiDefaultLocale: string
  readonly eventIngest: {
    /** Whether events of others' own types are taken without the token. */
    readonly isPublic: boolean
    readonly tokenHash: SecretHash | undefined
  }
  readonly eventStreamHeartbeatMs: number
  readonly loginMaxAttempts: number
  readonly loginWindow: Seconds
}
