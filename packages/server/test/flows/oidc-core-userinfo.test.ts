import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import { ADA, addAda, authorize, OPENID_CLIENT, redeem } from '../support/openid.ts'
import { authorizeUrl, Browser, ISSUER, pkce, TestServer } from '../support/server.ts'

let server: TestServer
let client: { id: string; secret: string }
let userId: string
before(async () => {
  server = await TestServer.start()
  userId = await addAda(server)
  client = await server.addClient(OPENID_CLIENT)
})
after(() => server[Symbol.asyncDispose]())

async function accessToken(
  extra: Record<string, string>,
  of: { id: string; secret: string } = client,
): Promise<string> {
  const answer = await authorize(new Browser(server), of.id, extra)
  return (await redeem(server, of, answer)).access_token ?? ''
}

const get = (authorization: string, query = '') =>
  server.inject({ url: `/oauth/userinfo${query}`, headers: { authorization } })

describe('OIDC Core §5.4: what each scope tells', () => {
  const { email_verified, phone_number, phone_number_verified, address, ...profile } = ADA
  const CASES: readonly [string, object][] = [
    ['openid', {}],
    ['openid email', { email: 'ada@example.test', email_verified }],
    ['openid phone', { phone_number, phone_number_verified }],
    ['openid address', { address }],
  ]
  for (const [scope, claims] of CASES) {
    test(scope, async () => {
      const reply = await get(`Bearer ${await accessToken({ scope })}`)
      assert.deepEqual(reply.json(), { sub: userId, ...claims })
    })
  }

  test('openid profile', async () => {
    const reply = await get(`Bearer ${await accessToken({ scope: 'openid profile' })}`)
    const { updated_at, ...claims } = reply.json()
    assert.deepEqual(claims, { sub: userId, ...profile })
    assert.equal(typeof updated_at, 'number')
  })

  test('what is not known is left out; a name is the account’s where no other is set', async () => {
    await server.addUser('bob')
    const answer = await authorize(
      new Browser(server),
      client.id,
      { scope: 'openid profile email phone address' },
      'bob',
    )
    const { access_token } = await redeem(server, client, answer)
    const { sub, updated_at, ...claims } = (await get(`Bearer ${access_token}`)).json()
    assert.deepEqual(claims, { preferred_username: 'bob' })
  })
})

describe('OIDC Core §5.3.1, RFC 6750: how it is asked', () => {
  test('POST with the header, and with the token in the form', async () => {
    const token = await accessToken({ scope: 'openid' })
    const byHeader = await server.inject({
      method: 'POST',
      url: '/oauth/userinfo',
      headers: { authorization: `Bearer ${token}` },
    })
    const byForm = await server.form('/oauth/userinfo', { access_token: token })
    assert.deepEqual([byHeader.json(), byForm.json()], [{ sub: userId }, { sub: userId }])
    assert.match(String(byForm.headers['content-type']), /^application\/json/)
    assert.equal(byForm.headers['cache-control'], 'no-store')
  })

  test('RFC 6750 §3.1: without a token the challenge names no error', async () => {
    const reply = await server.inject({ url: '/oauth/userinfo' })
    assert.equal(reply.statusCode, 401)
    assert.equal(reply.headers['www-authenticate'], 'Bearer realm="grantd"')
  })

  test('T88 a token in the query is not looked at', async () => {
    const token = await accessToken({ scope: 'openid' })
    const reply = await server.inject({ url: `/oauth/userinfo?access_token=${token}` })
    assert.equal(reply.statusCode, 401)
  })

  test('T89 two tokens are invalid_request', async () => {
    const token = await accessToken({ scope: 'openid' })
    const reply = await server.form(
      '/oauth/userinfo',
      { access_token: token },
      { authorization: `Bearer ${token}` },
    )
    assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_request'])
  })

  test('T90 a header that parsers could read in two ways is invalid_token', async () => {
    const token = await accessToken({ scope: 'openid' })
    for (const header of [
      `Bearer\t${token}`,
      `Bearer  ${token}`,
      `Bearer ${token}, Bearer ${token}`,
      `DPoP ${token}`,
    ]) {
      const reply = await get(header)
      assert.deepEqual([reply.statusCode, reply.json().error], [401, 'invalid_token'], header)
      assert.match(String(reply.headers['www-authenticate']), /^Bearer .*error="invalid_token"/)
    }
  })

  test('T91 a token without openid, or of a client alone, is insufficient_scope', async () => {
    const service = await server.addClient({
      ...OPENID_CLIENT,
      grant_types: ['client_credentials'],
      response_types: [],
    })
    const { access_token } = (
      await server.token({
        grant_type: 'client_credentials',
        scope: 'read',
        client_id: service.id,
        client_secret: service.secret,
      })
    ).json()
    for (const token of [access_token, await accessToken({ scope: 'read' })]) {
      const reply = await get(`Bearer ${token}`)
      assert.deepEqual([reply.statusCode, reply.json().error], [403, 'insufficient_scope'])
    }
  })

  test('T93 the token of a disabled user is invalid_token', async () => {
    await server.addUser('eve')
    const answer = await authorize(new Browser(server), client.id, {}, 'eve')
    const { access_token } = await redeem(server, client, answer)
    const { storage } = server.assembly.services
    const eve = await storage.users.findByLogin('eve')
    assert.ok(eve)
    await storage.commit([{ kind: 'user.update', user: { ...eve, isEnabled: false, version: 2 } }])
    assert.equal((await get(`Bearer ${access_token}`)).statusCode, 401)
  })
})

describe('OIDC Core §5.3.2: signed and encrypted answers', () => {
  test('userinfo_signed_response_alg: a JWT with iss and aud', async () => {
    const own = await server.addClient({ ...OPENID_CLIENT, userinfo_signed_response_alg: 'ES256' })
    const reply = await get(`Bearer ${await accessToken({ scope: 'openid email' }, own)}`)
    assert.equal(reply.headers['content-type'], 'application/jwt')
    const keys = (await server.inject({ url: '/.well-known/jwks.json' })).json()
    const { payload } = await jose.jwtVerify(reply.body, jose.createLocalJWKSet(keys), {
      issuer: ISSUER,
      audience: own.id,
      currentDate: new Date(server.clock.nowMs()),
    })
    assert.deepEqual([payload.sub, payload.email], [userId, 'ada@example.test'])
  })

  for (const algorithm of ['RSA-OAEP-256', 'ECDH-ES'] as const) {
    test(`userinfo_encrypted_response_alg ${algorithm}: opens with the client’s key alone`, async () => {
      const pair = await jose.generateKeyPair(algorithm, { extractable: true })
      const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid: 'e', use: 'enc' }
      const own = await server.addClient({
        ...OPENID_CLIENT,
        userinfo_signed_response_alg: 'ES256',
        userinfo_encrypted_response_alg: algorithm,
        jwks: { keys: [jwk] },
      })
      const reply = await get(`Bearer ${await accessToken({ scope: 'openid' }, own)}`)
      assert.equal(reply.headers['content-type'], 'application/jwt')
      const opened = await jose.compactDecrypt(reply.body, pair.privateKey)
      assert.deepEqual(
        [opened.protectedHeader.enc, opened.protectedHeader.cty],
        ['A128CBC-HS256', 'JWT'],
      )
      assert.equal(jose.decodeJwt(Buffer.from(opened.plaintext).toString()).sub, userId)
    })
  }
})

describe('OIDC Core §5.5: the claims parameter', () => {
  test('asks for single claims, in userinfo and in the ID token', async () => {
    const claims = JSON.stringify({
      userinfo: { given_name: { essential: true }, email: null, unknown: null },
      id_token: { email_verified: { essential: true }, auth_time: null, name: { value: 'Ada' } },
    })
    const answer = await authorize(new Browser(server), client.id, { scope: 'openid', claims })
    const tokens = await redeem(server, client, answer)
    const idToken = jose.decodeJwt(tokens.id_token ?? '')
    assert.deepEqual([idToken.email_verified, idToken.name], [true, 'Ada Lovelace'])
    assert.equal(idToken.email, undefined)
    assert.deepEqual((await get(`Bearer ${tokens.access_token}`)).json(), {
      sub: userId,
      given_name: 'Ada',
      email: 'ada@example.test',
    })
  })

  test('is shown on the consent page as the scope that covers it, and never tells more than that', async () => {
    const small = await server.addClient({ ...OPENID_CLIENT, scope: 'openid email' })
    const claims = JSON.stringify({ userinfo: { email: null, phone_number: null } })
    const browser = new Browser(server)
    await browser.signIn()
    const page = await browser.get(
      authorizeUrl(small.id, pkce().challenge, { scope: 'openid', claims }),
    )
    assert.match(page.body, /See your e-mail address/)
    assert.doesNotMatch(page.body, /See your phone/)
    const token = await accessToken({ scope: 'openid', claims }, small)
    assert.deepEqual((await get(`Bearer ${token}`)).json(), {
      sub: userId,
      email: 'ada@example.test',
    })
  })

  const BROKEN: readonly [string, string][] = [
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['text', '"a"'],
    ['200 levels', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`],
    ['__proto__', '{"userinfo":{"__proto__":{"essential":true}}}'],
    ['a member named twice', '{"userinfo":{"name":null,"name":{}}}'],
    ['a wish that is a number', '{"id_token":{"name":1}}'],
    ['a foreign sub', '{"id_token":{"sub":{"value":"somebody"}}}'],
  ]
  for (const [name, claims] of BROKEN) {
    test(`T21 ${name}: invalid_request`, async () => {
      const { fields } = await authorize(new Browser(server), client.id, { claims })
      assert.equal(fields.get('error'), 'invalid_request')
      assert.equal(({} as { essential?: boolean }).essential, undefined)
    })
  }
})
