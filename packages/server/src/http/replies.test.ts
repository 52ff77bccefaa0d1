import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { OAuthError, StorageError } from '@grantd/domain'
import { createAccessLog } from './hooks/access-log.ts'
import { endpoint, FORM, fixture, loginPage, tokenEndpoint } from './http-fixture.ts'

const login = endpoint(
  { path: '/login', caller: 'session' },
  {
    kind: 'page',
    status: 200,
    page: loginPage,
    formAction: ['https://app.example', 'x; script-src *'],
  },
)
const submit = endpoint({ path: '/login', method: 'POST', caller: 'session' }, (input) => ({
  kind: 'redirect',
  location: input.signedIn === undefined ? '/login' : '/profile',
  cookies: [{ name: 'session', value: 'id.secret', maxAge: 60 }],
}))
const keys = endpoint(
  { path: '/jwks', cors: true },
  { kind: 'document', body: Buffer.from('{}'), etag: '"k"', maxAge: 300 },
)

describe('headers', () => {
  test('JSON is never stored, and says so with every protection', async () => {
    const { app } = fixture([tokenEndpoint])
    const payload = 'client_id=known'
    const { headers } = await app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: FORM,
      payload,
    })
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers.pragma, 'no-cache')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains')
    assert.equal(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'")
    assert.equal(headers.server, undefined)
    assert.equal(headers['x-powered-by'], undefined)
  })

  test('pages allow forms only where they say, and a source cannot end the directive', async () => {
    const { app } = fixture([login])
    const { headers } = await app.inject({ url: '/login' })
    const csp = String(headers['content-security-policy'])
    assert.match(csp, /^default-src 'none'; style-src 'self'/)
    assert.match(csp, /form-action 'self' https:\/\/app\.example$/)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['cross-origin-opener-policy'], undefined)
  })

  test('HSTS is for https issuers only', async () => {
    const { app } = fixture([login], { settings: { isSecure: false } })
    const { headers } = await app.inject({ url: '/login' })
    assert.equal(headers['strict-transport-security'], undefined)
  })

  test('documents are public, have an ETag and answer 304', async () => {
    const { app } = fixture([keys])
    const first = await app.inject({ url: '/jwks' })
    assert.equal(first.headers['cache-control'], 'public, max-age=300')
    assert.equal(first.headers['access-control-allow-origin'], undefined)
    for (const value of ['"k"', 'W/"k"', '"a", "k"', '*']) {
      const again = await app.inject({ url: '/jwks', headers: { 'if-none-match': value } })
      assert.equal(again.statusCode, 304)
      assert.equal(again.body, '')
    }
  })
})

describe('cookies', () => {
  test('a form page gives a new browser its cookie, once', async () => {
    const { app, inputs } = fixture([login])
    const set = String((await app.inject({ url: '/login' })).headers['set-cookie'])
    assert.match(set, /^__Host-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
    const cookie = set.split(';')[0] as string
    const again = await app.inject({ url: '/login', headers: { cookie } })
    assert.equal(again.headers['set-cookie'], undefined)
    assert.equal(inputs[0]?.request.browser, inputs[1]?.request.browser)
  })

  test('the session is found by its cookie and set with its age', async () => {
    const { app } = fixture([submit])
    const headers = { ...FORM, cookie: 'a=b; __Host-sid=live' }
    const answer = await app.inject({ method: 'POST', url: '/login', headers })
    assert.equal(answer.statusCode, 303)
    assert.equal(answer.headers.location, '/profile')
    assert.equal(
      answer.headers['set-cookie'],
      '__Host-sid=id.secret; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure',
    )
  })

  for (const cookie of [
    '__Host-sid=live; __Host-sid=x',
    'sid=live',
    '__Host-sid="live"',
    '__host-sid=live',
  ]) {
    test(`T166 ${cookie} is nobody's session`, async () => {
      const { app } = fixture([submit])
      const headers = { ...FORM, cookie }
      const answer = await app.inject({ method: 'POST', url: '/login', headers })
      assert.equal(answer.headers.location, '/login')
    })
  }

  for (const [name, value] of [
    ['origin', 'https://evil.example'],
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
  ] as const) {
    test(`T150 a form with ${name}: ${value} is refused with 403`, async () => {
      const { app, inputs } = fixture([submit])
      const headers = { ...FORM, [name]: value }
      assert.equal((await app.inject({ method: 'POST', url: '/login', headers })).statusCode, 403)
      assert.equal(inputs.length, 0)
    })
  }

  test('our own pages post with Origin null, since they send no referrer', async () => {
    const { app } = fixture([submit])
    const headers = { ...FORM, origin: 'null', 'sec-fetch-site': 'same-origin' }
    assert.equal((await app.inject({ method: 'POST', url: '/login', headers })).statusCode, 303)
  })
})

describe('errors', () => {
  const failing = (thrown: unknown) =>
    endpoint({ path: '/oauth/token', method: 'POST' }, async () => {
      throw thrown
    })
  const busy = Object.assign(new Error('canary'), { code: 'mailbox_full' })
  const cases: readonly [unknown, number, string][] = [
    [new OAuthError('invalid_grant', 'no'), 400, 'invalid_grant'],
    [new OAuthError('access_denied', 'no'), 403, 'access_denied'],
    [new OAuthError('insufficient_scope', 'no'), 403, 'insufficient_scope'],
    [new OAuthError('too_many_requests', 'no', { retryAfter: 7 }), 429, 'too_many_requests'],
    [new OAuthError('method_not_allowed', 'no'), 405, 'invalid_request'],
    [new StorageError('conflict', { message: 'canary' }), 400, 'invalid_request'],
    [new StorageError('unavailable', { message: 'canary' }), 503, 'temporarily_unavailable'],
    [new StorageError('unknown', { message: 'canary' }), 503, 'temporarily_unavailable'],
    [new StorageError('corrupt', { message: 'canary' }), 500, 'server_error'],
    [busy, 503, 'temporarily_unavailable'],
    [new TypeError('canary'), 500, 'server_error'],
    ['canary', 500, 'server_error'],
    [undefined, 500, 'server_error'],
  ]
  for (const [thrown, status, code] of cases) {
    test(`T226 ${String(thrown)} answers ${status} ${code} without its cause`, async () => {
      const { app, log } = fixture([failing(thrown)])
      const answer = await app.inject({ method: 'POST', url: '/oauth/token', headers: FORM })
      assert.equal(answer.statusCode, status)
      assert.equal(answer.json().error, code)
      assert.doesNotMatch(answer.body + JSON.stringify(answer.headers), /canary/)
      assert.equal(log.length, status >= 500 ? 1 : 0)
      if (status === 503) assert.equal(answer.headers['retry-after'], '1')
      if (status === 429) assert.equal(answer.headers['retry-after'], '7')
    })
  }

  test('T36 a refused client is challenged, and its handler never runs', async () => {
    const { app, inputs } = fixture([tokenEndpoint])
    const answer = await app.inject({ method: 'POST', url: '/oauth/token', headers: FORM })
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.headers['www-authenticate'], 'Basic realm="grantd"')
    assert.equal(inputs.length, 0)
  })

  test('a bad token is challenged as RFC 6750 §3 says', async () => {
    const { app } = fixture([failing(new OAuthError('invalid_token', 'the "token" expired'))])
    const answer = await app.inject({ method: 'POST', url: '/oauth/token', headers: FORM })
    assert.equal(answer.statusCode, 401)
    assert.equal(
      answer.headers['www-authenticate'],
      `Bearer realm="grantd", error="invalid_token", error_description="the 'token' expired"`,
    )
  })

  test('people get a page with an id that the log line has too', async () => {
    const broken = endpoint({ path: '/login', caller: 'session' }, () => {
      throw new Error('canary')
    })
    const { app, log } = fixture([broken])
    const answer = await app.inject({ url: '/login' })
    assert.equal(answer.statusCode, 500)
    assert.match(String(answer.headers['content-type']), /^text\/html/)
    assert.doesNotMatch(answer.body, /canary/)
    assert.ok(answer.body.includes(String(log[0]?.fields.request_id)))
  })

  test('a page that cannot be drawn still becomes an answer', async () => {
    const renderPage = (): never => {
      throw new Error('canary')
    }
    const { app } = fixture([login], { renderPage })
    const answer = await app.inject({ url: '/login' })
    assert.equal(answer.statusCode, 500)
    assert.equal(answer.json().error, 'server_error')
  })
})

describe('access log', () => {
  test('of several workers each line names the process, in JSON and for people', async () => {
    const lines: string[] = []
    const target = { write: (line: string) => void lines.push(line) }
    for (const format of ['json', 'pretty'] as const) {
      const accessLog = createAccessLog({ format, target, pid: 4711 })
      await fixture([tokenEndpoint], { accessLog }).app.inject({ url: '/oauth/token' })
    }
    assert.equal(JSON.parse(lines[0] ?? '').pid, 4711)
    assert.match(lines[1] ?? '', / {2}pid=4711\n$/)
  })

  test('standard output gets every line in whole pieces, also when the process exits at once', async () => {
    const module = new URL('./hooks/access-log.ts', import.meta.url).href
    const script = `
      const { createAccessLog } = await import(${JSON.stringify(module)})
      const log = createAccessLog({ pid: 7 })
      const entry = { method: 'GET', status: 200, ms: 1, ip: '::1', bytes: 2 }
      for (let n = 0; n < Number(process.argv[2]); n++) log.write({ ...entry, requestId: String(n), path: '/ä"' + n })
      if (process.argv[1] === 'flush') await log.flush()
      process.exit()`
    // At exit only what no write is under way with is sure to arrive.
    for (const [way, count] of [
      ['flush', 100],
      ['exit', 20],
    ] as const) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...['--input-type=module', '-e', script, way, String(count)],
      ])
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      assert.deepEqual(
        lines.map(({ request_id: id, path }) => [id, path]),
        Array.from({ length: count }, (_, n) => [String(n), `/ä"${n}`]),
        way,
      )
    }
  })

  test('T34 T223 T225 one line a request, with our id and without the query', async () => {
    const lines: string[] = []
    const accessLog = createAccessLog({
      target: { write: (line: string) => void lines.push(line) },
    })
    const { app } = fixture([tokenEndpoint], { accessLog })
    const headers = { 'x-request-id': 'canary'.repeat(1_000) }
    await app.inject({ url: '/oauth/token?client_secret=canary', headers })
    assert.equal(lines.length, 1)
    const line = JSON.parse(lines[0] as string)
    assert.equal(line.path, '/oauth/token')
    assert.equal(line.status, 405)
    assert.match(line.request_id, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.doesNotMatch(lines[0] as string, /canary/)
  })
})
