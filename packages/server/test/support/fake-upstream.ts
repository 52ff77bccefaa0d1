import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as jose from 'jose'

export const UPSTREAM_CLIENT = { id: 'grantd-there', secret: 'a secret of the provider' }

/** What a provider says of a person; for GitHub the members of its API. */
export type Person = Readonly<Record<string, unknown>>

export interface FakeRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface FakeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How a provider differs from the plainest one; recorded from what the real ones answer. */
export interface UpstreamShape {
  /** The issuer in its metadata, where it is not the address. */
  readonly metadataIssuer?: string
  /** The `iss` of its tokens, where it is not that of its metadata. */
  readonly tokenIssuer?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Speaks GitHub's dialect: no ID token, refusals with status 200, an API for the profile. */
  readonly isGithub?: boolean
  /** Claims that only userinfo has. */
  readonly userinfoOnly?: readonly string[]
}

interface Asked {
  readonly params: URLSearchParams
  readonly person: Person
}

const KEY = jose.generateKeyPair('RS256', { extractable: true })

/**
 * Another provider, as strict as the real ones: one client, one redirect URI for each code, PKCE, codes
 * that work once. `faults` bend single things for tests of what must not be believed.
 */
export class FakeUpstream {
  readonly issuer: string
  readonly #shape: UpstreamShape
  readonly #nowMs: () => number
  readonly #codes = new Map<string, Asked>()
  readonly #tokens = new Map<string, Person>()
  /** Every request that reached it. */
  readonly requests: FakeRequest[] = []
  person: Person = {
    sub: 'subject-1',
    email: 'ada@elsewhere.example',
    email_verified: true,
    name: 'Ada Elsewhere',
    preferred_username: 'ada.e',
  }
  faults: {
    /** Laid over the claims of the ID token; `undefined` leaves one out. */
    claims?: Readonly<Record<string, unknown>>
    /** Made instead of the ID token. */
    idToken?: (claims: jose.JWTPayload) => Promise<string>
    /** Laid over what userinfo says. */
    userinfo?: Person
    /** Answers instead, where it answers anything. */
    answer?: (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer> | undefined
    /** Laid over the query of the callback. */
    callback?: Readonly<Record<string, string | undefined>>
  } = {}

  constructor(issuer: string, nowMs: () => number, shape: UpstreamShape = {}) {
    this.issuer = issuer
    this.#nowMs = nowMs
    this.#shape = shape
  }

  /** What the person's browser gets when it follows our redirect and says yes: the address it is sent to. */
  authorize(location: string): string {
    const { searchParams: params } = new URL(location)
    const redirect = new URL(params.get('redirect_uri') ?? '')
    const code = randomBytes(16).toString('base64url')
    this.#codes.set(code, { params, person: this.person })
    const answer: Record<string, string | undefined> = {
      code,
      state: params.get('state') ?? undefined,
      ...(!this.#shape.isGithub && { iss: this.#iss }),
      ...this.faults.callback,
    }
    for (const [name, value] of Object.entries(answer))
      if (value !== undefined) redirect.searchParams.set(name, value)
    return redirect.href
  }

  /** The address that the browser is sent to when the person says no. */
  deny(location: string, error = 'access_denied'): string {
    const { searchParams: params } = new URL(location)
    const redirect = new URL(params.get('redirect_uri') ?? '')
    redirect.searchParams.set('error', error)
    redirect.searchParams.set('state', params.get('state') ?? '')
    if (!this.#shape.isGithub) redirect.searchParams.set('iss', this.#iss)
    return redirect.href
  }

  get #iss(): string {
    return this.#shape.tokenIssuer ?? this.#shape.metadataIssuer ?? this.issuer
  }

  async respond(request: FakeRequest): Promise<FakeAnswer> {
    this.requests.push(request)
    const bent = await this.faults.answer?.(request)
    if (bent !== undefined) return bent
    const { pathname } = request.url
    const base = new URL(this.issuer).pathname.replace(/\/$/, '')
    switch (pathname) {
      case `${base}/.well-known/openid-configuration`:
        return json(200, this.#metadata())
      case `${base}/jwks`:
        return json(200, {
          keys: [{ ...(await publicKey()), kid: 'k1', use: 'sig', alg: 'RS256' }],
        })
      case `${base}/token`:
      case `${base}/access_token`:
        return this.#token(new URLSearchParams(request.body), request.headers.authorization)
      case `${base}/userinfo`:
      case '/user':
        return this.#profile(request, (person) => ({ ...person, ...this.faults.userinfo }))
      case '/user/emails':
        return this.#profile(request, (person) => person.emails)
      default:
        return json(404, { error: 'not_found' })
    }
  }

  #metadata() {
    const { issuer } = this
    const methods = ['client_secret_basic', 'client_secret_post']
    return {
      issuer: this.#shape.metadataIssuer ?? issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'HS256'],
      token_endpoint_auth_methods_supported: methods as readonly string[] | undefined,
      authorization_response_iss_parameter_supported: true,
      ...this.#shape.metadata,
    }
  }

  /** Who asks for tokens, by the first way in which it proves itself. */
  #clientOf(form: URLSearchParams, authorization = ''): (string | null)[] {
    if (authorization === '') return [form.get('client_id'), form.get('client_secret')]
    const pair = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
    return pair.split(':').map((part) => new URLSearchParams(`x=${part}`).get('x'))
  }

  async #token(form: URLSearchParams, authorization?: string): Promise<FakeAnswer> {
    const code = form.get('code') ?? ''
    const asked = this.#codes.get(code)
    this.#codes.delete(code)
    const refuse = (error: string) => json(this.#shape.isGithub ? 200 : 400, { error })
    const [id, secret] = this.#clientOf(form, authorization)
    const isPost = authorization === undefined
    const methods = this.#metadata().token_endpoint_auth_methods_supported ?? [
      'client_secret_basic',
    ]
    const isListed = methods.includes(isPost ? 'client_secret_post' : 'client_secret_basic')
    const isClient = id === UPSTREAM_CLIENT.id && secret === UPSTREAM_CLIENT.secret
    if (!isClient || !(isListed || this.#shape.isGithub)) return refuse('invalid_client')
    const verifier = form.get('code_verifier') ?? ''
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const isRight =
      asked !== undefined &&
      asked.params.get('redirect_uri') === form.get('redirect_uri') &&
      asked.params.get('code_challenge_method') === 'S256' &&
      asked.params.get('code_challenge') === challenge
    if (!isRight) return refuse('invalid_grant')
    const accessToken = randomBytes(16).toString('base64url')
    this.#tokens.set(accessToken, asked.person)
    const common = { access_token: accessToken, token_type: 'bearer', scope: 'openid' }
    if (this.#shape.isGithub) return json(200, common)
    return json(200, { ...common, expires_in: 300, id_token: await this.#idToken(asked) })
  }

  async #idToken({ params, person }: Asked): Promise<string> {
    const now = Math.floor(this.#nowMs() / 1_000)
    const hidden = this.#shape.userinfoOnly ?? []
    const told = Object.entries(person).filter(([name]) => !hidden.includes(name))
    const claims: jose.JWTPayload = {
      ...Object.fromEntries(told),
      iss: this.#iss,
      aud: UPSTREAM_CLIENT.id,
      iat: now,
      exp: now + 300,
      auth_time: now,
      ...(params.get('nonce') !== null && { nonce: params.get('nonce') }),
      ...this.faults.claims,
    }
    if (this.faults.idToken !== undefined) return this.faults.idToken(claims)
    return signed(claims)
  }

  #profile({ headers }: FakeRequest, look: (person: Person) => unknown): FakeAnswer {
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    const person = this.#tokens.get(token)
    if (person === undefined) return json(401, { message: 'Bad credentials' })
    if (this.#shape.isGithub && headers['user-agent'] === undefined)
      return { status: 403, headers: {}, body: 'Request forbidden by administrative rules.' }
    return json(200, look(person))
  }

  /** Listens on loopback; what is at `/authorize` is a page with a link for yes and one for no. */
  static async listen(nowMs: () => number, shape: UpstreamShape = {}): Promise<ListeningUpstream> {
    const server = createServer((request, response) => void serve(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // it listens on TCP
    const issuer = `http://127.0.0.1:${port}`
    const upstream = new FakeUpstream(issuer, nowMs, shape)

    async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const url = new URL(request.url ?? '/', issuer)
      const body = Buffer.concat(await request.toArray()).toString()
      const headers = request.headers as Record<string, string | undefined> // none of ours is repeated
      const isPage = url.pathname === '/authorize'
      const answer = isPage
        ? consent(upstream, url.href)
        : await upstream.respond({ method: request.method ?? '', url, headers, body })
      response.writeHead(answer.status, answer.headers).end(answer.body)
    }

    return Object.assign(upstream, {
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        await new Promise((done) => server.close(done))
      },
    })
  }
}

export type ListeningUpstream = FakeUpstream & AsyncDisposable

function consent(upstream: FakeUpstream, location: string): FakeAnswer {
  const [yes, no] = [upstream.authorize(location), upstream.deny(location)]
  const link = (href: string, text: string) =>
    `<p><a href="${href.replaceAll('&', '&amp;')}">${text}</a></p>`
  const body = `<!doctype html><html lang="en"><title>Provider</title><h1>The provider</h1>${link(yes, 'Yes, it is me')}${link(no, 'No')}</html>`
  return { status: 200, headers: { 'content-type': 'text/html' }, body }
}

/** Signed as the provider signs. */
export async function signed(claims: jose.JWTPayload): Promise<string> {
  const { privateKey } = await KEY
  return new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey)
}

async function publicKey(): Promise<jose.JWK> {
  return jose.exportJWK((await KEY).publicKey)
}

export function json(status: number, body: unknown): FakeAnswer {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status, headers, body: JSON.stringify(body) }
}
