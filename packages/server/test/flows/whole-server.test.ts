import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ENDPOINTS } from '@grantd/oauth'
import { basic } from '../support/flow.ts'
import { ISSUER, TestServer } from '../support/server.ts'

/** An address that the endpoint answers at: one segment stands where its path is open. */
const addressOf = (path: string) => path.replace('*', 'some-id')

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
let server: TestServer

before(async () => {
  server = await TestServer.start({ OAUTH2_ALLOWED_ORIGINS: 'https://app.example' })
})
// Where no test of this file is chosen by name, nothing was started.
after(() => server?.[Symbol.asyncDispose]())

describe('every route in turn', () => {
  for (const endpoint of ENDPOINTS.filter(({ caller }) => caller === 'client')) {
    test(`T180 ${endpoint.path} refuses everybody who is no client`, async () => {
      for (const authorization of ['', 'Basic eDp5', 'Bearer x']) {
        const headers = { ...FORM, ...(authorization !== '' && { authorization }) }
        const payload = 'grant_type=client_credentials&token=x&userId=ada'
        const reply = await server.inject({ method: 'POST', url: endpoint.path, headers, payload })
        assert.equal(reply.statusCode, 401)
        assert.equal(reply.json().error, 'invalid_client')
        assert.match(String(reply.headers['www-authenticate']), /^Basic realm=/)
      }
    })
  }

  test('methods that a path has not answer 405 with Allow, and are never executed', async () => {
    const paths = new Set(ENDPOINTS.map(({ path }) => path))
    for (const path of paths) {
      const allowed = ENDPOINTS.filter((one) => one.path === path).map(({ method }) => method)
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const) {
        if (allowed.some((known) => known === method)) continue
        const headers = { 'x-http-method-override': 'POST', 'x-http-method': 'POST' }
        const reply = await server.inject({ method, url: addressOf(path), headers })
        assert.equal(reply.statusCode, 405, `${method} ${path}`)
        const allow = allowed.flatMap((known) => (known === 'GET' ? ['GET', 'HEAD'] : [known]))
        assert.deepEqual(String(reply.headers.allow).split(', ').sort(), allow.sort(), path)
        assert.equal(reply.headers['cache-control'], 'no-store')
      }
    }
  })

  test('none answers 5xx to nonsense, stores it in a cache or says what runs it', async () => {
    for (const { method, ...endpoint } of ENDPOINTS) {
      const path = addressOf(endpoint.path)
      for (const [url, payload] of [
        [`${path}?a=%zz`, '%zz'],
        [`${path}?${'a=1&'.repeat(200)}`, 'a=1&'.repeat(200)],
        [`${path}?__proto__[x]=1&constructor=2`, '__proto__[x]=1&constructor=2'],
        [path, '{"__proto__":1}'],
      ] as const) {
        const request = method === 'POST' ? { headers: FORM, payload } : {}
        const reply = await server.inject({ method, url, ...request })
        assert.ok(reply.statusCode < 500, `${method} ${url.slice(0, 60)}: ${reply.statusCode}`)
        assert.equal(reply.headers.server, undefined)
        assert.equal(reply.headers['x-powered-by'], undefined)
        assert.equal(reply.headers['x-content-type-options'], 'nosniff')
        const isDocument = path.startsWith('/.well-known/') && reply.statusCode === 200
        if (!isDocument) assert.equal(reply.headers['cache-control'], 'no-store', url)
      }
    }
  })
})

describe('discovery and keys', () => {
  const DOCUMENT = '/.well-known/openid-configuration'

  test('T146 no header of the request moves the issuer, a URL or a redirect', async () => {
    const plain = await server.inject({ url: DOCUMENT })
    assert.equal(plain.json().issuer, ISSUER)
    const lies = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
      'x-original-url': '/evil',
      'x-forwarded-prefix': '/evil',
    }
    assert.equal((await server.inject({ url: DOCUMENT, headers: lies })).body, plain.body)
    for (const url of ['/', '/profile', '/oauth/authorize?client_id=x']) {
      const reply = await server.inject({ url, headers: lies })
      assert.doesNotMatch(JSON.stringify(reply.headers) + reply.body, /evil/, url)
    }
  })

  test('T147 the key set has public parts only, and each key once', async () => {
    const reply = await server.inject({ url: '/.well-known/jwks.json' })
    const { keys } = reply.json()
    assert.ok(keys.length > 0)
    for (const key of keys) {
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
        assert.equal(Object.hasOwn(key, secret), false, secret)
      }
    }
    const kids = new Set(keys.map(({ kid }: { kid: string }) => kid))
    assert.equal(kids.size, keys.length)
    assert.match(String(reply.headers['cache-control']), /^public, max-age=/)
  })

  test('T148 [behaviour 13.2.12] what is listed works, and the rest is neither listed nor there', async () => {
    const document = (await server.inject({ url: DOCUMENT })).json()
    assert.deepEqual(document.response_types_supported, ['code', 'code id_token'])
    assert.deepEqual(document.code_challenge_methods_supported, ['S256'])
    assert.deepEqual(document.grant_types_supported.toSorted(), [
      'authorization_code',
      'client_credentials',
      'refresh_token',
    ])
    const client = await server.addClient({
      client_name: 'All grants',
      redirect_uris: ['https://app.example/'],
      grant_types: document.grant_types_supported,
      scope: 'read',
    })
    const { id, secret } = client
    for (const grant_type of [...document.grant_types_supported, 'password', 'implicit']) {
      const headers = { authorization: basic(id, secret) }
      const { error } = (await server.form('/oauth/token', { grant_type }, headers)).json()
      const isListed = document.grant_types_supported.includes(grant_type)
      assert.equal(error === 'unsupported_grant_type', !isListed, grant_type)
    }
    for (const [name, value] of Object.entries(document)) {
      if (!name.endsWith('_endpoint') && name !== 'jwks_uri') continue
      const { pathname } = new URL(String(value))
      const known = await server.inject({ method: 'OPTIONS', url: pathname })
      assert.equal(known.statusCode, 405, `${name} is mounted`)
    }
    for (const path of ['/oauth/par', '/oauth/device_authorization', '/oauth/check_session']) {
      assert.equal((await server.inject({ url: path })).statusCode, 404, path)
      assert.doesNotMatch(JSON.stringify(document), new RegExp(path))
    }
  })

  for (const path of [
    `/${DOCUMENT}`,
    `${DOCUMENT};x`,
    `${DOCUMENT}/`,
    '/.well-known%2Fopenid-configuration',
    '/%2ewell-known/openid-configuration',
    '/.well-known/openid-configuration/tenant',
    '/tenant/.well-known/openid-configuration',
    '/.WELL-KNOWN/openid-configuration',
  ]) {
    test(`T149 ${path} is not found`, async () => {
      assert.equal((await server.inject({ url: path })).statusCode, 404)
    })
  }
})

describe('what browsers of other sites and onlookers get', () => {
  test('T49 only a configured origin may read the token endpoint, never with credentials', async () => {
    for (const [origin, allowed] of [
      ['https://app.example', 'https://app.example'],
      ['null', undefined],
      ['https://evil.example', undefined],
      ['https://app.example.evil.example', undefined],
      ['http://app.example', undefined],
    ] as const) {
      const reply = await server.form('/oauth/token', {}, { origin })
      assert.equal(reply.headers['access-control-allow-origin'], allowed, origin)
      assert.equal(reply.headers['access-control-allow-credentials'], undefined)
      assert.match(String(reply.headers.vary), /Origin/)
      const closed = await server.form('/oauth/introspect', {}, { origin })
      assert.equal(closed.headers['access-control-allow-origin'], undefined)
    }
  })

  test('T169 text from the query is shown as text', async () => {
    const query = new URLSearchParams({
      error: '<img src=x onerror=alert(1)>',
      error_description: '"><script>alert(1)</script>',
      error_code: "'-alert(1)-'",
    })
    const reply = await server.inject({ url: `/error?${query}` })
    assert.doesNotMatch(reply.body, /<img src=x|<script>alert/)
    assert.match(reply.body, /&lt;script&gt;alert/)
  })

  test('T179 providers that are not set up are offered nowhere and sign nobody in', async () => {
    const login = await server.inject({ url: '/auth/login', headers: { accept: 'text/html' } })
    assert.equal(login.statusCode, 200)
    const providers = ['google', 'microsoft', 'github', 'azure', 'okta', 'auth0']
    for (const name of providers) {
      for (const url of [`/auth/login/${name}`, `/auth/callback/${name}`]) {
        const reply = await server.inject({ url })
        // Known by name, with nothing behind it: the status of the contract, and no cookie.
        assert.equal(reply.statusCode, /okta|auth0/.test(name) ? 503 : 400, url)
        assert.match(reply.body, /provider_not_configured/)
        assert.equal(reply.headers['set-cookie'], undefined)
      }
      assert.equal((await server.inject({ url: `/auth/${name}` })).statusCode, 404)
      assert.doesNotMatch(login.body, new RegExp(name, 'i'))
    }
    const metadata = await server.inject({ url: '/.well-known/openid-configuration' })
    assert.doesNotMatch(metadata.body, new RegExp(providers.join('|'), 'i'))
  })

  test('T220 T221 health says how it is and nothing more; there is no /metrics', async () => {
    const headers = { 'user-agent': 'kube-probe/1.0', 'x-forwarded-for': '127.0.0.1' }
    const health = await server.inject({ url: '/health', headers })
    assert.deepEqual(Object.keys(health.json()), ['status', 'service', 'timestamp'])
    const ready = await server.inject({ url: '/ready', headers })
    assert.deepEqual(ready.json(), { status: 'ready', checks: { database: 'ok' } })
    for (const url of ['/metrics', '/health;x', '/health/profile', '/admin']) {
      assert.equal((await server.inject({ url, headers })).statusCode, 404, url)
    }
  })
})
