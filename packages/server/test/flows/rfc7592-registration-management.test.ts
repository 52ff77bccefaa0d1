import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ClientId } from '@grantd/domain'
import { createInitialAccessToken } from '@grantd/oauth'
import { ClientSite, clientKeyPair, LOOPBACK_OPEN } from '../support/client-keys.ts'
import { codeGrant, isActive, obtainTokens, refreshGrant } from '../support/flow.ts'
import { authorizeUrl, obtainCode, pkce, REDIRECT, TestServer } from '../support/server.ts'

const METADATA = {
  client_name: 'My App',
  'client_name#de': 'Meine App',
  redirect_uris: [REDIRECT],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid email',
  contacts: ['ops@app.example'],
  id_token_signed_response_alg: 'ES256',
  default_max_age: 600,
  require_auth_time: true,
  post_logout_redirect_uris: ['http://localhost:3000/bye'],
  software_id: 'app',
  software_version: '1.2',
}

let server: TestServer
before(async () => {
  server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true', ...LOOPBACK_OPEN })
})
after(() => server[Symbol.asyncDispose]())

async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  about: { token?: string; body?: unknown; on?: TestServer } = {},
) {
  const { token, body, on = server } = about
  return on.inject({
    method,
    url: url.replace(/^http:\/\/localhost:8080/, ''),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
}

const register = (changes: object = {}, on: TestServer = server) =>
  call('POST', '/connect/register', { body: { ...METADATA, ...changes }, on })

async function registered(changes: object = {}): Promise<Record<string, string>> {
  const reply = await register(changes)
  assert.equal(reply.statusCode, 201, reply.body)
  return reply.json()
}

describe('RFC 7591 §3 at /connect/register', () => {
  test('everything that was registered is echoed, with secret, token and address', async () => {
    const {
      client_id = '',
      client_secret,
      client_id_issued_at,
      registration_access_token,
      registration_client_uri,
      ...echoed
    } = await registered()
    assert.deepEqual(echoed, {
      ...METADATA,
      application_type: 'web',
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret_expires_at: 0,
    })
    assert.match(client_secret ?? '', /^gcs_/)
    assert.equal(registration_client_uri, `http://localhost:8080/connect/register/${client_id}`)
    const stored = await server.assembly.storage.clients.find(client_id as ClientId)
    assert.ok(!JSON.stringify(stored).includes(registration_access_token ?? 'x'))
    assert.equal(typeof client_id_issued_at, 'number')
  })

  test('switched off it is access_denied; by invitation it is 401 without one (T123)', async () => {
    await using closed = await TestServer.start()
    const off = await register({}, closed)
    assert.deepEqual([off.statusCode, off.json().error], [403, 'access_denied'])
    await using invited = await TestServer.start({ OAUTH2_DYNAMIC_REGISTRATION_ENABLED: 'true' })
    const stranger = await register({}, invited)
    assert.equal(stranger.statusCode, 401)
    const { services } = invited.assembly
    const wish = { uses: 1, lifetime: 60, actor: 'test' }
    const token = (await createInitialAccessToken(wish, services)).secret.reveal()
    const about = { token, body: METADATA, on: invited }
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => call('POST', '/connect/register', about)),
    )
    assert.equal(replies.filter(({ statusCode }) => statusCode === 201).length, 1) // T135
  })

  test('secrets end when the operator says so', async () => {
    await using strict = await TestServer.start({
      OAUTH2_OPEN_REGISTRATION: 'true',
      OAUTH2_REGISTRATION_SECRET_TTL_SECS: '60',
    })
    const body = {
      ...METADATA,
      redirect_uris: [],
      response_types: [],
      post_logout_redirect_uris: [],
      grant_types: ['client_credentials'],
      scope: 'read',
    }
    const { client_id, client_secret, client_secret_expires_at } = (
      await call('POST', '/connect/register', { body, on: strict })
    ).json()
    assert.equal(client_secret_expires_at, Math.floor(strict.clock.nowMs() / 1000) + 60)
    const ask = () => strict.token({ grant_type: 'client_credentials', client_id, client_secret })
    assert.equal((await ask()).statusCode, 200)
    strict.clock.advance(60)
    assert.equal((await ask()).statusCode, 401)
  })

  test('T130 a client_id of the caller’s choice is ignored', async () => {
    const { client_id } = await registered({ client_id: 'admin', client_secret: 'mine' })
    assert.match(client_id ?? '', /^client_/)
  })

  test('T125 addresses of our own network are refused, and never called', async () => {
    await using closed = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true' })
    await using site = await ClientSite.open()
    const NAMES = ['jwks_uri', 'sector_identifier_uri', 'backchannel_logout_uri', 'logo_uri']
    const URLS = [site.origin, 'https://10.0.0.1/', 'https://169.254.169.254/', 'https://[::1]/']
    for (const name of NAMES) {
      for (const url of URLS) {
        const reply = await register({ [name]: url }, closed)
        assert.deepEqual(
          [reply.statusCode, reply.json().error],
          [400, 'invalid_client_metadata'],
          `${name} ${url}`,
        )
      }
    }
    assert.equal(site.gets, 0)
  })

  test('T127 only public, distinct, strong keys, and only from one place', async () => {
    const { jwk } = await clientKeyPair()
    const weak = { kty: 'RSA', n: Buffer.alloc(128, 0xff).toString('base64url'), e: 'AQAB' }
    const SETS: readonly object[] = [
      { jwks: { keys: [{ ...jwk, d: 'AA' }] } },
      { jwks: { keys: [{ kty: 'oct', k: 'AA' }] } },
      { jwks: { keys: [jwk, jwk] } },
      { jwks: { keys: Array.from({ length: 21 }, (_, kid) => ({ ...jwk, kid: String(kid) })) } },
      { jwks: { keys: [weak] } },
      { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }] } },
      { jwks: { keys: [] } },
      { jwks: 'x' },
      { jwks: { keys: [jwk] }, jwks_uri: 'https://app.example/jwks' },
    ]
    for (const changes of SETS) {
      const reply = await register(changes)
      assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_client_metadata'])
    }
  })

  const REFUSED: readonly [string, object, string][] = [
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }, ''],
    ['what is not done', { request_object_encryption_alg: 'RSA-OAEP' }, ''],
    ['implicit tokens', { response_types: ['id_token token'] }, ''],
    ['an unknown algorithm', { id_token_signed_response_alg: 'none' }, ''],
    ['T128 a privileged scope', { scope: 'admin' }, ''],
    ['T136 a software statement', { software_statement: 'a.b.c' }, 'unapproved_software_statement'],
    [
      'T139 a script as logout address',
      { post_logout_redirect_uris: ['javascript:alert(1)'] },
      'invalid_redirect_uri',
    ],
    ['http off loopback', { backchannel_logout_uri: 'http://app.example/' }, ''],
    ['a name in disguise', { 'client_name#de': 'a\u202eb' }, ''],
    [
      'pairwise over two hosts',
      { subject_type: 'pairwise', redirect_uris: [REDIRECT, 'https://b.example/cb'] },
      '',
    ],
  ]
  for (const [name, changes, code] of REFUSED) {
    test(`refused: ${name}`, async () => {
      const reply = await register(changes)
      const error = code === '' ? 'invalid_client_metadata' : code
      assert.deepEqual([reply.statusCode, reply.json().error], [400, error])
    })
  }

  test('OIDC Registration §5: a sector identifier must list every redirect URI', async () => {
    await using site = await ClientSite.open()
    const wish = {
      subject_type: 'pairwise',
      sector_identifier_uri: `${site.origin}/sector`,
      redirect_uris: [REDIRECT, 'http://127.0.0.1:1/cb'],
    }
    assert.equal((await register(wish)).statusCode, 400)
    site.documents.set('/sector', JSON.stringify([REDIRECT]))
    assert.equal((await register(wish)).statusCode, 400)
    site.documents.set('/sector', JSON.stringify(wish.redirect_uris))
    assert.equal((await register(wish)).statusCode, 201)
  })
})

describe('RFC 7592: a client manages its registration', () => {
  test('reads it, replaces it, deletes it', async () => {
    const made = await registered()
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const read = await call('GET', uri, { token })
    assert.equal(read.statusCode, 200)
    assert.equal(read.json().client_secret, undefined)
    assert.equal(read.json().registration_access_token, token)
    assert.equal(read.json().default_max_age, 600)

    const body = { client_id: made.client_id, client_name: 'Renamed', redirect_uris: [REDIRECT] }
    const changed = await call('PUT', uri, { token, body })
    assert.equal(changed.statusCode, 200, changed.body)
    assert.deepEqual(
      [changed.json().client_name, changed.json().default_max_age],
      ['Renamed', undefined],
    )

    assert.equal((await call('DELETE', uri, { token })).statusCode, 204)
    assert.equal((await call('DELETE', uri, { token })).statusCode, 401)
    assert.equal((await call('GET', uri, { token })).statusCode, 401)
  })

  test('T134 once deleted it is nobody, what it was granted is dead, and its id is not given again', async () => {
    await using on = await TestServer.start({
      OAUTH2_OPEN_REGISTRATION: 'true',
      OAUTH2_PUBLIC_INTROSPECTION: 'true',
    })
    await on.addUser()
    const made = (await register({ token_endpoint_auth_method: 'none' }, on)).json()
    const { client_id: id, registration_client_uri: uri, registration_access_token: token } = made
    const scope = { scope: 'openid' }
    const { tokens } = await obtainTokens(on, id, scope)
    const spare = await obtainCode(on, id, scope)
    assert.equal((await call('DELETE', uri, { token, on })).statusCode, 204)
    assert.equal((await call('DELETE', uri, { token, on })).statusCode, 401)
    const refusals = [
      await on.token(codeGrant(id, spare.code, spare.verifier)),
      await on.token(refreshGrant(id, tokens.refresh_token)),
    ]
    for (const reply of refusals)
      assert.deepEqual([reply.statusCode, reply.json().error], [401, 'invalid_client'])
    assert.equal(await isActive(on, tokens.access_token), false)
    const again = (await register({ client_id: id, token_endpoint_auth_method: 'none' }, on)).json()
    assert.notEqual(again.client_id, id)
    const page = await on.inject({ url: authorizeUrl(id, pkce().challenge, scope) })
    assert.deepEqual([page.statusCode, page.headers.location], [400, undefined])
  })

  test('T132 a change is judged like a first registration', async () => {
    const made = await registered()
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const good = { client_id: made.client_id, client_name: 'A', redirect_uris: [REDIRECT] }
    const BAD: readonly object[] = [
      { ...good, client_id: 'other' },
      { ...good, client_secret: 'mine' },
      { ...good, registration_access_token: token },
      { ...good, client_secret_expires_at: 0 },
      { ...good, scope: 'admin' },
      { ...good, redirect_uris: { 0: REDIRECT } },
      { ...good, jwks: { keys: {} } },
      [],
    ]
    for (const body of BAD) assert.equal((await call('PUT', uri, { token, body })).statusCode, 400)
    assert.equal((await call('GET', uri, { token })).json().client_name, 'My App')
  })

  test('T193 of sixteen changes at once each is whole: none is mixed of two', async () => {
    const made = await registered()
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const change = (n: number) => ({
      client_id: made.client_id,
      client_name: `Name ${n}`,
      client_uri: `https://app.example/${n}`,
      redirect_uris: [`https://app.example/cb/${n}`],
    })
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, n) => call('PUT', uri, { token, body: change(n) })),
    )
    for (const [n, reply] of replies.entries()) {
      assert.equal(reply.statusCode, 200, reply.body)
      assert.equal(reply.json().client_name, `Name ${n}`, 'who changed it is told the own change')
    }
    const last = (await call('GET', uri, { token })).json()
    const n = Number(/\d+/.exec(last.client_name)?.[0])
    assert.deepEqual(last.redirect_uris, change(n).redirect_uris)
    assert.equal(last.client_uri, change(n).client_uri)
  })

  test('another authentication method brings a secret, or takes it away', async () => {
    const made = await registered({ token_endpoint_auth_method: 'none' })
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const body = { client_id: made.client_id, client_name: 'A', redirect_uris: [REDIRECT] }
    const confidential = await call('PUT', uri, { token, body })
    assert.match(confidential.json().client_secret, /^gcs_/)
    await call('PUT', uri, { token, body: { ...body, token_endpoint_auth_method: 'none' } })
    const stored = await server.assembly.storage.clients.find(made.client_id as ClientId)
    assert.equal(stored?.secretHash, undefined)
  })

  test('T131 a token tried on another client is 401 and dead', async () => {
    const a = await registered()
    const b = await registered()
    const token = a.registration_access_token ?? ''
    const foreign = await call('GET', b.registration_client_uri ?? '', { token })
    assert.deepEqual([foreign.statusCode, foreign.json().error], [401, 'invalid_token'])
    assert.equal((await call('GET', a.registration_client_uri ?? '', { token })).statusCode, 401)
    const other = { token: b.registration_access_token ?? '' }
    assert.equal((await call('GET', b.registration_client_uri ?? '', other)).statusCode, 200)
  })

  test('T133 a disabled client cannot help itself', async () => {
    const made = await registered()
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const id = made.client_id as ClientId
    await server.assembly.services.clients.for(id).update({
      id,
      change: (client) => ({ ...client, isEnabled: false }),
      action: 'client.updated',
      actor: 'test',
    })
    const body = { client_id: id, client_name: 'A', redirect_uris: [REDIRECT] }
    assert.equal((await call('PUT', uri, { token, body })).statusCode, 403)
    assert.equal((await call('DELETE', uri, { token })).statusCode, 403)
  })

  test('without a token, and at paths that are none, nothing is told', async () => {
    const { registration_client_uri: uri = '' } = await registered()
    const bare = await call('GET', uri)
    assert.match(String(bare.headers['www-authenticate']), /^Bearer/)
    assert.equal(bare.statusCode, 401)
    for (const path of ['/connect/register/*', '/connect/register/a/b', '/connect/register/%61'])
      assert.equal((await call('GET', path)).statusCode, 404, path)
  })
})
