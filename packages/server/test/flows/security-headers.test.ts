// The table of security-cases §4, on whatever each route answers to a stranger.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ENDPOINTS, type Endpoint } from '@grantd/oauth'
import { TestServer } from '../support/server.ts'

const BASE = 'https://id.example'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_CSP = "default-src 'none'; frame-ancestors 'none'"

type Headers = Readonly<Record<string, unknown>>
let server: TestServer

before(async () => {
  server = await TestServer.start({
    OAUTH2_PUBLIC_URL: BASE,
    OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true',
  })
})
// Where no test of this file is chosen by name, nothing was started.
after(() => server?.[Symbol.asyncDispose]())

function ask(method: Endpoint['method'], path: string, accept: string) {
  const url = path.replace('*', 'some-id')
  const headers = { accept, ...(method === 'POST' && FORM) }
  return server.inject({ method, url, headers, ...(method === 'POST' && { payload: 'a=b' }) })
}

function requireCommon(headers: Headers, where: string): void {
  assert.equal(headers['x-content-type-options'], 'nosniff', where)
  assert.equal(headers['referrer-policy'], 'no-referrer', where)
  assert.match(String(headers['permissions-policy']), /camera=\(\)/, where)
  assert.equal(
    headers['strict-transport-security'],
    'max-age=31536000; includeSubDomains',
    `${where}: HSTS`,
  )
  for (const name of ['server', 'x-powered-by', 'access-control-allow-origin'])
    assert.equal(headers[name], undefined, `${where}: ${name}`)
}

function requireNotFramed(headers: Headers, where: string): void {
  assert.equal(headers['x-frame-options'], 'DENY', where)
  assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, where)
}

function requirePage(headers: Headers, where: string): void {
  const policy = String(headers['content-security-policy'])
  const directives = new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ')
      return [name, sources.join(' ')]
    }),
  )
  assert.equal(directives.get('default-src'), "'none'", where)
  assert.equal(directives.get('base-uri'), "'none'", where)
  assert.match(String(directives.get('script-src')), /^'self'( 'sha256-[\w+/=]+')?$/, where)
  assert.equal(directives.get('style-src'), "'self'", where)
  assert.ok(directives.has('form-action'), where)
  assert.doesNotMatch(policy, /unsafe-|\*|http:/, where)
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin', where)
  assert.equal(headers['cache-control'], 'no-store', where)
}

describe('the headers of every route', () => {
  for (const { id, method, path, cors } of ENDPOINTS) {
    for (const accept of ['text/html', 'application/json']) {
      test(`${method} ${path} for ${accept}`, async () => {
        const { headers, statusCode } = await ask(method, path, accept)
        const where = `${id} ${statusCode}`
        requireCommon(headers, where)
        if (id === 'check_session') return
        const type = String(headers['content-type'] ?? '')
        if (type.startsWith('text/html')) {
          requireNotFramed(headers, where)
          return requirePage(headers, where)
        }
        requireNotFramed(headers, where)
        assert.equal(headers['content-security-policy'], JSON_CSP, where)
        const isDocument = cors === true && statusCode === 200
        assert.equal(
          headers['cross-origin-resource-policy'],
          isDocument ? 'cross-origin' : 'same-origin',
          where,
        )
        const cache = String(headers['cache-control'])
        if (isDocument) assert.match(cache, /^public, max-age=\d+$/, where)
        else assert.equal(cache, 'no-store', where)
      })
    }
  }

  test('the frame of session management may be framed, and nothing else is different', async () => {
    const frame = ENDPOINTS.find(({ id }) => id === 'check_session')
    assert.ok(frame)
    const { headers } = await ask(frame.method, frame.path, 'text/html')
    assert.equal(headers['x-frame-options'], undefined)
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /^default-src 'none'; script-src 'self'; .*frame-ancestors \*$/)
  })

  for (const [name, method, url] of [
    ['404', 'GET', '/no-such-path'],
    ['404 of a file', 'GET', '/static/none.js'],
    ['405', 'DELETE', '/oauth/token'],
    ['a path that cannot be decoded', 'GET', '/%zz'],
  ] as const) {
    test(`${name} for people and programs`, async () => {
      for (const accept of ['text/html', 'application/json']) {
        const { headers } = await server.inject({ method, url, headers: { accept } })
        requireCommon(headers, name)
        requireNotFramed(headers, name)
        assert.equal(headers['cache-control'], 'no-store')
      }
    })
  }
})
