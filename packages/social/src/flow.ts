// Owns: one sign-in at another provider, from the question to a profile that is to be believed.
// Does not own: what differs between providers (providers/), accounts here (oauth), which addresses may
// be called (the port). Start here: `UpstreamFlows`.
import {
  type Clock,
  nowSeconds,
  type UpstreamAnswer,
  UpstreamError,
  type UpstreamLogins,
  type UpstreamProfile,
  type UpstreamProvider,
  type UpstreamRequest,
} from '@grantd/domain'
import { checkAnswer } from './check-answer.ts'
import { authTimeOf, checkIdToken, isFreshEnough } from './check-id-token.ts'
import { ConfiguredProvider, type ProviderChoice } from './configured-provider.ts'
import { upstreamFailure } from './failures.ts'
import { profileOfClaims } from './profile-of-claims.ts'
import type { Claims, UpstreamHttp } from './provider.ts'

/** For everything that a person waits for between two pages (T177). */
const DEADLINE_MS = 4_900

export class UpstreamFlows implements UpstreamLogins {
  readonly providers: readonly UpstreamProvider[]
  readonly #configured: ReadonlyMap<string, ConfiguredProvider>
  readonly #clock: Clock
  readonly #deadlineMs: number

  constructor(options: {
    readonly providers: readonly ProviderChoice[]
    readonly http: UpstreamHttp
    readonly clock: Clock
    readonly deadlineMs?: number
  }) {
    const { http, clock, deadlineMs = DEADLINE_MS } = options
    const made = options.providers.map((choice) => new ConfiguredProvider(choice, { http, clock }))
    this.providers = made.map(({ id, label }) => ({ id, label }))
    this.#configured = new Map(made.map((one) => [one.id, one]))
    this.#clock = clock
    this.#deadlineMs = deadlineMs
  }

  begin(id: string, request: UpstreamRequest): Promise<string> {
    return this.#inTime('metadata', () => this.#begin(this.#find(id), request))
  }

  complete(id: string, answer: UpstreamAnswer): Promise<UpstreamProfile> {
    return this.#inTime('answer', () => this.#complete(this.#find(id), answer))
  }

  async #begin(provider: ConfiguredProvider, request: UpstreamRequest): Promise<string> {
    const { client, config } = await provider.open()
    const { upstream } = provider
    const { state, nonce, verifier, isFresh, loginHint } = request
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: provider.redirectUri,
      scope: upstream.scope,
      state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(upstream.protocol === 'openid' && { nonce }),
      ...(loginHint !== undefined && { login_hint: loginHint }),
      ...(isFresh && { prompt: upstream.freshPrompt }),
      ...(isFresh && upstream.freshPrompt === 'login' && { max_age: '0' }),
    })
    return url.href
  }

  async #complete(provider: ConfiguredProvider, answer: UpstreamAnswer): Promise<UpstreamProfile> {
    const { client, config } = await provider.open()
    const { upstream } = provider
    const params = checkAnswer(answer.params, config.serverMetadata())
    const isOpenId = upstream.protocol === 'openid'
    const tokens = await step('token', () =>
      client.authorizationCodeGrant(config, new URL(`${provider.redirectUri}?${params}`), {
        expectedState: answer.state,
        pkceCodeVerifier: answer.verifier,
        ...(isOpenId && { expectedNonce: answer.nonce, idTokenExpected: true }),
      }),
    )
    provider.keepKeys(client, config)
    if (!isOpenId)
      return step('profile', () =>
        upstream.profile((url) => provider.ask(url, tokens.access_token)),
      )
    const claims = tokens.claims()
    if (tokens.id_token === undefined || claims === undefined)
      throw new UpstreamError('not_believed', 'there is no ID token')
    const now = nowSeconds(this.#clock)
    checkIdToken({ idToken: tokens.id_token, claims }, provider, now)
    if (answer.isFresh && !isFreshEnough(claims, answer.askedAt))
      throw new UpstreamError('not_fresh', 'auth_time is from before the question')
    // Whoever was asked again did it now; for anybody else it may be a session of days ago.
    const authenticatedAt = answer.isFresh ? undefined : authTimeOf(claims, now)
    const isKnown = claims.email !== undefined && claims.name !== undefined
    const hasMore = config.serverMetadata().userinfo_endpoint !== undefined
    if (isKnown || !hasMore) return { ...profileOfClaims(claims, upstream), authenticatedAt }
    const more = await step('userinfo', () =>
      client.fetchUserInfo(config, tokens.access_token, claims.sub),
    )
    // What is signed counts before what is not.
    return { ...profileOfClaims({ ...(more as Claims), ...claims }, upstream), authenticatedAt }
  }

  #find(id: string): ConfiguredProvider {
    const found = this.#configured.get(id)
    if (found === undefined)
      throw new UpstreamError('unavailable', 'the provider is not configured')
    return found
  }

  async #inTime<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new UpstreamError('unavailable', `${name}: no answer in time`)),
      this.#deadlineMs,
    )
    try {
      return await Promise.race([step(name, work), late])
    } finally {
      clearTimeout(timer)
    }
  }
}

async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw upstreamFailure(name, thrown)
  }
}
