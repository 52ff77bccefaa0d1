import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endpoint, FORM, fixture, loginPage, tokenEndpoint } from './http-fixture.ts'

const login = endpoint(
  { path: '/login', caller: 'session' },
  { kind: 'page', status: 200, page: loginPage },
)
const asset = { body: Buffer.from('p{}'), contentType: 'text/css; charset=utf-8', etag: '"5f"' }

describe('methods', () => {
  for (const method of ['GET', 'PUT', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const) {
    test(`T34 T182 ${method} on a post endpoint answers 405 with Allow`, async () => {
      const { app, inputs } = fixture([tokenEndpoint])
      const url = '/oauth/token?client_secret=canary'
      const answer = await app.inject({ method: method as 'GET', url })
      assert.equal(answer.statusCode, 405)
      assert.equal(answer.headers.allow, 'POST')
      assert.equal(inputs.length, 0)
    })
  }

  test('T182 X-HTTP-Method-Override is not heard', async () => {
    const { app, inputs } = fixture([tokenEndpoint])
    const headers = { 'x-http-method-override': 'POST' }
    assert.equal((await app.inject({ url: '/oauth/token', headers })).statusCode, 405)
    assert.equal(inputs.length, 0)
  })

  test('HEAD on a page answers without running its handler', async () => {
    const { app, inputs } = fixture([login])
    const answer = await app.inject({ method: 'HEAD', url: '/login' })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['set-cookie'], undefined)
    assert.equal(inputs.length, 0)
  })

  test('GET and POST of one path are both allowed and named', async () => {
    const { app } = fixture([login, endpoint({ path: '/login', method: 'POST' })])
    const answer = await app.inject({ method: 'DELETE', url: '/login' })
    assert.equal(answer.headers.allow, 'GET, HEAD, POST')
    assert.equal(
      (await app.inject({ method: 'POST', url: '/login', headers: FORM })).statusCode,
      200,
    )
  })
})

describe('paths', () => {
  for (const path of [
    '//login',
    '/%6cogin',
    '/login%2f',
    '/Login',
    '/login;a',
    '/login.',
    '/login/',
    '/login/login',
    '/metrics',
    '/static',
  ]) {
    test(`T181 ${path} is not found`, async () => {
      const { app, inputs } = fixture([login])
      const answer = await app.inject({ url: path })
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.json().error, 'not_found')
      assert.equal(inputs.length, 0)
    })
  }

  for (const path of ['/%zz', '/login%', '/static/%e0%a4%a']) {
    test(`${path} cannot be decoded, and is refused like anything else`, async () => {
      const { app, inputs } = fixture([login])
      const answer = await app.inject({ url: path })
      assert.equal(answer.statusCode, 400)
      assert.deepEqual(answer.json(), {
        error: 'invalid_request',
        error_description: 'the path is not valid percent-encoding',
      })
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
      assert.equal(inputs.length, 0)
      const page = await app.inject({ url: path, headers: { accept: 'text/html' } })
      assert.match(String(page.headers['content-type']), /^text\/html/)
    })
  }

  test('404 is a page for people', async () => {
    const { app } = fixture([login])
    const answer = await app.inject({ url: '/nowhere', headers: { accept: 'text/html,*/*;q=0.8' } })
    assert.equal(answer.statusCode, 404)
    assert.match(String(answer.headers['content-type']), /^text\/html/)
  })
})

describe('static files', () => {
  const assets = { find: (path: string) => (path === '/static/a.5f.css' ? asset : undefined) }

  test('are cached for good', async () => {
    const { app } = fixture([login], { assets })
    const answer = await app.inject({ url: '/static/a.5f.css' })
    assert.equal(answer.body, 'p{}')
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
    const again = await app.inject({
      url: '/static/a.5f.css',
      headers: { 'if-none-match': '"5f"' },
    })
    assert.equal(again.statusCode, 304)
  })

  for (const path of ['..%2fa', '%5c', '.env', 'a.5f.css.map', '', '../a', 'a.5f%2ecss']) {
    test(`T222 /static/${path} is not found`, async () => {
      const { app } = fixture([login], { assets })
      assert.equal((await app.inject({ url: `/static/${path}` })).statusCode, 404)
    })
  }
})
