import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TestServer } from '../support/server.ts'

const SEED = {
  client_name: 'My App',
  redirect_uris: ['http://localhost:3000/callback'],
  grant_types: ['authorization_code'],
  scope: 'read write',
}

const register = (server: TestServer, body: unknown, headers: Record<string, string> = {}) =>
  server.inject({
    method: 'POST',
    url: '/clients/register',
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  })

describe('RFC 7591 registration at /clients/register', () => {
  test('T123 closed by default: 401 with a Bearer challenge', async () => {
    await using server = await TestServer.start()
    const reply = await register(server, SEED)
    assert.equal(reply.statusCode, 401)
    assert.match(String(reply.headers['www-authenticate']), /^Bearer/)
  })

  test('the example of the quick start registers where registration is open', async () => {
    await using server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true' })
    const reply = await register(server, SEED)
    assert.equal(reply.statusCode, 201)
    const body = reply.json()
    assert.ok(body.client_id && body.client_secret)
    assert.equal(body.client_secret_expires_at, 0)
    assert.deepEqual(body.redirect_uris, SEED.redirect_uris)
    const stored = await server.assembly.storage.clients.find(body.client_id)
    assert.notEqual(stored?.secretHash, body.client_secret)
    assert.equal(stored?.registeredBy, 'self')
  })

  test('a public client gets no secret', async () => {
    await using server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true' })
    const body = (await register(server, { ...SEED, token_endpoint_auth_method: 'none' })).json()
    assert.equal(body.client_secret, undefined)
  })

  for (const [why, change, code] of [
    ['T128 a privileged scope', { scope: 'read admin' }, 'invalid_client_metadata'],
    ['an unknown grant', { grant_types: ['password'] }, 'invalid_client_metadata'],
    [
      'T124 http off loopback',
      { redirect_uris: ['http://app.example/cb'] },
      'invalid_redirect_uri',
    ],
    ['T124 a fragment', { redirect_uris: ['https://app.example/#x'] }, 'invalid_redirect_uri'],
    ['T124 a javascript URI', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['T124 no redirect URI', { redirect_uris: [] }, 'invalid_redirect_uri'],
    [
      'T124 a thousand redirect URIs',
      { redirect_uris: Array(1_000).fill('https://a.example/') },
      'invalid_client_metadata',
    ],
    ['T124 members that are no strings', { redirect_uris: [1, null] }, 'invalid_client_metadata'],
    ['an unknown auth method', { token_endpoint_auth_method: 'magic' }, 'invalid_client_metadata'],
    [
      'T129 a name with bidirectional controls',
      { client_name: 'a\u202eb' },
      'invalid_client_metadata',
    ],
    ['no name', { client_name: '' }, 'invalid_client_metadata'],
  ] as const) {
    test(`${why} is refused`, async () => {
      await using server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true' })
      const reply = await register(server, { ...SEED, ...change })
      assert.equal(reply.statusCode, 400)
      assert.equal(reply.json().error, code)
    })
  }

  test('T130 a client_id of the caller is ignored', async () => {
    await using server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true' })
    const body = (await register(server, { ...SEED, client_id: '__proto__' })).json()
    assert.match(body.client_id, /^client_/)
  })

  test('T35 a form body is 415', async () => {
    await using server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true' })
    assert.equal((await server.form('/clients/register', { client_name: 'x' })).statusCode, 415)
  })
})
