// Owns: a listening server with TLS, and clients of it, for tests.
import { once } from 'node:events'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { selfSigned } from '@grantd/testkit'
import type { HttpContext } from './context.ts'
import { endpoint, fixture, tokenEndpoint } from './http-fixture.ts'

export const PAIR = selfSigned()
export const page = endpoint({ path: '/page', caller: 'none' })

/** A listening server with TLS, closed at the end of the test. */
export async function listening(
  tls: Partial<HttpContext['tls']> = {},
  overrides: Parameters<typeof fixture>[1] = {},
) {
  const server = fixture([tokenEndpoint, page], {
    tls: { ...PAIR, minVersion: '1.2', isHttp2: true, ...tls },
    ...overrides,
  })
  const { port } = await server.listen(0, '127.0.0.1')
  return { ...server, port, [Symbol.asyncDispose]: () => server.close(200) }
}

export async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: PAIR.cert,
    ...options,
  })
  await once(socket, 'secureConnect')
  return socket
}

export function open(port: number, ca: string = PAIR.cert): ClientHttp2Session & Disposable {
  const session = connectHttp2(`https://localhost:${port}`, {
    ca,
    lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  session.on('error', () => undefined)
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() })
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

export async function ask(
  session: ClientHttp2Session,
  headers: Record<string, string>,
  body?: string,
): Promise<Answer> {
  const stream = session.request(headers, { endStream: body === undefined })
  stream.on('error', () => undefined)
  if (body !== undefined) stream.end(body)
  const [answered] = await once(stream, 'response')
  stream.setEncoding('utf8')
  let text = ''
  for await (const chunk of stream) text += chunk
  return { status: answered[':status'], headers: answered, body: text }
}
