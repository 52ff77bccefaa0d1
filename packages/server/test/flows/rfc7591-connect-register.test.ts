import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ClientId } from '@grantd/domain'
import { createInitialAccessToken } from '@grantd/oauth'
import { ClientSite, clientKeyPair, LOOPBACK_OPEN } from '../support/client-keys.ts'
import { connectRegister, METADATA } from '../support/connect-register.ts'
import { REDIRECT, TestServer } from '../support/server.ts'

let server: TestServer
before(async () => {
  server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true', ...LOOPBACK_OPEN })
})
after(() => server[Symbol.asyncDispose]())

const { call, register, registered } = connectRegister(() => server)

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
