import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { endpoint, FORM, fixture, speak, tokenEndpoint } from '../http-fixture.ts'
import { ClientAddresses } from './client-address.ts'

const shared = endpoint({ path: '/userinfo', cors: true })
const keys = endpoint(
  { path: '/jwks', cors: true },
  { kind: 'document', body: Buffer.from('{}'), etag: '"k"', maxAge: 300 },
)
const settings = { allowedOrigins: ['https://app.example'] }
const ALLOW = 'access-control-allow-origin'

describe('CORS', () => {
  test('T49 a configured origin may read what opted in, without credentials', async () => {
    const { app } = fixture([shared], { settings })
    const headers = { origin: 'https://app.example' }
    const answer = await app.inject({ url: '/userinfo', headers })
    assert.equal(answer.headers[ALLOW], 'https://app.example')
    assert.equal(answer.headers.vary, 'Origin')
    assert.equal(answer.headers['access-control-allow-credentials'], undefined)
  })

  for (const origin of [
    'null',
    'https://evil.example',
    'https://app.example.evil',
    'HTTPS://APP.EXAMPLE',
  ]) {
    test(`T49 Origin ${origin} may not`, async () => {
      const { app } = fixture([shared], { settings })
      const answer = await app.inject({ url: '/userinfo', headers: { origin } })
      assert.equal(answer.headers[ALLOW], undefined)
    })
  }

  test('nobody may read what did not opt in, or when no origin is configured', async () => {
    const headers = { origin: 'https://app.example' }
    const closed = fixture([endpoint({ path: '/userinfo' })], { settings })
    assert.equal((await closed.app.inject({ url: '/userinfo', headers })).headers[ALLOW], undefined)
    const none = fixture([shared])
    assert.equal((await none.app.inject({ url: '/userinfo', headers })).headers[ALLOW], undefined)
  })

  test('a preflight is answered 204 with the methods', async () => {
    const { app, inputs } = fixture([shared], { settings })
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    const answer = await app.inject({ method: 'OPTIONS', url: '/userinfo', headers })
    assert.equal(answer.statusCode, 204)
    assert.equal(answer.headers['access-control-allow-methods'], 'GET, HEAD')
    assert.equal(answer.headers['access-control-max-age'], '3600')
    assert.equal(inputs.length, 0)
  })

  test('documents are open to all once origins are configured, and say so once', async () => {
    const { app } = fixture([keys], { settings })
    for (const origin of ['https://app.example', 'https://other.example']) {
      const answer = await app.inject({ url: '/jwks', headers: { origin } })
      assert.equal(answer.headers[ALLOW], '*')
    }
  })
})

describe('proxies', () => {
  const seen = async (trustedProxies: string[], forwarded: string, remoteAddress: string) => {
    const { app, inputs } = fixture([shared], { settings: { trustedProxies } })
    const headers = { 'x-forwarded-for': forwarded }
    await app.inject({ url: '/userinfo', headers, remoteAddress })
    return inputs[0]?.request.ip
  }

  test('a stranger cannot choose its address', async () => {
    assert.equal(await seen([], '1.2.3.4', '192.0.2.1'), '192.0.2.1')
    assert.equal(await seen(['10.0.0.0/8'], '1.2.3.4', '192.0.2.1'), '192.0.2.1')
  })

  test('behind trusted proxies the rightmost untrusted hop counts', async () => {
    const trusted = ['10.0.0.0/8', '2001:db8::/32']
    assert.equal(await seen(trusted, '6.6.6.6, 1.2.3.4, 10.0.0.2', '10.0.0.1'), '1.2.3.4')
    assert.equal(await seen(trusted, '6.6.6.6, [2a00::00:1]:443', '::ffff:10.0.0.1'), '2a00::1')
    assert.equal(await seen(trusted, '1.2.3.4:99', '2001:DB8::1'), '1.2.3.4')
    assert.equal(await seen(trusted, '6.6.6.6, junk', '10.0.0.1'), '10.0.0.1')
    assert.equal(await seen(trusted, '::ffff:1.2.3.4', '10.0.0.1'), '1.2.3.4')
  })
})

test('an address that is remembered keeps nothing else of its header in memory', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const addresses = new ClientAddresses(['10.0.0.1'])
  const padding = ' '.repeat(16_000)
  const remember = (n: number) =>
    addresses.of({
      socket: { remoteAddress: '10.0.0.1' },
      headers: {
        'x-forwarded-for': `6.6.6.6${padding}, 203.0.${100 + (n >> 7)}.${100 + (n & 127)}`,
      },
    } as unknown as IncomingMessage)
  collect()
  const before = process.memoryUsage().heapUsed
  const kept = Array.from({ length: 4_000 }, (_, n) => remember(n))
  collect()
  const grown = process.memoryUsage().heapUsed - before
  assert.equal(new Set(kept).size, 4_000)
  assert.ok(grown < 8_000_000, `${grown} bytes for ${kept.length} addresses`)
})

describe('https', () => {
  const enforced = { enforceHttps: true, trustedProxies: ['10.0.0.1'] }
  const health = endpoint({ path: '/health' }, { kind: 'health', status: 200, body: {} })
  const get = (proto: string, remoteAddress: string) =>
    fixture([shared, health], { settings: enforced }).app.inject({
      url: '/userinfo?a=b',
      headers: { 'x-forwarded-proto': proto, host: 'evil.example' },
      remoteAddress,
    })

  test('T146 plain http moves to the configured URL, never to the Host header', async () => {
    const answer = await get('http', '10.0.0.1')
    assert.equal(answer.statusCode, 308)
    assert.equal(answer.headers.location, 'https://id.example/userinfo?a=b')
    assert.equal(answer.headers['cache-control'], 'no-store')
  })

  test('T146 only a trusted proxy may say that it was https', async () => {
    assert.equal((await get('https', '10.0.0.1')).statusCode, 200)
    assert.equal((await get('https', '192.0.2.1')).statusCode, 308)
  })

  test('T221 probes are exempt', async () => {
    const { app } = fixture([shared, health], { settings: enforced })
    const answer = await app.inject({ url: '/health' })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal((await app.inject({ url: '/health/x' })).statusCode, 308)
  })
})

test('T212 more than 100 header fields are refused with 431', async () => {
  const { app } = fixture([tokenEndpoint])
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-${n}`, '1']))
  const request = { method: 'POST', url: '/oauth/token', headers: { ...FORM, ...many } } as const
  assert.equal((await app.inject(request)).statusCode, 431)
})

describe('headers that there may be one of', () => {
  const ask = async (lines: string) => {
    const server = fixture([tokenEndpoint])
    const { port } = await server.listen(0, '127.0.0.1')
    const head = `POST /oauth/token HTTP/1.1\r\nConnection: close\r\nContent-Length: 15\r\n`
    const heard = await speak(port, `${head}${lines}\r\nclient_id=known`)
    await server.close(100)
    return { heard, inputs: server.inputs }
  }
  const TYPE = 'Content-Type: application/x-www-form-urlencoded\r\n'

  for (const [name, lines] of [
    [
      'Authorization',
      `Host: a\r\n${TYPE}Authorization: Basic eDp5\r\nauthorization: Basic eDp6\r\n`,
    ],
    ['Content-Type', `Host: a\r\n${TYPE}content-type: application/json\r\n`],
    ['Host', `Host: a\r\nHost: evil.example\r\n${TYPE}`],
    ['Origin', `Host: a\r\n${TYPE}Origin: https://a.example\r\nOrigin: null\r\n`],
  ] as const) {
    test(`two of ${name} are refused with 400 before anything is read (RFC 9110 §5.3)`, async () => {
      const { heard, inputs } = await ask(lines)
      assert.match(heard, /^HTTP\/1\.1 400 /)
      assert.match(heard, /"error":"invalid_request"/)
      assert.equal(inputs.length, 0)
    })
  }

  test('one of each is fine, and so is repeating what may be repeated', async () => {
    const many =
      'Accept: a\r\nAccept: b\r\nOrigin: https://a.example\r\nAuthorization: Basic eDp5\r\n'
    const { heard, inputs } = await ask(`Host: a\r\n${TYPE}${many}`)
    assert.match(heard, /^HTTP\/1\.1 200 /)
    assert.equal(inputs.length, 1)
  })
})
