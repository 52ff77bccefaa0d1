// Owns: requests over keep-alive connections, with nothing between the test and the bytes.
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { request as secureRequest, Agent as TlsAgent } from 'node:https'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** The server was gone before it answered: what was asked may have happened or not. */
export class NoAnswer extends Error {}

const DEADLINE_MS = 30_000
/** What a proxy answers in the place of a server that gave none. */
const BAD_GATEWAY = new Set([502, 504])

export interface Gateway {
  /** The certificate that it shows, for `localhost`. */
  readonly certificate: string
  /** Where the caller's connections come from. */
  readonly localAddress?: string
}

/** One caller with its own connections to one server, or to a proxy with TLS in front of several. */
export class Wire {
  readonly isSecure: boolean
  readonly #agent: Agent
  readonly #port: number

  constructor(port: number, connections = 1, proxy?: Gateway) {
    const options = { keepAlive: true, maxSockets: connections }
    this.#port = port
    this.isSecure = proxy !== undefined
    this.#agent =
      proxy === undefined
        ? new Agent(options)
        : new TlsAgent({
            ...options,
            ca: proxy.certificate,
            servername: 'localhost',
            ...(proxy.localAddress !== undefined && { localAddress: proxy.localAddress }),
          })
  }

  /** Throws `NoAnswer` unless a whole answer came back. */
  send(
    method: 'GET' | 'POST',
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const lost = (cause: unknown): void => reject(new NoAnswer(`${method} ${path}`, { cause }))
    const outgoing = (this.isSecure ? secureRequest : request)(
      {
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        agent: this.#agent,
        timeout: DEADLINE_MS,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (part: string) => {
          text += part
        })
        incoming.on('error', lost)
        incoming.on('close', () => lost(new Error('cut off'))) // without effect after `end`
        incoming.on('end', () => {
          if (!incoming.complete) return lost(new Error('incomplete'))
          const status = incoming.statusCode ?? 0
          if (this.isSecure && BAD_GATEWAY.has(status)) return lost(new Error(`answered ${status}`))
          resolve({ status, headers: incoming.headers, text })
        })
      },
    )
    outgoing.on('error', lost)
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
    outgoing.end(body)
    return promise
  }

  form(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.send(
      'POST',
      path,
      { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      new URLSearchParams(fields).toString(),
    )
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** A member of a JSON answer, `undefined` when it is no text. */
export function member(answer: Answer, name: string): string | undefined {
  const value: unknown = JSON.parse(answer.text)[name]
  return typeof value === 'string' ? value : undefined
}
