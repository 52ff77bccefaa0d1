import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import {
  type ClientKeyPair,
  ClientSite,
  clientKeyPair,
  LOOPBACK_OPEN,
} from '../support/client-keys.ts'
import { ISSUER, TestServer } from '../support/server.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const SERVICE = {
  client_name: 'Service',
  redirect_uris: [],
  grant_types: ['client_credentials'],
  scope: 'read',
}

let server: TestServer
let keys: ClientKeyPair
let client: { id: string; secret: string }
before(async () => {
  server = await TestServer.start(LOOPBACK_OPEN)
  keys = await clientKeyPair()
  client = await server.addClient({
    ...SERVICE,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [keys.jwk] },
  })
})
after(() => server[Symbol.asyncDispose]())

const now = () => Math.floor(server.clock.nowMs() / 1000)
let serial = 0

function claims(changed: Record<string, unknown> = {}): jose.JWTPayload {
  const id = client.id
  const jti = `jti-${serial++}`
  return { iss: id, sub: id, aud: ISSUER, exp: now() + 60, iat: now(), jti, ...changed }
}

const ask = (assertion: string, more: Record<string, string> = {}) =>
  server.token({
    grant_type: 'client_credentials',
    client_assertion_type: TYPE,
    client_assertion: assertion,
    ...more,
  })

async function assertRefused(assertion: string, message = 'the assertion'): Promise<void> {
  const reply = await ask(assertion)
  assert.deepEqual([reply.statusCode, reply.json().error], [401, 'invalid_client'], message)
}

describe('RFC 7523 §3, OIDC Core §9: private_key_jwt', () => {
  test('a signed assertion proves the client; the token endpoint is an audience too', async () => {
    const audiences = [ISSUER, `${ISSUER}/oauth/token`, [ISSUER]]
    for (const aud of audiences) {
      assert.equal((await ask(await keys.sign(claims({ aud })))).statusCode, 200)
    }
    const same = await ask(await keys.sign(claims()), { client_id: client.id })
    assert.equal(same.statusCode, 200)
  })

  test('T36 beside another method, or another client_id, is invalid_request', async () => {
    const assertion = await keys.sign(claims())
    for (const more of [{ client_id: client.id, client_secret: 'x' }, { client_id: 'other' }]) {
      const reply = await ask(assertion, more)
      assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_request'])
    }
  })

  test('T37 no fall-back to less: a secret proves nothing for such a client, nor an assertion for another', async () => {
    const basic = await server.addClient(SERVICE)
    const bySecret = await server.token({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: basic.secret,
    })
    assert.equal(bySecret.statusCode, 401)
    await assertRefused(await keys.sign(claims({ iss: basic.id, sub: basic.id })))
    const dummy = await server.token({
      grant_type: 'client_credentials',
      client_id: basic.id,
      client_secret: basic.secret,
      client_assertion: 'x',
    })
    assert.equal(dummy.statusCode, 401)
  })

  test('T40 the algorithm is the client’s, not the header’s', async () => {
    const pem = createPublicKey({ key: keys.jwk as never, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString()
    for (const secret of [pem, ` ${pem}`]) {
      const confused = await new jose.SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .sign(Buffer.from(secret))
      await assertRefused(confused)
    }
    await assertRefused(new jose.UnsecuredJWT(claims()).encode())
    const rsa = await clientKeyPair('RS256')
    const strict = await server.addClient({
      ...SERVICE,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [rsa.jwk] },
    })
    await assertRefused(await rsa.sign(claims({ iss: strict.id, sub: strict.id })))
  })

  test('T41, T42 headers that bring a key or a meaning of their own', async () => {
    const headers = [
      { jku: 'https://evil.example/' },
      { x5u: 'https://evil.example/' },
      { jwk: keys.jwk },
      { x5c: ['AA'] },
      { kid: '../../x' },
      { kid: 'x'.repeat(10_000) },
      { typ: 'at+jwt' },
    ]
    for (const header of headers)
      await assertRefused(await keys.sign(claims(), header), JSON.stringify(header).slice(0, 40))
    const [header = '', payload = '', signature = ''] = (await keys.sign(claims())).split('.')
    const encode = (text: string) => Buffer.from(text).toString('base64url')
    const plain = Buffer.from(header, 'base64url').toString()
    for (const [first, second] of [
      [encode('null'), payload],
      [encode(plain.replace('{', '{"alg":"ES256",')), payload],
      [header, encode('[]')],
      [encode('{"alg":"ES256","crit":["exp"]}'), payload],
    ]) {
      await assertRefused(`${first}.${second}.${signature}`)
    }
  })

  test('T43, T45 audience, issuer and times', async () => {
    const CASES: readonly Record<string, unknown>[] = [
      { aud: `${ISSUER}/oauth/introspect` },
      { aud: 'https://other.example' },
      { aud: [ISSUER, 'https://other.example'] },
      { aud: [1] },
      { aud: undefined },
      { iss: 'somebody' },
      { exp: undefined },
      { exp: now() - 1 },
      { exp: now() + 301 },
      { exp: 'soon' },
      { nbf: now() + 61 },
      { iat: now() + 61 },
      { jti: undefined },
      { jti: 'x'.repeat(300) },
    ]
    for (const changed of CASES)
      await assertRefused(await keys.sign(claims(changed)), JSON.stringify(changed).slice(0, 60))
  })

  test('T44 an assertion is taken once, also when it comes sixteen times at once', async () => {
    const assertion = await keys.sign(claims())
    const replies = await Promise.all(Array.from({ length: 16 }, () => ask(assertion)))
    assert.equal(replies.filter(({ statusCode }) => statusCode === 200).length, 1)
    await assertRefused(assertion)
  })
})

describe('OIDC Core §9: client_secret_jwt', () => {
  test('a MAC with the secret proves the client; the secret itself does not', async () => {
    const own = await server.addClient({
      ...SERVICE,
      token_endpoint_auth_method: 'client_secret_jwt',
    })
    const sign = (secret: string) =>
      new jose.SignJWT(claims({ iss: own.id, sub: own.id }))
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(secret))
    assert.equal((await ask(await sign(own.secret))).statusCode, 200)
    await assertRefused(await sign(`${own.secret}x`))
    const stored = await server.assembly.services.storage.clients.find(own.id as never)
    assert.ok(stored?.secretSealed && !stored.secretSealed.includes(own.secret))
    const plain = { client_id: own.id, client_secret: own.secret }
    const reply = await server.token({ grant_type: 'client_credentials', ...plain })
    assert.equal(reply.statusCode, 401)
  })
})

describe('jwks_uri', () => {
  test('a rotated key is found by one more look, and strangers cannot make us look again', async () => {
    await using site = await ClientSite.open()
    const [first, second, stranger] = await Promise.all([
      clientKeyPair('ES256', 'first'),
      clientKeyPair('ES256', 'second'),
      clientKeyPair('ES256', 'stranger'),
    ])
    const own = await server.addClient({
      ...SERVICE,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: site.publishKeys('/jwks', first),
    })
    const signed = (pair: ClientKeyPair) => pair.sign(claims({ iss: own.id, sub: own.id }))
    assert.equal((await ask(await signed(first))).statusCode, 200)
    assert.equal((await ask(await signed(first))).statusCode, 200)
    assert.equal(site.gets, 1)
    site.publishKeys('/jwks', first, second)
    server.clock.advance(61)
    assert.equal((await ask(await signed(second))).statusCode, 200)
    assert.equal(site.gets, 2)
    for (let i = 0; i < 5; i++) await assertRefused(await signed(stranger))
    assert.equal(site.gets, 2)
  })

  test('T126 a document that cannot be read proves nobody, and is not asked for again at once', async () => {
    await using site = await ClientSite.open()
    const own = await server.addClient({
      ...SERVICE,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `${site.origin}/none`,
    })
    for (let i = 0; i < 3; i++)
      await assertRefused(await keys.sign(claims({ iss: own.id, sub: own.id })))
    assert.equal(site.gets, 1)
  })
})
