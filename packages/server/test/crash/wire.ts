// Owns: requests over keep-alive connections, with nothing between the test and the bytes.
import { Agent, type IncomingHttpHeaders, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** The server was gone before it answered: what was asked may have happened or not. */
export class NoAnswer extends Error {}

const DEADLINE_MS = 30_000

/** One caller with its own connections to one server. */
export class Wire {
  readonly #agent: Agent
  readonly #port: number

  constructor(port: number, connections = 1) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
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
    const outgoing = request(
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
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
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
