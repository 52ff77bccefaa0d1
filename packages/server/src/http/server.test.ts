import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import type { HttpContext } from './context.ts'
import { endpoint, type Fixture, fixture, speak, tokenEndpoint } from './http-fixture.ts'

const page = endpoint({ path: '/hello' })

async function listening(
  t: TestContext,
  endpoints = [page, tokenEndpoint],
  limits: HttpContext['limits'] = {},
): Promise<Fixture & { port: number }> {
  const server = fixture(endpoints, { limits })
  const { port } = await server.listen(0, '127.0.0.1')
  t.after(() => server.close(100))
  return { ...server, port }
}

const get = (path: string, extra = '') =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${extra}\r\n`
const POST = 'POST /oauth/token HTTP/1.1\r\nHost: a\r\n'
const TYPE = 'Content-Type: application/x-www-form-urlencoded\r\n'

describe('the listener', () => {
  test('answers, and survives what is not HTTP', async (t) => {
    const { port } = await listening(t)
    assert.match(await speak(port, '\x16\x03\x01\x02garbage\r\n\r\n'), /^HTTP\/1\.1 400 /)
    assert.match(await speak(port, get('/hello')), /^HTTP\/1\.1 200 /)
  })

  for (const [name, bytes] of [
    ['CL and TE', `${POST}${TYPE}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${POST}${TYPE}Content-Length: 5\r\nContent-Length: 6\r\n\r\na=bcde`],
    ['TE.TE', `${POST}${TYPE}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['obs-fold', `GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n`],
    ['bare LF', 'GET /hello HTTP/1.1\nHost: a\n\n'],
    ['two equal lengths', `${POST}${TYPE}Content-Length: 6\r\nContent-Length: 6\r\n\r\na=bcde`],
    ['a list of lengths', `${POST}${TYPE}Content-Length: 6, 6\r\n\r\na=bcde`],
    ['a signed length', `${POST}${TYPE}Content-Length: +6\r\n\r\na=bcde`],
    ['a length in hex', `${POST}${TYPE}Content-Length: 0x6\r\n\r\na=bcde`],
    ['a length beyond 64 bits', `${POST}${TYPE}Content-Length: 18446744073709551617\r\n\r\na`],
    ['TE in other words', `${POST}${TYPE}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['two TE', `${POST}${TYPE}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n`],
    ['a blank before the colon', `${POST}${TYPE}Content-Length : 6\r\n\r\na=bcde`],
    [
      'a chunk size with a sign',
      `${POST}${TYPE}Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n`,
    ],
    [
      'a chunk longer than it says',
      `${POST}${TYPE}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`,
    ],
    ['a NUL in a value', 'GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n'],
  ] as const) {
    test(`T211 ${name} is refused and the connection closed`, async (t) => {
      const { port, inputs } = await listening(t)
      const heard = await speak(port, bytes + get('/hello'))
      assert.match(heard, /^HTTP\/1\.1 400 /)
      assert.equal(heard.match(/HTTP\/1\.1/g)?.length, 1)
      assert.equal(inputs.length, 0)
    })
  }

  test('T212 64 KB of header answer 431, a header named __proto__ does nothing', async (t) => {
    const { port } = await listening(t)
    const big = await speak(port, get('/hello', `X-A: ${'a'.repeat(65_536)}\r\n`))
    assert.match(big, /^HTTP\/1\.1 431 [\s\S]*send long parameters in the body/)
    assert.match(await speak(port, get('/hello', '__proto__: x\r\n')), /^HTTP\/1\.1 200 /)
  })

  test('T211 T212 a refusal of HEAD ends with its headers', async (t) => {
    const { port } = await listening(t)
    for (const extra of [`X-A: ${'a'.repeat(65_536)}\r\n`, 'X A: b\r\n']) {
      const heard = await speak(port, get('/hello', extra).replace('GET', 'HEAD'))
      assert.match(heard, /^HTTP\/1\.1 4\d\d [\s\S]*\r\n\r\n$/)
    }
  })

  const fast = { requestTimeoutMs: 300, headersTimeoutMs: 200, timeoutCheckMs: 50 }
  test('T50 half a body and then silence answers 408', async (t) => {
    const { port, inputs } = await listening(t, [tokenEndpoint], fast)
    const heard = await speak(port, `${POST}${TYPE}Content-Length: 50\r\n\r\nclient_id=kn`)
    assert.match(heard, /^HTTP\/1\.1 408 [\s\S]*did not arrive in time/)
    assert.equal(inputs.length, 0)
  })

  test('T213 headers that never end answer 408', async (t) => {
    const { port } = await listening(t, [page], fast)
    assert.match(await speak(port, 'GET /hello HTTP/1.1\r\nHo'), /^HTTP\/1\.1 408 /)
  })

  test('T216 chunk extensions without end are refused', async (t) => {
    const { port, inputs } = await listening(t)
    const head = `${POST}${TYPE}Transfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(40_000)}`
    assert.match(await speak(port, head), /^HTTP\/1\.1 413 /)
    assert.equal(inputs.length, 0)
  })

  test('T211 no Host answers 400; a CONNECT is hung up on', async (t) => {
    const { port, inputs } = await listening(t)
    assert.match(await speak(port, 'GET /hello HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /)
    const tunnel = 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n'
    assert.equal(await speak(port, tunnel), '')
    assert.equal(inputs.length, 0)
  })

  test('T213 a target that is too long answers 431, however slowly it comes', async (t) => {
    const { port, inputs } = await listening(t)
    const long = await speak(port, get(`/hello?${'a'.repeat(20_000)}`))
    assert.match(long, /^HTTP\/1\.1 431 /)
    assert.equal(inputs.length, 0)
  })

  for (const protocol of ['websocket', 'h2c']) {
    test(`T217 an upgrade to ${protocol} is not made`, async (t) => {
      const { port } = await listening(t)
      const extra = `Upgrade: ${protocol}\r\n`
      const bytes = `GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n${extra}\r\n`
      const heard = await speak(port, bytes, 500)
      assert.match(heard, /^HTTP\/1\.1 200 /)
      assert.doesNotMatch(heard, / 101 /)
    })
  }

  test('T146 an absolute-form target is not ours', async (t) => {
    const { port, inputs } = await listening(t)
    for (const target of [
      'http://evil.example/hello',
      'https://a/hello',
      '//a:b@c',
      'evil.example:443',
    ])
      assert.match(await speak(port, get(target)), /^HTTP\/1\.1 4(21|04|00) /, target)
    assert.match(await speak(port, get('http://evil.example/hello')), /^HTTP\/1\.1 421 /)
    assert.match(
      await speak(port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1\.1 421 /,
    )
    assert.equal(inputs.length, 0)
  })

  for (const path of ['/./hello', '/x/../hello', '/%2e/hello', '/hello#a', '/x/%2e%2e/hello']) {
    test(`T181 ${path} is not found`, async (t) => {
      const { port } = await listening(t)
      assert.match(await speak(port, get(path)), /^HTTP\/1\.1 404 /)
    })
  }

  test('T48 413 reaches a client that is still sending', async (t) => {
    const { port } = await listening(t)
    const size = 1024 * 1024
    const bytes = `${POST}${TYPE}Connection: close\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`
    assert.match(await speak(port, bytes), /^HTTP\/1\.1 413 /)
  })
})

describe('closing', () => {
  test('during the pause before it everything is served, on connections that then end', async (t) => {
    const server = fixture([page])
    const { port } = await server.listen(0, '127.0.0.1')
    t.after(() => server.close(100))
    server.startDraining()
    const keepAlive = 'GET /hello HTTP/1.1\r\nHost: a\r\n\r\n'
    for (let time = 0; time < 2; time++) {
      const heard = await speak(port, keepAlive)
      assert.match(heard, /^HTTP\/1\.1 200 [\s\S]*\r\nConnection: close\r\n/)
    }
  })

  test('a request in progress is finished, says close, and nothing new is accepted', async () => {
    const begun = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const slow = endpoint({ path: '/slow' }, async () => {
      begun.resolve()
      await gate.promise
      return { kind: 'json', status: 200, body: { done: true } }
    })
    const server = fixture([slow])
    const { port } = await server.listen(0, '127.0.0.1')
    const answer = speak(port, 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
    await begun.promise
    const closed = server.close(2_000)
    assert.equal(server.context.drain.isDraining, true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await assert.rejects(
      new Promise((resolve, reject) =>
        connect(port, '127.0.0.1', () => resolve(undefined)).on('error', reject),
      ),
    )
    gate.resolve()
    const heard = await answer
    assert.match(heard, /^HTTP\/1\.1 200 /)
    assert.match(heard, /connection: close/i)
    await closed
  })

  test('what does not finish is cut off after the drain time', async () => {
    const stuck = endpoint({ path: '/stuck' }, () => new Promise<never>(() => undefined))
    const server = fixture([stuck])
    const { port } = await server.listen(0, '127.0.0.1')
    const answer = speak(port, 'GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await server.close(100)
    assert.equal(await answer, '')
  })
})
