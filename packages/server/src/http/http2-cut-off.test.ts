import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { describe, test } from 'node:test'
import { FORM, fixture } from './http-fixture.ts'
import { ask, handshake, listening, open, PAIR, page } from './tls.fixture.ts'

const POST = { ':method': 'POST', ':path': '/oauth/token', ...FORM }

/** Answered when everything that came before it on this connection was read. */
const answered = async (session: ReturnType<typeof open>): Promise<void> => {
  assert.equal((await ask(session, { ':path': '/page' })).status, 200)
}

describe('a body of HTTP/2 that is cut off', () => {
  test('by its sender is no body: its endpoint hears of nothing', async () => {
    await using server = await listening()
    using session = open(server.port)
    for (const part of ['', 'grant_type=client_cred']) {
      const stream = session.request(POST)
      stream.on('error', () => undefined)
      stream.write(part)
      await answered(session)
      stream.close(constants.NGHTTP2_CANCEL)
      await once(stream, 'close')
    }
    await answered(session)
    await answered(session)
    assert.deepEqual(
      server.inputs.filter(({ params }) => params.get('grant_type') !== undefined),
      [],
    )
  })

  test('with its connection is no body either', async () => {
    await using server = await listening()
    const session = open(server.port)
    session
      .request(POST)
      .on('error', () => undefined)
      .write('grant_type=client_cred')
    await answered(session)
    session.destroy()
    await once(session, 'close')
    using next = open(server.port)
    await answered(next)
    await answered(next)
    assert.equal(
      server.inputs.filter(({ json, params }) => json ?? params.get('grant_type')).length,
      0,
    )
  })
})

describe('stopping with HTTP/2', () => {
  for (const protocol of ['h2', 'http/1.1'] as const) {
    test(`cuts off what is open over ${protocol} when the time is over`, async () => {
      const server = fixture([page], { tls: { ...PAIR, minVersion: '1.2', isHttp2: true } })
      const { port } = await server.listen(0, '127.0.0.1')
      const socket = await handshake(port, { ALPNProtocols: [protocol] })
      socket.on('error', () => undefined)
      socket.resume()
      // A request that never ends: of HTTP/2 its preface, of HTTP/1.1 its first line.
      socket.write(
        protocol === 'h2' ? 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' : 'GET /page HTTP/1.1\r\n',
      )
      const gone = once(socket, 'close')
      await server.close(50)
      await gone
    })
  }
})
