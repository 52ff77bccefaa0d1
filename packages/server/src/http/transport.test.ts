import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { selfSigned } from '@grantd/testkit'
import { endpoint, FORM, fixture, speak, tokenEndpoint } from './http-fixture.ts'
import { ask, handshake, listening, open, PAIR, page } from './tls.fixture.ts'

describe('TLS', () => {
  test('answers https with HTTP/1.1 when HTTP/2 is off, and speaks TLS 1.3 with who can', async () => {
    await using server = await listening({ isHttp2: false })
    const socket = await handshake(server.port, { ALPNProtocols: ['h2', 'http/1.1'] })
    assert.equal(socket.alpnProtocol, 'http/1.1')
    assert.equal(socket.getProtocol(), 'TLSv1.3')
    socket.write('GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    const [first] = await once(socket, 'data')
    assert.match(String(first), /^HTTP\/1\.1 200 /)
    socket.destroy()
  })

  test('TLS 1.2 has forward secrecy; nothing older is spoken', async () => {
    await using server = await listening()
    const socket = await handshake(server.port, { maxVersion: 'TLSv1.2' })
    assert.match(socket.getCipher().name, /^ECDHE-.*(GCM|POLY1305)/)
    socket.destroy()
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const
    await assert.rejects(handshake(server.port, old))
    const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' } as const
    await assert.rejects(handshake(server.port, weak))
  })

  test('with a minimum of 1.3, TLS 1.2 is refused', async () => {
    await using server = await listening({ minVersion: '1.3' })
    await assert.rejects(handshake(server.port, { maxVersion: 'TLSv1.2' }))
    ;(await handshake(server.port)).destroy()
  })

  test('T219 plain text, noise and odd server names leave the process alive', async () => {
    await using server = await listening()
    assert.doesNotMatch(await speak(server.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'), /HTTP/)
    await speak(server.port, '\x16\x03\x01\xff\xff noise'.repeat(50))
    for (const servername of ['a'.repeat(255), 'xn--', '%00.example']) {
      const socket = connectTls({
        port: server.port,
        host: '127.0.0.1',
        servername,
        rejectUnauthorized: false,
      })
      await Promise.race([once(socket, 'secureConnect'), once(socket, 'error')]).catch(
        () => undefined,
      )
      socket.destroy()
    }
    using session = open(server.port)
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
  })

  test('T213 a handshake that does not come to its end is cut off', async () => {
    await using server = await listening(
      {},
      { limits: { headersTimeoutMs: 300, timeoutCheckMs: 100 } },
    )
    const socket = connectPlain(server.port, '127.0.0.1')
    await once(socket, 'close')
    assert.equal(socket.destroyed, true)
  })

  test('T213 HTTP/1.1 beside HTTP/2 has the same patience: slow headers and bodies answer 408', async () => {
    const limits = { headersTimeoutMs: 300, requestTimeoutMs: 400, timeoutCheckMs: 50 }
    await using server = await listening({}, { limits })
    const form = 'POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n'
    const type = 'Content-Type: application/x-www-form-urlencoded\r\n\r\n'
    for (const bytes of ['GET /page HTTP/1.1\r\nHo', `${form}${type}client_id=kn`]) {
      const socket = await handshake(server.port, { ALPNProtocols: ['http/1.1'] })
      socket.write(bytes)
      let heard = ''
      for await (const chunk of socket) heard += chunk
      assert.match(heard, /^HTTP\/1\.1 408 /)
    }
    assert.equal(server.inputs.length, 0)
  })

  test('a renewed certificate is for new connections; those that are open go on', async () => {
    await using server = await listening()
    using before = open(server.port)
    assert.equal((await ask(before, { ':path': '/page' })).status, 200)
    const renewed = selfSigned({ names: ['localhost', 'id.example'] })
    server.useCertificate(renewed)
    assert.equal((await ask(before, { ':path': '/page' })).status, 200)
    using next = open(server.port, renewed.cert)
    assert.equal((await ask(next, { ':path': '/page' })).status, 200)
    const socket = await handshake(server.port, { ca: renewed.cert, maxVersion: 'TLSv1.2' })
    assert.match(socket.getPeerCertificate().subjectaltname ?? '', /id\.example/)
    assert.match(socket.getCipher().name, /^ECDHE-/)
    socket.destroy()
  })

  test('https is enforced by the connection itself: nothing is redirected', async () => {
    const settings = { enforceHttps: true, isTls: true }
    await using server = await listening({}, { settings })
    using session = open(server.port)
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
  })
})

describe('HTTP/2', () => {
  test('is taken by ALPN, beside HTTP/1.1 on the same port', async () => {
    await using server = await listening()
    using session = open(server.port)
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
    const asked = request({
      port: server.port,
      host: '127.0.0.1',
      servername: 'localhost',
      path: '/page',
      ca: PAIR.cert,
      agent: false,
    })
    asked.end()
    const [answer] = await once(asked, 'response')
    assert.deepEqual([answer.statusCode, answer.httpVersion], [200, '1.1'])
    answer.resume()
    assert.equal(server.inputs.length, 2)
  })

  test('HEAD has the answer of GET without its body, and so have its refusals', async () => {
    await using server = await listening()
    using session = open(server.port)
    const page = await ask(session, { ':path': '/page' })
    const head = await ask(session, { ':method': 'HEAD', ':path': '/page' })
    assert.deepEqual([head.status, head.body], [200, ''])
    assert.equal(head.headers['content-type'], page.headers['content-type'])
    const missing = await ask(session, { ':method': 'HEAD', ':path': '/nowhere' })
    assert.deepEqual([missing.status, missing.body], [404, ''])
    const post = await ask(session, { ':method': 'HEAD', ':path': '/oauth/token' })
    assert.deepEqual([post.status, post.body], [405, ''])
    assert.equal(
      (await ask(session, { ':path': '/page' })).body,
      page.body,
      'the connection goes on',
    )
  })

  test('a form is read, with and without its length, and both cookies of an answer arrive', async () => {
    const cookies = [
      { name: 'pending', value: 'a', maxAge: 60 },
      { name: 'device', value: 'b', maxAge: 60 },
    ] as const
    const setter = endpoint({ path: '/set' }, { kind: 'redirect', location: '/page', cookies })
    const server = fixture([tokenEndpoint, setter], {
      tls: { ...PAIR, minVersion: '1.2', isHttp2: true },
    })
    const { port } = await server.listen(0, '127.0.0.1')
    using session = open(port)
    const form = { ':method': 'POST', ':path': '/oauth/token', ...FORM }
    assert.equal((await ask(session, form, 'client_id=known')).status, 200)
    const sized = { ...form, 'content-length': '15' }
    assert.equal((await ask(session, sized, 'client_id=known')).status, 200)
    const set = await ask(session, { ':path': '/set' })
    assert.equal((set.headers['set-cookie'] as string[]).length, 2)
    assert.equal(set.headers.connection, undefined)
    assert.equal(set.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains')
    session.destroy()
    await server.close(200)
  })

  test('T216 a body that is too large is refused before it has been sent', async () => {
    await using server = await listening()
    using session = open(server.port)
    const form = { ':method': 'POST', ':path': '/oauth/token', ...FORM }
    const stream = session.request({ ...form, 'content-length': '10000000' })
    stream.on('error', () => undefined)
    stream.write('client_id=known')
    const [headers] = await once(stream, 'response')
    assert.equal(headers[':status'], 413)
    stream.resume()
    await once(stream, 'close')
    assert.equal(stream.rstCode, constants.NGHTTP2_NO_ERROR)
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
    assert.equal((await ask(session, form, 'a'.repeat(70_000))).status, 413)
  })

  test('T213 a body that does not arrive in time gets 408 on its stream alone', async () => {
    await using server = await listening(
      {},
      { limits: { requestTimeoutMs: 300, headersTimeoutMs: 300 } },
    )
    using session = open(server.port)
    const form = { ':method': 'POST', ':path': '/oauth/token', ...FORM }
    const stream = session.request(form)
    stream.on('error', () => undefined)
    stream.write('client_id=kno')
    const [headers] = await once(stream, 'response')
    assert.equal(headers[':status'], 408)
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
    assert.equal(server.inputs.length, 2, 'what had come of the body was served to nobody')
  })

  test('two names of the host that differ are refused', async () => {
    await using server = await listening()
    using session = open(server.port)
    const both = { ':path': '/page', ':authority': 'id.example', host: 'evil.example' }
    assert.equal((await ask(session, both)).status, 400)
  })

  test('the host is judged by :authority', async () => {
    await using server = await listening({}, { settings: { hostNames: new Set(['localhost']) } })
    using session = open(server.port)
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
    assert.equal(
      (await ask(session, { ':path': '/page', ':authority': 'evil.example' })).status,
      421,
    )
  })

  test('T212 too many and too long headers are refused, and the session goes on or ends', async () => {
    await using server = await listening()
    using session = open(server.port)
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`x-${n}`, '1']))
    const refused = session.request({ ':path': '/page', ...many })
    refused.on('error', () => undefined)
    await new Promise<void>((resolve) => refused.once('close', resolve))
    assert.equal(server.inputs.length, 0)
    using other = open(server.port)
    assert.equal((await ask(other, { ':path': '/page' })).status, 200)
  })

  test('T214 rapid reset ends the session and nobody else', async () => {
    await using server = await listening()
    using attacker = open(server.port)
    const ended = new Promise<void>((resolve) => attacker.once('close', resolve))
    await once(attacker, 'connect')
    for (let round = 0; round < 200 && !attacker.destroyed && !attacker.closed; round++) {
      for (let n = 0; n < 50 && !attacker.destroyed && !attacker.closed; n++) {
        const stream = attacker.request({ ':path': '/page' })
        stream.on('error', () => undefined)
        stream.close(constants.NGHTTP2_CANCEL)
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    await ended
    using honest = open(server.port)
    assert.equal((await ask(honest, { ':path': '/page' })).status, 200)
  })

  test('T214 malformed frames end the session and nobody else', async () => {
    await using server = await listening()
    const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
    const frame = (type: number, flags: number, stream: number, payload: Buffer) => {
      const head = Buffer.alloc(9)
      head.writeUIntBE(payload.length, 0, 3)
      head[3] = type
      head[4] = flags
      head.writeUInt32BE(stream, 5)
      return Buffer.concat([head, payload])
    }
    const settings = frame(4, 0, 0, Buffer.alloc(0))
    const FRAMES = {
      'HEADERS that are no HPACK': [frame(1, 4, 1, Buffer.alloc(64, 0xff))],
      'a WINDOW_UPDATE of stream 0 by nothing': [frame(8, 0, 0, Buffer.alloc(4))],
      'a flood of CONTINUATION': [
        frame(1, 0, 1, Buffer.of(0x82)),
        ...Array.from({ length: 2_000 }, () => frame(9, 0, 1, Buffer.alloc(0))),
      ],
      'DATA of a stream that was never opened': [frame(0, 0, 7, Buffer.alloc(10))],
    }
    for (const [name, frames] of Object.entries(FRAMES)) {
      const socket = await handshake(server.port, { ALPNProtocols: ['h2'] })
      socket.on('error', () => undefined)
      socket.resume()
      socket.write(Buffer.concat([Buffer.from(PREFACE), settings, ...frames]))
      await once(socket, 'close').then(() => undefined)
      assert.ok(socket.destroyed, name)
    }
    using honest = open(server.port)
    assert.equal((await ask(honest, { ':path': '/page' })).status, 200)
  })

  test('a server that stops lets requests finish and tells the others to go', async () => {
    const server = fixture([page], { tls: { ...PAIR, minVersion: '1.2', isHttp2: true } })
    const { port } = await server.listen(0, '127.0.0.1')
    using session = open(port)
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
    const gone = once(session, 'close')
    server.startDraining()
    assert.equal((await ask(session, { ':path': '/page' })).status, 200)
    await gone
    await server.close(5_000)
  })
})
