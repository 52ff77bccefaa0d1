// Owns: requests over real connections: well-formed ones over kept connections, and broken bytes.
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { finished } from 'node:stream/promises'
import type { FuzzAnswer, FuzzRequest } from './cast.ts'

/** Longer than any answer may take; the server's own limit for a request is 15 s. */
const DEADLINE_MS = 20_000

export class FuzzWire {
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 })

  constructor(port: number) {
    this.#port = port
  }

  /** Rejects when no answer came: then the server is gone, or hangs. */
  send({ method, target, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    const startedAt = performance.now()
    return new Promise((resolve, reject) => {
      const asked = httpRequest({
        host: '127.0.0.1',
        port: this.#port,
        agent: this.#agent,
        method,
        path: target,
        headers: flat(headers, body, this.#port),
        setHost: false,
        signal: AbortSignal.timeout(DEADLINE_MS),
      })
      asked.once('error', reject)
      asked.once('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
            ms: performance.now() - startedAt,
          })
        })
      })
      asked.end(body)
    })
  }

  /** Sends bytes, ends its half of the connection, and gives all that came back. */
  async raw(bytes: Uint8Array): Promise<string> {
    const socket = connect(this.#port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error('no answer and no end')))
    socket.end(bytes)
    // A server that refuses closes while bytes are still on their way: a reset is an answer, too.
    await finished(socket).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error
    })
    return Buffer.concat(chunks).toString('latin1')
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** Repeated names stay repeated; what node would refuse to send is what its own parser never sees. */
function flat(
  headers: FuzzRequest['headers'],
  body: Buffer | undefined,
  port: number,
): readonly string[] {
  const sent = headers.flatMap(([name, value]) => [name, Buffer.from(value).toString('latin1')])
  const length = body === undefined ? [] : ['content-length', String(body.length)]
  return ['host', `127.0.0.1:${port}`, ...sent, ...length]
}
