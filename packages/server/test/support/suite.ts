// Owns: a relying party that behaves like the conformance suite of the OpenID Foundation: it registers
// itself without a scope, sends no PKCE, and looks at every answer the way the suite's conditions do.
import assert from 'node:assert/strict'
import * as jose from 'jose'
import { ALL_CLAIMS } from '../../src/cli/conformance-person.ts'
import { clientKeyPair } from './client-keys.ts'
import { basic } from './flow.ts'
import { type Answer, follow } from './openid.ts'
import { type Browser, ISSUER, type TestServer } from './server.ts'

/** What `grantd dev --preset conformance` sets, for a server with an ID token algorithm of its own. */
export const CONFORMANCE = {
  OAUTH2_CONFORMANCE_ENABLED: '1',
  OAUTH2_OPEN_REGISTRATION: 'true',
  OAUTH2_DYNAMIC_REGISTRATION_ENABLED: '1',
  OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true',
  OAUTH2_ID_TOKEN_ALG: 'RS256',
}

const CALLBACK = 'https://suite.example/test/a/grantd/callback'
const PROFILE = [
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username'],
  ...['profile', 'picture', 'website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at'],
]
/** What each scope must bring (the suite warns when a claim is missing). */
export const CLAIMS_OF: Readonly<Record<string, readonly string[]>> = {
  profile: PROFILE,
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}

export interface Tokens {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token?: string
  readonly token_type: string
  readonly expires_in: number
}

/** What may stand in an answer that is an error; the suite warns about anything else. */
const IN_ERRORS = new Set('error error_description error_uri state session_state iss'.split(' '))
const BOOLEANS = new Set(['email_verified', 'phone_number_verified'])

/** The types that the suite wants of standard claims, and what it takes for a date of birth. */
function isStandardClaim(name: string, value: unknown): boolean {
  if (BOOLEANS.has(name)) return typeof value === 'boolean'
  if (name === 'updated_at') return typeof value === 'number'
  if (name === 'address') return Object.values(value as object).every(isText)
  if (name !== 'birthdate') return isText(value)
  const [, year = ''] = /^(\d{4})(?:-\d\d-\d\d)?$/.exec(String(value)) ?? []
  return year === '0000' || (Number(year) >= 1850 && Number(year) <= new Date().getFullYear())
}

const isText = (value: unknown) =>
  typeof value === 'string' && value.trim() !== '' && value.toLowerCase() !== 'null'

type Registration = Readonly<Record<string, unknown>>

/** One client of the suite; every module registers its own. */
export class SuiteClient {
  readonly #server: TestServer
  readonly id: string
  readonly secret: string
  readonly registration: Registration
  readonly mode: 'query' | 'form_post'

  private constructor(server: TestServer, registration: Registration, mode: SuiteClient['mode']) {
    this.#server = server
    this.registration = registration
    this.id = String(registration.client_id)
    this.secret = String(registration.client_secret)
    this.mode = mode
  }

  static async register(
    server: TestServer,
    { mode = 'query', ...members }: { mode?: SuiteClient['mode'] } & Registration = {},
  ): Promise<SuiteClient> {
    const { kid: _, ...jwk } = (await clientKeyPair('RS256')).jwk
    const reply = await postRegistration(server, {
      client_name: 'grantd aBcDeFgHiJ',
      grant_types: ['authorization_code'],
      jwks: { keys: [jwk] }, // without a kid, as the suite makes its key
      token_endpoint_auth_method: 'client_secret_basic',
      response_types: ['code'],
      redirect_uris: [CALLBACK],
      contacts: ['certification@oidf.org'],
      ...members,
    })
    assert.equal(reply.statusCode, 201, reply.body)
    assert.match(String(reply.headers['content-type']), /^application\/json/)
    const registered = reply.json<Registration>()
    // RFC 7591 §3.2.1: with a secret comes when it ends; OIDC Registration §3.2: both or neither.
    if ('client_secret' in registered)
      assert.equal(typeof registered.client_secret_expires_at, 'number')
    assert.match(String(registered.registration_client_uri), /^https?:/)
    assert.equal(typeof registered.registration_access_token, 'string')
    return new SuiteClient(server, reply.json(), mode)
  }

  parameters(extra: Record<string, string> = {}): Record<string, string> {
    return {
      client_id: this.id,
      redirect_uri: CALLBACK,
      scope: 'openid',
      state: 'a'.repeat(10),
      nonce: 'n'.repeat(10),
      response_type: 'code',
      ...(this.mode === 'form_post' && { response_mode: 'form_post' }),
      ...extra,
    }
  }

  url(extra: Record<string, string> = {}, without: readonly string[] = []): string {
    const query = new URLSearchParams(this.parameters(extra))
    for (const name of without) query.delete(name)
    return `/oauth/authorize?${query}`
  }

  /** The answer of a request, with `state`, `iss` and the way it travelled as the suite wants them. */
  async ask(browser: Browser, extra: Record<string, string> = {}, without: readonly string[] = []) {
    return this.checked(await follow(browser, this.url(extra, without)))
  }

  checked(answer: Answer): Answer {
    assert.equal(answer.mode, this.mode, answer.body)
    assert.equal(answer.fields.get('state'), 'a'.repeat(10))
    assert.equal(answer.fields.get('iss'), ISSUER)
    if (answer.fields.has('error')) {
      assert.equal(answer.fields.has('code'), false)
      for (const name of answer.fields.keys()) assert.ok(IN_ERRORS.has(name), name)
      const said = answer.fields.get('error_description') ?? ''
      assert.match(said, /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/) // RFC 6749 §4.1.2.1
    }
    return answer
  }

  exchange(answer: Answer, extra: Record<string, string> = {}) {
    const isBasic = this.registration.token_endpoint_auth_method === 'client_secret_basic'
    return this.#server.form(
      '/oauth/token',
      {
        grant_type: 'authorization_code',
        code: answer.fields.get('code') ?? '',
        redirect_uri: CALLBACK,
        ...(!isBasic && { client_id: this.id, client_secret: this.secret }),
        ...extra,
      },
      isBasic ? { authorization: basic(this.id, this.secret) } : {},
    )
  }

  refresh(refreshToken: string) {
    return this.#server.form(
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      { authorization: basic(this.id, this.secret) },
    )
  }

  /** Tokens of a request, judged like `oidcc-server` judges them. */
  async tokens(browser: Browser, extra: Record<string, string> = {}): Promise<Tokens> {
    const reply = await this.exchange(await this.ask(browser, extra))
    return this.judged(reply)
  }

  judged(reply: Awaited<ReturnType<SuiteClient['exchange']>>): Tokens {
    assert.equal(reply.statusCode, 200, reply.body)
    assert.match(String(reply.headers['content-type']), /^application\/json/)
    assert.equal(reply.headers['cache-control'], 'no-store')
    const tokens = reply.json<Tokens>()
    assert.equal(tokens.token_type, 'Bearer')
    assert.ok(tokens.expires_in > 0)
    return tokens
  }

  /** The ID token by the key that its header names (OIDC Core §3.1.3.7, §10.1). */
  async idToken(tokens: Tokens): Promise<jose.JWTPayload> {
    const { keys } = (await this.#server.inject({ url: '/.well-known/jwks.json' })).json()
    const { kid, alg } = jose.decodeProtectedHeader(tokens.id_token)
    assert.equal(alg, 'RS256')
    assert.equal(keys.filter((key: jose.JWK) => key.kid === kid).length, 1)
    const { payload } = await jose.jwtVerify(tokens.id_token, jose.createLocalJWKSet({ keys }), {
      issuer: ISSUER,
      audience: this.id,
      currentDate: new Date(this.#server.clock.nowMs()),
    })
    return payload
  }

  async userinfo(tokens: Tokens, how: 'get' | 'post_header' | 'post_body' = 'get') {
    const url = '/oauth/userinfo'
    const authorization = `Bearer ${tokens.access_token}`
    const reply =
      how === 'get'
        ? await this.#server.inject({ url, headers: { authorization } })
        : how === 'post_header'
          ? await this.#server.form(url, {}, { authorization })
          : await this.#server.form(url, { access_token: tokens.access_token })
    assert.equal(reply.statusCode, 200, reply.body)
    assert.match(String(reply.headers['content-type']), /^application\/json/)
    return reply.json<Record<string, unknown>>()
  }

  /** As `skipTestIfScopesNotSupported` and the scope modules: every claim, with the type it must have. */
  checkClaims(claims: Record<string, unknown>, scopes: readonly string[]): void {
    const wanted = scopes.flatMap((scope) => CLAIMS_OF[scope] ?? [])
    const names = Object.keys(claims).filter((name) => name !== 'sub')
    assert.deepEqual(names.toSorted(), wanted.toSorted())
    for (const name of wanted) {
      const known = (ALL_CLAIMS as Record<string, unknown>)[name]
      if (known !== undefined) assert.deepEqual(claims[name], known)
      assert.ok(isStandardClaim(name, claims[name]), name)
    }
  }
}

export function postRegistration(server: TestServer, members: Registration) {
  return server.inject({
    method: 'POST',
    url: '/connect/register',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(members),
  })
}
