import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttp2, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { describe, test } from 'node:test'
import { grpcTransport } from './grpc-transport.ts'
import { httpTransport } from './http-transport.ts'
import type { Transport } from './transport.ts'

const MESSAGE = Buffer.from('spans')
const PLENTY_MS = 20_000

async function at(
  server: Server,
  open: typeof httpTransport,
  use: (transport: Transport) => Promise<void>,
  headers: Record<string, string> = {},
): Promise<void> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  const transport = open({ url: new URL(`http://127.0.0.1:${port}`), headers, gzip: false })
  try {
    await use(transport)
  } finally {
    transport.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

describe('OTLP over HTTP', () => {
  const answers: readonly [name: string, answer: RequestListener, expected: unknown][] = [
    [
      'a collector that is busy says when to come again',
      (_, response) => response.writeHead(429, { 'retry-after': '7' }).end(),
      { retry: 'HTTP 429', afterMs: 7_000 },
    ],
    ['unavailable', (_, response) => response.writeHead(503).end(), { retry: 'HTTP 503' }],
    ['no such path', (_, response) => response.writeHead(404).end(), { refused: 'HTTP 404' }],
    [
      'an endless answer',
      (_, response) => response.end(Buffer.alloc(200_000)),
      { refused: 'the answer is too long' },
    ],
    ['a lost connection', (request) => request.socket.destroy(), { retry: 'ECONNRESET' }],
  ]
  for (const [name, answer, expected] of answers) {
    test(name, () =>
      at(createHttp(answer), httpTransport, async (transport) => {
        assert.deepEqual(await transport.send(MESSAGE, PLENTY_MS), expected)
      }),
    )
  }

  test('no answer in time', () =>
    at(createHttp(), httpTransport, async (transport) => {
      assert.deepEqual(await transport.send(MESSAGE, 50), { retry: 'no answer in time' })
    }))

  test('a header that cannot be sent is a rejection', () =>
    at(
      createHttp(),
      httpTransport,
      async (transport) => {
        await assert.rejects(transport.send(MESSAGE, PLENTY_MS), { code: 'ERR_INVALID_CHAR' })
      },
      { 'x-key': 'a\u20ac' },
    ))
})

describe('OTLP over gRPC', () => {
  const grpc = (answer: (stream: ServerHttp2Stream) => void) => {
    const server = createHttp2()
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.on('error', () => undefined)
      answer(stream)
    })
    return server
  }
  const only = (status: string) => (stream: ServerHttp2Stream) =>
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status },
      { endStream: true },
    )
  const answers: readonly [
    name: string,
    answer: (s: ServerHttp2Stream) => void,
    expected: unknown,
  ][] = [
    ['unavailable', only('14'), { retry: 'gRPC status 14' }],
    ['a wrong key', only('16'), { refused: 'gRPC status 16' }],
    ['taken, without a message', only('0'), { body: Buffer.alloc(0) }],
    [
      'a web server that knows no gRPC',
      (stream) => stream.respond({ ':status': 404 }, { endStream: true }),
      { refused: 'no gRPC status, HTTP 404' },
    ],
  ]
  for (const [name, answer, expected] of answers) {
    test(name, () =>
      at(grpc(answer), grpcTransport, async (transport) => {
        assert.deepEqual(await transport.send(MESSAGE, PLENTY_MS), expected)
      }),
    )
  }

  test('no answer in time; the next one gets a connection of its own', () => {
    let calls = 0
    const server = grpc((stream) => {
      if (++calls > 1) only('0')(stream)
    })
    return at(server, grpcTransport, async (transport) => {
      assert.deepEqual(await transport.send(MESSAGE, 50), { retry: 'no answer in time' })
      assert.ok('body' in (await transport.send(MESSAGE, PLENTY_MS)))
    })
  })

  test('a port that speaks HTTP/1.1, and one that hangs up, are survived', async () => {
    await at(createHttp(), grpcTransport, async (transport) => {
      assert.ok('retry' in (await transport.send(MESSAGE, PLENTY_MS)))
    })
    const hangUp = grpc((stream) => stream.session?.destroy())
    await at(hangUp, grpcTransport, async (transport) => {
      assert.ok('retry' in (await transport.send(MESSAGE, PLENTY_MS)))
      assert.ok('retry' in (await transport.send(MESSAGE, PLENTY_MS)))
    })
  })
})
