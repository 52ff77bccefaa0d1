// Owns: how each request is said and how its answer is read. Does not own: what an answer means.
import { hiddenFields } from '../support/server.ts'
import { CHALLENGE, type ClientKeys, PASSWORD, REDIRECT, VERIFIER } from './prepare.ts'
import { type Answer, member, Wire } from './wire.ts'

export interface TokenAnswer {
  readonly status: number
  readonly accessToken: string
  readonly refreshToken: string
  /** The wire code of a refusal. */
  readonly error: string | undefined
}

const REMEMBERED_SCOPE = 'read offline_access'

/** Speaks to one server over connections of its own. Every method throws `NoAnswer` when it is gone. */
export class Caller {
  readonly #wire: Wire
  readonly #prefix: string

  /** To a server by its port, or by a wire of the caller's own. */
  constructor(to: number | Wire, connections = 2) {
    this.#wire = to instanceof Wire ? to : new Wire(to, connections)
    this.#prefix = this.#wire.isSecure ? '__Host-' : ''
  }

  close(): void {
    this.#wire.close()
  }

  /** Registers a client with an initial access token; `undefined` unless it was created. */
  async register(initialAccessToken: string, name: string): Promise<ClientKeys | Answer> {
    const body = JSON.stringify({
      client_name: name,
      redirect_uris: [REDIRECT],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'read',
    })
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${initialAccessToken}`,
    }
    const answer = await this.#wire.send('POST', '/clients/register', headers, body)
    if (answer.status !== 201) return answer
    return { id: member(answer, 'client_id') ?? '', secret: member(answer, 'client_secret') ?? '' }
  }

  clientCredentials(client: ClientKeys): Promise<TokenAnswer> {
    return this.#token(client, { grant_type: 'client_credentials', scope: 'read' })
  }

  redeem(client: ClientKeys, code: string): Promise<TokenAnswer> {
    return this.#token(client, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    })
  }

  refresh(client: ClientKeys, refreshToken: string): Promise<TokenAnswer> {
    return this.#token(client, { grant_type: 'refresh_token', refresh_token: refreshToken })
  }

  /** Whether the token is active; `undefined` when the answer was none of the two. */
  async introspect(client: ClientKeys, token: string): Promise<boolean | undefined> {
    const answer = await this.#wire.form('/oauth/introspect', { token, ...credentials(client) })
    if (answer.status !== 200) return undefined
    const { active } = JSON.parse(answer.text)
    return typeof active === 'boolean' ? active : undefined
  }

  revoke(client: ClientKeys, token: string): Promise<Answer> {
    return this.#wire.form('/oauth/revoke', { token, ...credentials(client) })
  }

  /** Opens the authorization request in the browser of `cookie`. */
  authorize(client: ClientKeys, cookie: string, prompt?: 'none'): Promise<Answer> {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: REDIRECT,
      scope: REMEMBERED_SCOPE,
      state: 'crash',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...(prompt !== undefined && { prompt }),
    })
    return this.#wire.send('GET', `/oauth/authorize?${query}`, this.#browser(cookie))
  }

  /** The consent form of a page, decided: allowed and to be remembered. */
  decisionOf(page: Answer): Readonly<Record<string, string>> {
    return { ...hiddenFields(page.text), decision: 'allow', remember: 'on' }
  }

  decide(cookie: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#wire.form('/oauth/consent', form, this.#browser(cookie))
  }

  /** Signs in by the real form; the session cookie, or what was answered instead. */
  async signIn(username: string, password = PASSWORD): Promise<string | Answer> {
    const page = await this.#wire.send('GET', '/auth/login', { accept: 'text/html' })
    const fields = { ...hiddenFields(page.text), username, password }
    const name = `${this.#prefix}browser`
    const cookie = `${name}=${cookieOf(page, name)}`
    const answer = await this.#wire.form('/auth/login', fields, { cookie })
    return cookieOf(answer, `${this.#prefix}sid`) ?? answer
  }

  /** The profile page: 200 for who is signed in, else a redirect. */
  profile(cookie: string): Promise<Answer> {
    return this.#wire.send('GET', '/profile', this.#browser(cookie))
  }

  async signOut(cookie: string, profile: Answer): Promise<Answer> {
    return this.#wire.form('/auth/logout', hiddenFields(profile.text), this.#browser(cookie))
  }

  #browser(cookie: string): Readonly<Record<string, string>> {
    return { accept: 'text/html', cookie: `${this.#prefix}sid=${cookie}` }
  }

  async #token(client: ClientKeys, fields: Readonly<Record<string, string>>): Promise<TokenAnswer> {
    const answer = await this.#wire.form('/oauth/token', { ...fields, ...credentials(client) })
    return {
      status: answer.status,
      accessToken: member(answer, 'access_token') ?? '',
      refreshToken: member(answer, 'refresh_token') ?? '',
      error: member(answer, 'error'),
    }
  }
}

/** The code in a redirect back to the client, if there is one. */
export function codeOf(answer: Answer): string | undefined {
  const { location } = answer.headers
  if (answer.status !== 303 || location === undefined || !location.startsWith(REDIRECT)) {
    return undefined
  }
  return new URL(location).searchParams.get('code') ?? undefined
}

const credentials = (client: ClientKeys) => ({ client_id: client.id, client_secret: client.secret })

function cookieOf(answer: Answer, name: string): string | undefined {
  const line = answer.headers['set-cookie']?.find((text) => text.startsWith(`${name}=`))
  const value = line?.slice(name.length + 1).split(';', 1)[0]
  return value === '' ? undefined : value
}
