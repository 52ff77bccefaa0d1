import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as jose from 'jose'

export interface ClientKeyPair {
  readonly jwk: jose.JWK
  sign(claims: jose.JWTPayload, header?: Record<string, unknown>): Promise<string>
}

/** A key pair of a client: the public JWK to register, and a way to sign. */
export async function clientKeyPair(algorithm = 'ES256', kid = 'k1'): Promise<ClientKeyPair> {
  const pair = await jose.generateKeyPair(algorithm, { extractable: true })
  const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid, use: 'sig', alg: algorithm }
  return {
    jwk,
    sign: (claims, header = {}) =>
      new jose.SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, kid, ...header })
        .sign(pair.privateKey),
  }
}

/** What a client publishes over HTTP on loopback, and how often it was asked for. */
export class ClientSite {
  readonly origin: string
  readonly documents = new Map<string, string>()
  readonly posts: { path: string; body: string }[] = []
  gets = 0
  /** What POST answers. */
  status = 200
  readonly #close: () => Promise<void>

  private constructor(origin: string, close: () => Promise<void>) {
    this.origin = origin
    this.#close = close
  }

  static async open(): Promise<ClientSite> {
    let site: ClientSite | undefined
    const server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      const path = request.url ?? ''
      if (request.method === 'POST') {
        site?.posts.push({ path, body })
        response.writeHead(site?.status ?? 500).end()
        return
      }
      if (site !== undefined) site.gets++
      const document = site?.documents.get(path)
      response.writeHead(document === undefined ? 404 : 200).end(document)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    site = new ClientSite(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    })
    return site
  }

  publishKeys(path: string, ...keys: readonly ClientKeyPair[]): string {
    this.documents.set(path, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
    return this.origin + path
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}

/** Lets the server under test call clients on this machine. */
export const LOOPBACK_OPEN = { OAUTH2_OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8' }
