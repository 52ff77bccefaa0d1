import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { OPEN, register, SEED } from '../support/registration.ts'
import { REDIRECT, TestServer } from '../support/server.ts'

describe('RFC 7591 registration at /clients/register', () => {
  test('T123 closed by default: 401 with a Bearer challenge, and nothing is stored', async () => {
    await using server = await TestServer.start()
    const reply = await register(server, SEED)
    assert.equal(reply.statusCode, 401)
    assert.equal(reply.json().error, 'invalid_token')
    // RFC 6750 §3: no error where no token was shown.
    assert.match(String(reply.headers['www-authenticate']), /^Bearer realm="[^"]+"$/)
    assert.deepEqual(await server.assembly.storage.clients.list({ limit: 9 }), [])
  })

  test('without a name the client is called by its id (RFC 7591 §2)', async () => {
    await using server = await TestServer.start(OPEN)
    const { client_name: _, ...nameless } = SEED
    const body = (await register(server, nameless)).json()
    assert.equal(body.client_name, body.client_id)
    assert.equal((await register(server, { ...SEED, client_name: 7 })).statusCode, 400)
    assert.equal((await register(server, { ...SEED, client_name: ' ' })).statusCode, 400)
  })

  test('the example of the quick start registers where registration is open', async () => {
    await using server = await TestServer.start(OPEN)
    const reply = await register(server, SEED)
    assert.equal(reply.statusCode, 201)
    assert.equal(reply.headers['cache-control'], 'no-store')
    const body = reply.json()
    assert.ok(body.client_id && body.client_secret)
    assert.equal(body.client_secret_expires_at, 0)
    assert.deepEqual(body.redirect_uris, SEED.redirect_uris)
    const stored = await server.assembly.storage.clients.find(body.client_id)
    assert.doesNotMatch(JSON.stringify(stored), new RegExp(body.client_secret))
    assert.equal(stored?.registeredBy, 'self')
  })

  test('a public client gets no secret', async () => {
    await using server = await TestServer.start(OPEN)
    const body = (await register(server, { ...SEED, token_endpoint_auth_method: 'none' })).json()
    assert.ok(body.client_id)
    assert.equal(body.client_secret, undefined)
  })
})

describe('RFC 7591 §3.2.2 metadata that is not acceptable', () => {
  let open: TestServer
  before(async () => {
    open = await TestServer.start(OPEN)
  })
  after(() => open[Symbol.asyncDispose]())

  const uri = (...redirect_uris: unknown[]) => ({ redirect_uris })
  for (const [why, change, code] of [
    ['T128 a privileged scope', { scope: 'read admin' }, 'invalid_client_metadata'],
    ['T128 a privileged scope in another case', { scope: 'ADMIN:x' }, 'invalid_client_metadata'],
    ['T128 an unknown grant', { grant_types: ['pässword"'] }, 'invalid_client_metadata'],
    ['T128 no grant', { grant_types: [] }, 'invalid_client_metadata'],
    ['T128 response_type token', { response_types: ['token'] }, 'invalid_client_metadata'],
    [
      'T37 T127 an auth method that is not offered',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } },
      'invalid_client_metadata',
    ],
    ['T124 http off loopback', uri('http://app.example/cb'), 'invalid_redirect_uri'],
    ['T124 localhost as a prefix', uri('http://localhost.evil/cb'), 'invalid_redirect_uri'],
    ['T124 a wildcard', uri('https://*.example/cb'), 'invalid_redirect_uri'],
    ['T124 user information', uri('https://a@app.example/'), 'invalid_redirect_uri'],
    ['T124 a fragment', uri('https://app.example/#x'), 'invalid_redirect_uri'],
    ['T7 T124 a javascript URI', uri('JaVaScRiPt:alert(1)'), 'invalid_redirect_uri'],
    ['T124 a scheme without a dot', uri('myapp:/cb'), 'invalid_redirect_uri'],
    ['T124 a scheme of dots', uri('a..b:/cb'), 'invalid_redirect_uri'],
    ['T124 one bad URI among good ones', uri(REDIRECT, 'data:x'), 'invalid_redirect_uri'],
    ['T124 no redirect URI', uri(), 'invalid_redirect_uri'],
    ['T124 a thousand', uri(...Array(1_000).fill(REDIRECT)), 'invalid_client_metadata'],
    ['T124 members that are no strings', uri(1, null, {}), 'invalid_client_metadata'],
    ['T124 a list that is none', { redirect_uris: { 0: REDIRECT } }, 'invalid_client_metadata'],
    ['T125 a logo that is no web address', { logo_uri: 'file:///x' }, 'invalid_client_metadata'],
    [
      'T129 a name with bidirectional controls',
      { client_name: 'a\u202eb' },
      'invalid_client_metadata',
    ],
    ['T129 a name of 10 KB', { client_name: 'n'.repeat(10_240) }, 'invalid_client_metadata'],
    ['T129 half a surrogate pair in a name', { client_name: 'a\ud800' }, 'invalid_client_metadata'],
    [
      'T129 half a surrogate pair in an address',
      { client_uri: 'https://a.example/\ud800' },
      'invalid_client_metadata',
    ],
    ['T129 half a surrogate pair in a list', { contacts: ['\ud800'] }, 'invalid_client_metadata'],
    ['no name', { client_name: '' }, 'invalid_client_metadata'],
    ['a name that is no text', { client_name: { toString: 1 } }, 'invalid_client_metadata'],
  ] as const) {
    test(`${why} is refused`, async () => {
      const reply = await register(open, { ...SEED, ...change })
      assert.equal(reply.statusCode, 400)
      assert.equal(reply.json().error, code)
      assert.match(reply.json().error_description, /^[\x20-\x7E]+$/, 'RFC 7591 §3.2.2: ASCII')
      assert.deepEqual(await open.assembly.storage.clients.list({ limit: 9 }), [])
    })
  }
})

describe('what RFC 7591 leaves to the server', () => {
  test('T124 T183 bodies that are no JSON object are 400, other types 415', async () => {
    await using server = await TestServer.start(OPEN)
    for (const body of [null, [], 'text', 1, [SEED]]) {
      assert.equal((await register(server, body)).statusCode, 400)
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      const reply = await register(server, SEED, { 'content-type': type })
      assert.equal(reply.statusCode, 415, type)
    }
  })

  test('T136 a software statement is refused: no issuer of them is trusted', async () => {
    await using server = await TestServer.start(OPEN)
    const reply = await register(server, { ...SEED, software_statement: 'a.b.c' })
    assert.deepEqual([reply.statusCode, reply.json().error], [400, 'unapproved_software_statement'])
  })

  test('T130 T186 what only the server decides is ignored', async () => {
    await using server = await TestServer.start(OPEN)
    const first = (await register(server, SEED)).json()
    const reply = await register(server, {
      ...SEED,
      client_id: first.client_id,
      client_secret: 'mine',
      registeredBy: 'operator',
      isEnabled: false,
      secretHash: 'x',
      createdAt: 0,
      version: 9,
    })
    assert.equal(reply.statusCode, 201)
    const body = reply.json()
    assert.match(body.client_id, /^client_/)
    assert.notEqual(body.client_id, first.client_id)
    assert.notEqual(body.client_secret, 'mine')
    const stored = await server.assembly.storage.clients.find(body.client_id)
    assert.equal(stored?.registeredBy, 'self')
    assert.equal(stored?.isEnabled, true)
    assert.equal(stored?.version, 1)
  })
})
