// contract §7.4, §1.6; T155: what a network and a client may ask for, on the whole server.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Scrape } from '../support/scrape.ts'
import { Browser, hiddenFields, PASSWORD, TestServer } from '../support/server.ts'

const BASIC = 'basic' as const
const STRANGER = '198.51.100.9'
const NAT = '203.0.113.7'

type Limits = Readonly<Record<string, string>>

async function withClient(limits: Limits = {}) {
  const server = await TestServer.start({
    OAUTH2_RATE_LIMIT_MAX_REQUESTS: '1000',
    OAUTH2_RATE_LIMIT_INVALID_CLIENT_MAX_REQUESTS: '5',
    ...limits,
  })
  const client = await server.addClient({ grant_types: ['client_credentials'], scope: 'read' })
  const ask = (
    secret = client.secret,
    remoteAddress = NAT,
    how: 'basic' | 'post' = 'post',
    id = client.id,
  ) =>
    server.inject({
      method: 'POST',
      url: '/oauth/token',
      remoteAddress,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(how === BASIC && {
          authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        }),
      },
      payload: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(how === 'post' && { client_id: id, client_secret: secret }),
      }).toString(),
    })
  const fail = async (times: number, address = NAT) => {
    const replies = await Promise.all(Array.from({ length: times }, () => ask('wrong', address)))
    return replies.map(({ statusCode }) => statusCode)
  }
  return { server, client, ask, fail }
}

const count = (all: readonly number[], status: number) => all.filter((one) => one === status).length

describe('failed client authentication', () => {
  test('the sixth in a window is 429 with the body of the contract, also when 100 come at once', async () => {
    const { server, fail, ask } = await withClient()
    await using _ = server
    const all = await fail(100)
    assert.deepEqual([count(all, 401), count(all, 429)], [5, 95])
    const refused = await ask('wrong')
    assert.deepEqual(refused.json(), {
      error: 'too_many_requests',
      error_description: 'too many requests; try again in 12 seconds',
      retry_after: 12,
    })
    assert.equal(refused.headers['retry-after'], '12')
    assert.equal(refused.headers['x-ratelimit-limit'], '5')
    assert.equal(refused.headers['x-ratelimit-remaining'], '0')
  })

  test('a guess is not judged then: the right secret looks like a wrong one, until there is room', async () => {
    const { server, fail, ask } = await withClient()
    await using _ = server
    await fail(5)
    assert.equal((await ask()).statusCode, 429)
    server.clock.advance(12)
    assert.equal((await ask()).statusCode, 200)
  })

  test('nobody locks a client out from another network, nor another client of the same', async () => {
    const { server, fail, ask } = await withClient()
    await using _ = server
    await fail(50, STRANGER)
    assert.equal((await ask()).statusCode, 200)
    const other = await server.addClient({ grant_types: ['client_credentials'], scope: 'read' })
    assert.equal((await ask(other.secret, STRANGER, 'post', other.id)).statusCode, 200)
  })

  test('nor from behind the same address where it has lately proved itself', async () => {
    const { server, fail, ask } = await withClient()
    await using _ = server
    assert.equal((await ask()).statusCode, 200)
    const all = await fail(20)
    assert.deepEqual([count(all, 401), count(all, 429)], [5, 15])
    for (const how of ['basic', 'post'] as const) {
      assert.equal((await ask(undefined, NAT, how)).statusCode, 200)
    }
    assert.equal((await ask('wrong')).statusCode, 429)
  })

  test('by header or by form, at the token endpoint or at another: one count', async () => {
    const { server, client, ask } = await withClient()
    await using _ = server
    for (const how of ['basic', 'post', 'basic'] as const) {
      assert.equal((await ask('wrong', NAT, how)).statusCode, 401)
    }
    const fields = { token: 'x', client_id: client.id, client_secret: 'wrong' }
    const elsewhere = (url: string) =>
      server.inject({
        method: 'POST',
        url,
        remoteAddress: NAT,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(fields).toString(),
      })
    assert.equal((await elsewhere('/oauth/introspect')).statusCode, 401)
    assert.equal((await elsewhere('/oauth/revoke')).statusCode, 401)
    assert.equal((await elsewhere('/oauth/introspect')).statusCode, 429)
    assert.equal((await ask('wrong')).statusCode, 429)
  })

  test('a client that does not exist is counted like one that does (T39)', async () => {
    const { server, ask } = await withClient()
    await using _ = server
    const statuses = []
    for (let n = 0; n < 7; n++)
      statuses.push((await ask('wrong', NAT, 'post', 'nobody')).statusCode)
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429])
  })

  test('a public client has nothing to guess: wrong secrets of others do not stop it', async () => {
    const { server, ask } = await withClient()
    await using _ = server
    const app = await server.addClient({
      redirect_uris: ['http://localhost:3000/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    })
    for (let n = 0; n < 9; n++) await ask('guess', NAT, 'post', app.id)
    const honest = await server.inject({
      method: 'POST',
      url: '/oauth/token',
      remoteAddress: NAT,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `grant_type=refresh_token&refresh_token=none&client_id=${app.id}`,
    })
    assert.deepEqual([honest.statusCode, honest.json().error], [400, 'invalid_grant'])
  })

  test('a malformed credential is counted too, and never a fault', async () => {
    const { server } = await withClient()
    await using _ = server
    const statuses = []
    for (let n = 0; n < 6; n++) {
      const reply = await server.inject({
        method: 'POST',
        url: '/oauth/token',
        remoteAddress: NAT,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: 'Basic %%%',
        },
        payload: 'grant_type=client_credentials',
      })
      statuses.push(reply.statusCode)
    }
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429])
  })
})

describe('requests of one client', () => {
  test('are counted over all its networks, and the answer tells the bucket that is nearer to empty', async () => {
    const { server, ask } = await withClient({ OAUTH2_RATE_LIMIT_CLIENT_MAX_REQUESTS: '10' })
    await using _ = server
    const statuses = []
    for (let n = 0; n < 12; n++) statuses.push(await ask(undefined, `203.0.113.${n}`))
    assert.deepEqual(
      [
        count(
          statuses.map((one) => one.statusCode),
          200,
        ),
        statuses[11]?.statusCode,
      ],
      [10, 429],
    )
    assert.equal(statuses[0]?.headers['x-ratelimit-limit'], '10')
    assert.equal(statuses[0]?.headers['x-ratelimit-remaining'], '9')
    assert.equal(statuses[11]?.json().error, 'too_many_requests')
    const other = await server.addClient({ grant_types: ['client_credentials'], scope: 'read' })
    assert.equal((await ask(other.secret, NAT, 'post', other.id)).statusCode, 200)
  })

  test('may be ten times what one network may ask, when nothing is said', async () => {
    const { server, ask } = await withClient({ OAUTH2_RATE_LIMIT_MAX_REQUESTS: '7' })
    await using _ = server
    const replies = []
    for (let n = 0; n < 71; n++) replies.push(await ask(undefined, `198.51.${n}.1`))
    assert.equal(replies[69]?.statusCode, 200)
    assert.equal(replies[70]?.statusCode, 429)
    assert.equal(replies[70]?.headers['x-ratelimit-limit'], '70')
  })
})

describe('the default configuration', () => {
  const DEFAULTS: Limits = {
    OAUTH2_RATE_LIMIT_MAX_REQUESTS: '',
    OAUTH2_RATE_LIMIT_INVALID_CLIENT_MAX_REQUESTS: '',
    OAUTH2_RATE_LIMIT_CREDENTIALS_MAX_REQUESTS: '',
    OAUTH2_RATE_LIMIT_REGISTRATION_MAX_REQUESTS: '',
  }

  test('100 requests of a network in a minute, whatever they are for; the next ask for patience', async () => {
    await using server = await TestServer.start(DEFAULTS)
    const urls = ['/.well-known/openid-configuration', '/', '/none', '/auth/login']
    const statuses = []
    for (let n = 0; n < 101; n++) statuses.push(await server.inject({ url: urls[n % 4] ?? '/' }))
    assert.equal(
      count(
        statuses.map((one) => one.statusCode),
        429,
      ),
      1,
    )
    assert.equal(statuses[100]?.headers['retry-after'], '1')
    assert.equal((await server.inject({ url: '/health' })).statusCode, 200)
    assert.equal((await server.inject({ url: '/ready' })).statusCode, 200)
  })

  test('a person who is refused gets the page in its language, with its style sheet', async () => {
    await using server = await TestServer.start({
      ...DEFAULTS,
      OAUTH2_RATE_LIMIT_MAX_REQUESTS: '2',
    })
    const headers = { accept: 'text/html', 'accept-language': 'de' }
    for (let n = 0; n < 2; n++) await server.inject({ url: '/auth/login', headers })
    const page = await server.inject({ url: '/auth/login', headers })
    assert.equal(page.statusCode, 429)
    assert.match(page.body, /Aus Ihrem Netz kamen zu viele Anfragen/)
    assert.match(page.body, /too_many_requests/)
    const style = /href="(\/static\/[^"]+\.css)"/.exec(page.body)?.[1] ?? ''
    assert.equal((await server.inject({ url: style })).statusCode, 200)
  })

  test('T154 tries at passwords: 20, beside the throttle of the account, which is lower', async () => {
    await using server = await TestServer.start({ ...DEFAULTS })
    await server.addUser()
    const browser = new Browser(server)
    const fields = hiddenFields((await browser.get('/auth/login')).body)
    const tries = []
    for (let n = 0; n < 22; n++) {
      const typed = { ...fields, username: 'ada', password: 'not this one' }
      tries.push(await browser.submit('/auth/login', typed))
    }
    const counted = tries.filter(({ body }) => !body.includes('too_many_requests'))
    assert.equal(counted.length, 20)
    assert.equal(counted.at(-1)?.headers['x-ratelimit-remaining'], '0')
    assert.equal(tries[21]?.statusCode, 429)
    assert.equal(tries[21]?.headers['x-ratelimit-limit'], '20')
    server.clock.advance(900)
    assert.equal((await browser.signIn('ada', PASSWORD)).statusCode, 303)
  })

  test('off means off: no headers, no limit', async () => {
    await using server = await TestServer.start({
      OAUTH2_RATE_LIMIT_ENABLED: 'false',
      OAUTH2_RATE_LIMIT_MAX_REQUESTS: '1',
    })
    for (let n = 0; n < 3; n++) {
      const reply = await server.inject({ url: '/.well-known/jwks.json' })
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.headers['x-ratelimit-limit'], undefined)
    }
  })
})

test('an operator is told once, and why, when everybody behind a proxy is counted as one', async () => {
  const lines: { fields: object; message: string }[] = []
  const warn = (fields: object, message: string) => lines.push({ fields, message })
  const log = { debug() {}, info() {}, warn, error() {} }
  await using server = await TestServer.start({ OAUTH2_RATE_LIMIT_MAX_REQUESTS: '1' }, log)
  for (let n = 0; n < 5; n++) {
    await server.inject({ url: '/', headers: { 'x-forwarded-for': `192.0.2.${n}` } })
  }
  const told = lines.filter(({ message }) => message.startsWith('too many requests'))
  assert.equal(told.length, 1)
  assert.match(JSON.stringify(told[0]?.fields), /OAUTH2_SERVER_TRUST_PROXY_HEADERS/)
})

test('a metric tells which bucket was used up', async () => {
  const { server, client, ask, fail } = await withClient({
    OAUTH2_METRICS_PUBLIC: 'true',
    OAUTH2_RATE_LIMIT_MAX_REQUESTS: '40',
    OAUTH2_RATE_LIMIT_CLIENT_MAX_REQUESTS: '1',
    OAUTH2_RATE_LIMIT_REGISTRATION_MAX_REQUESTS: '1',
    OAUTH2_RATE_LIMIT_CREDENTIALS_MAX_REQUESTS: '1',
  })
  await using _ = server
  await fail(7)
  for (let n = 0; n < 2; n++) await ask(client.secret, STRANGER)
  const from = { method: 'POST' as const, remoteAddress: STRANGER }
  for (const url of ['/clients/register', '/auth/login'])
    for (let n = 0; n < 2; n++) await server.inject({ ...from, url })
  for (let n = 0; n < 42; n++)
    await server.inject({ url: '/auth/login', remoteAddress: '192.0.2.1' })
  const scrape = await Scrape.of(server)
  const counted = (bucket: string) => scrape.sum('oauth2_server_rate_limited_total', { bucket })
  const buckets = ['invalid_client', 'client', 'registration', 'credentials', 'network']
  assert.deepEqual(buckets.map(counted), [2, 1, 1, 1, 2])
})

describe('a network', () => {
  test('that has used up its requests uses up no stricter bucket with those that are refused', async () => {
    await using server = await TestServer.start({
      OAUTH2_RATE_LIMIT_MAX_REQUESTS: '3',
      OAUTH2_RATE_LIMIT_CREDENTIALS_MAX_REQUESTS: '1',
    })
    const ask = async (method: 'GET' | 'POST') =>
      (await server.inject({ method, url: '/auth/login', remoteAddress: NAT })).statusCode
    for (let n = 0; n < 3; n++) assert.equal(await ask('GET'), 200)
    assert.equal(await ask('POST'), 429)
    server.clock.advance(21) // a third of the window: one request of three
    assert.notEqual(await ask('POST'), 429)
  })

  test('is counted for paths that cannot be decoded, too', async () => {
    await using server = await TestServer.start({ OAUTH2_RATE_LIMIT_MAX_REQUESTS: '2' })
    const ask = async () => (await server.inject({ url: '/%zz', remoteAddress: NAT })).statusCode
    assert.deepEqual([await ask(), await ask(), await ask()], [400, 400, 429])
  })
})
