import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRateLimits, type RateLimitOptions } from '../../rate-limits/rate-limits.ts'
import { endpoint, type Fixture, FORM, fixture, tokenEndpoint } from '../http-fixture.ts'

const SETTINGS = {
  enabled: true,
  backend: 'in_memory',
  redis_timeout_ms: 100,
  max_requests: 10,
  window_secs: 60,
  invalid_client_max_requests: 5,
  client_max_requests: 0,
  credentials_max_requests: 3,
  registration_max_requests: 2,
} as const

const page = endpoint({ path: '/', id: 'page' })
const login = endpoint({ path: '/auth/login', method: 'POST', rateClass: 'credentials' })
const loginForm = endpoint({ path: '/auth/login', id: 'form' })
const register = endpoint({ path: '/connect/register', method: 'POST', rateClass: 'registration' })
const logo = endpoint({ path: '/logo/*', rateClass: 'asset' })
const health = endpoint({ path: '/health' }, { kind: 'health', status: 200, body: {} })
const ENDPOINTS = [page, login, loginForm, register, logo, health, tokenEndpoint]

interface Limited extends Fixture {
  readonly time: { now: number }
  readonly rejected: string[]
  readonly remaining: number[]
}

function limited(
  settings: Partial<RateLimitOptions['settings']> = {},
  http: Parameters<typeof fixture>[1] = {},
): Limited {
  const time = { now: 0 }
  const rejected: string[] = []
  const remaining: number[] = []
  const rateLimits = createRateLimits({
    settings: { ...SETTINGS, ...settings },
    scope: 'test',
    nowMs: () => time.now,
    observer: {
      onRejected: (prefix) => rejected.push(prefix),
      onRemaining: (left) => remaining.push(left),
    },
  })
  const server = fixture(ENDPOINTS, { rateLimits, ...http })
  return { ...server, time, rejected, remaining }
}

type Ask = { url?: string; method?: 'GET' | 'POST' | 'HEAD' | 'OPTIONS' } & Record<string, unknown>

async function ask({ app }: Fixture, { url = '/', ...rest }: Ask = {}) {
  const payload = rest.method === 'POST' ? { payload: 'client_id=known', headers: FORM } : {}
  return app.inject({ url, ...payload, ...rest })
}

async function statuses(server: Fixture, times: number, request?: Ask): Promise<number[]> {
  const replies = await Promise.all(Array.from({ length: times }, () => ask(server, request)))
  return replies.map(({ statusCode }) => statusCode)
}

const count = (all: readonly number[], status: number): number =>
  all.filter((each) => each === status).length

describe('rate limit of a network', () => {
  test('100 at once with room for 10: exactly 10 pass', async () => {
    const server = limited()
    const all = await statuses(server, 100)
    assert.deepEqual([count(all, 200), count(all, 429)], [10, 90])
    assert.equal(server.inputs.length, 10, 'what is refused meets no handler')
  })

  test('answers that were counted say how much is left', async () => {
    const server = limited()
    const { headers } = await ask(server)
    assert.equal(headers['x-ratelimit-limit'], '10')
    assert.equal(headers['x-ratelimit-remaining'], '9')
    assert.equal(headers['x-ratelimit-reset'], '6')
    assert.equal((await ask(server, { url: '/none' })).headers['x-ratelimit-remaining'], '8')
    assert.deepEqual(server.remaining, [9, 8])
  })

  test('429 with the body of the contract and Retry-After, which is true', async () => {
    const server = limited()
    await statuses(server, 10)
    const refused = await ask(server)
    assert.equal(refused.statusCode, 429)
    assert.deepEqual(refused.json(), {
      error: 'too_many_requests',
      error_description: 'too many requests; try again in 6 seconds',
      retry_after: 6,
    })
    assert.equal(refused.headers['retry-after'], '6')
    assert.equal(refused.headers['x-ratelimit-limit'], '10')
    assert.equal(refused.headers['x-ratelimit-remaining'], '0')
    assert.equal(refused.headers['x-ratelimit-reset'], '60')
    assert.equal(refused.headers['cache-control'], 'no-store')
    server.time.now += 5_999
    assert.equal((await ask(server)).statusCode, 429)
    server.time.now += 1
    assert.equal((await ask(server)).statusCode, 200)
  })

  test('people get a page, programs JSON, whatever they say that they accept', async () => {
    const server = limited()
    await statuses(server, 10)
    const headers = { accept: 'text/html,*/*' }
    const seen = await ask(server, { headers })
    assert.match(String(seen.headers['content-type']), /^text\/html/)
    assert.match(seen.body, /try again in 6 seconds/)
    assert.equal(seen.headers['retry-after'], '6')
    const token = await ask(server, { url: '/oauth/token', method: 'POST', headers })
    assert.equal(token.json().error, 'too_many_requests')
  })

  for (const url of ['/health', '/ready', '/metrics']) {
    test(`${url} is not counted`, async () => {
      const server = limited()
      await statuses(server, 10)
      const answer = await ask(server, { url })
      assert.notEqual(answer.statusCode, 429)
      assert.equal(answer.headers['x-ratelimit-limit'], undefined)
    })
  }

  test('files of pages have a bucket of their own, ten times as large', async () => {
    const server = limited()
    await statuses(server, 10)
    for (const url of ['/static/none.css', '/logo/abc']) {
      assert.equal((await ask(server, { url })).headers['x-ratelimit-limit'], '100')
    }
    assert.equal(count(await statuses(server, 99, { url: '/static/none.css' }), 429), 1)
  })

  test('T155 one household of IPv6 has one bucket, and mapped IPv4 is IPv4', async () => {
    const server = limited()
    for (let n = 0; n < 10; n++) await ask(server, { remoteAddress: `2001:db8:1:2::${n}` })
    assert.equal((await ask(server, { remoteAddress: '2001:0db8:1:2:ffff::1' })).statusCode, 429)
    assert.equal((await ask(server, { remoteAddress: '2001:db8:1:3::1' })).statusCode, 200)
    for (let n = 0; n < 5; n++) await ask(server, { remoteAddress: '192.0.2.1' })
    for (let n = 0; n < 5; n++) await ask(server, { remoteAddress: '::ffff:192.0.2.1' })
    assert.equal((await ask(server, { remoteAddress: '192.0.2.1' })).statusCode, 429)
  })

  test('T155 X-Forwarded-For chooses no bucket, but that of a trusted proxy does', async () => {
    const forged = limited()
    for (let n = 0; n < 10; n++)
      await ask(forged, { headers: { 'x-forwarded-for': `192.0.2.${n}` } })
    assert.equal(
      (await ask(forged, { headers: { 'x-forwarded-for': '192.0.2.99' } })).statusCode,
      429,
    )
    const trusted = limited({}, { settings: { trustedProxies: ['10.0.0.1'] } })
    const through = (address: string) =>
      ask(trusted, { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': address } })
    for (let n = 0; n < 10; n++) await through(`6.6.6.${n}, 192.0.2.1`)
    assert.equal((await through('192.0.2.1')).statusCode, 429)
    assert.equal((await through('192.0.2.2')).statusCode, 200)
  })

  test('a browser of an allowed origin may read the refusal, and its preflight passes', async () => {
    const shared = { settings: { allowedOrigins: ['https://app.example'] } }
    const token = endpoint({ path: '/oauth/token', method: 'POST', cors: true })
    const rateLimits = limited().context.rateLimits
    const server = fixture([token], { rateLimits, ...shared })
    const origin = 'https://app.example'
    const post = () =>
      ask(server, { url: '/oauth/token', method: 'POST', headers: { ...FORM, origin } })
    for (let n = 0; n < 10; n++) await post()
    const preflight = { origin, 'access-control-request-method': 'POST' }
    const asked = await ask(server, { url: '/oauth/token', method: 'OPTIONS', headers: preflight })
    assert.equal(asked.statusCode, 204)
    const refused = await post()
    assert.equal(refused.statusCode, 429)
    assert.equal(refused.headers['access-control-allow-origin'], origin)
    assert.match(String(refused.headers['access-control-expose-headers']), /X-RateLimit-Remaining/)
  })

  test('metrics hear the block that the address is of', async () => {
    const server = limited()
    await statuses(server, 11, { remoteAddress: '203.0.113.7' })
    await statuses(server, 11, { remoteAddress: '2a02:810d::1' })
    assert.deepEqual(server.rejected, ['203.0.0.0/8', '2a00::/12'])
  })

  test('zero counts as one', async () => {
    const server = limited({ max_requests: 0, window_secs: 0 })
    assert.deepEqual(await statuses(server, 2), [200, 429])
    server.time.now += 1_000
    assert.equal((await ask(server)).statusCode, 200)
  })

  test('a clock that is set back locks nobody out and opens nothing', async () => {
    const server = limited()
    await statuses(server, 10)
    server.time.now -= 86_400_000
    assert.equal((await ask(server)).statusCode, 429)
    server.time.now += 6_000
    assert.deepEqual(await statuses(server, 2), [200, 429])
  })
})

describe('stricter buckets', () => {
  test('tries of passwords: 3, however much else is left; looking at the form costs none', async () => {
    const server = limited()
    assert.deepEqual(await statuses(server, 3, { url: '/auth/login' }), [200, 200, 200])
    const tries = await statuses(server, 5, { url: '/auth/login', method: 'POST' })
    assert.deepEqual([count(tries, 200), count(tries, 429)], [3, 2])
    const refused = await ask(server, { url: '/auth/login', method: 'POST' })
    assert.equal(refused.headers['x-ratelimit-limit'], '3')
    const { headers } = await ask(server)
    assert.equal(headers['x-ratelimit-remaining'], '3', 'what was refused cost the network nothing')
  })

  test('T135 registrations: 2', async () => {
    const all = await statuses(limited(), 9, { url: '/connect/register', method: 'POST' })
    assert.deepEqual([count(all, 200), count(all, 429)], [2, 7])
  })
})
