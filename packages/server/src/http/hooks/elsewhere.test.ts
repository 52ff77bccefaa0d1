import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endpoint, FORM, fixture, speak, tokenEndpoint } from '../http-fixture.ts'

const settings = { trustedProxies: ['10.0.0.0/8'] }
const hello = endpoint({ path: '/hello' })
const PROXY = '10.0.0.1'
const promise = { 'x-retry-on': '502' }

function draining() {
  const server = fixture([hello, tokenEndpoint], { settings })
  server.startDraining()
  return server
}

describe('a server that stops', () => {
  test('gives every request back, untouched, to a proxy that asks another instance', async () => {
    const { app, inputs } = draining()
    const answers = await Promise.all([
      app.inject({ url: '/hello', headers: promise, remoteAddress: PROXY }),
      app.inject({ url: '/none', headers: promise, remoteAddress: PROXY }),
      app.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: { ...promise, ...FORM },
        payload: 'client_id=known',
        remoteAddress: PROXY,
      }),
    ])
    for (const answer of answers) {
      assert.equal(answer.statusCode, 502)
      assert.equal(answer.body, '')
      assert.equal(answer.headers.connection, 'close')
    }
    assert.equal(inputs.length, 0)
  })

  for (const [who, headers, remoteAddress] of [
    ['whoever promises nothing', {}, PROXY],
    ['a proxy that repeats something else', { 'x-retry-on': '503' }, PROXY],
    ['a stranger who promises it', promise, '192.0.2.1'],
  ] as const) {
    test(`still serves ${who}`, async () => {
      const { app } = draining()
      const answer = await app.inject({ url: '/hello', headers: { ...headers }, remoteAddress })
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers.connection, 'close')
    })
  }

  test('the answer waits for the end of a body, or it would be lost with the connection', async (t) => {
    const server = fixture([tokenEndpoint], { settings: { trustedProxies: ['127.0.0.1'] } })
    const { port } = await server.listen(0, '127.0.0.1')
    t.after(() => server.close(100))
    server.startDraining()
    const body = 'x'.repeat(200_000)
    const head = `POST /oauth/token HTTP/1.1\r\nHost: a\r\nX-Retry-On: 502\r\nContent-Length: ${body.length}\r\n\r\n`
    assert.match(await speak(port, head + body), /^HTTP\/1\.1 502 /)
  })
})

test('a server that does not stop serves a proxy like anybody', async () => {
  const { app } = fixture([hello], { settings })
  const answer = await app.inject({ url: '/hello', headers: promise, remoteAddress: PROXY })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers.connection, 'keep-alive')
})
