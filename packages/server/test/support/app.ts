import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import * as oidc from 'openid-client'
import type { StartedServer } from './started-server.ts'

const ANSWER_MS = 20_000

export interface CallbackOptions {
  readonly host?: string
  /** Sends the browser on from the callback, as apps do that keep codes out of sight. */
  readonly forwardTo?: string
}

/** The callback address of an app: what the browser brings there is kept by its `state`. */
export class Callback {
  readonly #server: Server
  readonly #answers = new Map<string, Request>()
  readonly #waiting = new Map<string, (answer: Request) => void>()
  readonly uri: string

  private constructor(server: Server, uri: string) {
    this.#server = server
    this.uri = uri
  }

  static async listen({ host = '127.0.0.1', forwardTo }: CallbackOptions = {}): Promise<Callback> {
    const server = createServer((request, response) => {
      void callback.#receive(request).then(() => {
        if (forwardTo !== undefined) response.writeHead(302, { location: forwardTo })
        else response.setHeader('content-type', 'text/html; charset=utf-8')
        response.end(
          '<!doctype html><html lang="en"><title>The app</title><link rel="icon" href="data:,"><h1>Back at the app</h1></html>',
        )
      })
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, host.replace(/[[\]]/g, ''), resolve)
    })
    const { port } = server.address() as AddressInfo // listening on TCP
    const callback = new Callback(server, `http://${host}:${port}/callback`)
    return callback
  }

  /** What came for `state`, also when it is still to come. Each answer is given out once. */
  answer(state: string): Promise<Request> {
    const known = this.#answers.get(state)
    if (known !== undefined) {
      this.#answers.delete(state)
      return Promise.resolve(known)
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer came to ${this.uri}`)), ANSWER_MS)
      this.#waiting.set(state, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #receive(request: IncomingMessage): Promise<void> {
    const { method = 'GET', url = '/' } = request
    const at = new URL(url, this.uri)
    const body = method === 'POST' ? await text(request) : undefined
    const params = body === undefined ? at.searchParams : new URLSearchParams(body)
    const state = params.get('state')
    if (state === null) return
    const headers = { 'content-type': request.headers['content-type'] ?? 'text/plain' }
    const answer = new Request(at, { method, ...(body !== undefined && { body, headers }) })
    const waiting = this.#waiting.get(state)
    this.#waiting.delete(state)
    if (waiting === undefined) this.#answers.set(state, answer)
    else waiting(answer)
  }
}

/** One sign-in that an app began. */
export interface Attempt {
  readonly url: string
  /**
   * Waits for the browser to come back, or takes the address it was sent to, and exchanges the code;
   * openid-client checks state, iss, nonce and the ID token's signature.
   */
  finish(at?: URL): ReturnType<typeof oidc.authorizationCodeGrant>
  /** Waits for the browser to come back with an error, and gives its code. */
  refusal(): Promise<string | undefined>
}

/** An app with a client registered for it, speaking through openid-client. */
export class App {
  readonly config: oidc.Configuration
  readonly #callback: Callback
  readonly #redirectUri: string

  private constructor(config: oidc.Configuration, callback: Callback, redirectUri: string) {
    this.config = config
    this.#callback = callback
    this.#redirectUri = redirectUri
  }

  /** An app that registers itself; a public one, unless the metadata say otherwise. */
  static async register(
    server: StartedServer,
    callback: Callback,
    metadata: object = {},
    redirectUri = callback.uri,
  ): Promise<App> {
    const client = await server.register({
      client_name: 'Test app',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline_access read write',
      token_endpoint_auth_method: 'none',
      ...metadata,
    })
    const config = await configure(server, client.client_id, client.client_secret)
    return new App(config, callback, redirectUri)
  }

  /** The demo's public app: an operator vouches for it, so that consent can be remembered. */
  static async verified(server: StartedServer, callback: Callback): Promise<App> {
    const config = await configure(server, server.ready.demo.publicClientId, undefined)
    return new App(config, callback, callback.uri)
  }

  async begin(extra: Readonly<Record<string, string>> = {}): Promise<Attempt> {
    const verifier = oidc.randomPKCECodeVerifier()
    const state = oidc.randomState()
    const nonce = oidc.randomNonce()
    const url = oidc.buildAuthorizationUrl(this.config, {
      redirect_uri: this.#redirectUri,
      scope: 'openid read',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...extra,
    })
    return {
      url: url.href,
      finish: async (at) =>
        oidc.authorizationCodeGrant(this.config, at ?? (await this.#callback.answer(state)), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
        }),
      refusal: async () => {
        const answer = new URL((await this.#callback.answer(state)).url).searchParams
        assert.equal(answer.get('code'), null)
        return answer.get('error') ?? undefined
      },
    }
  }
}

async function configure(
  server: StartedServer,
  id: string,
  secret: string | undefined,
): Promise<oidc.Configuration> {
  const proof = secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret)
  const config = await oidc.discovery(new URL(server.ready.issuer), id, undefined, proof, {
    execute: [oidc.allowInsecureRequests],
  })
  oidc.enableNonRepudiationChecks(config)
  return config
}
