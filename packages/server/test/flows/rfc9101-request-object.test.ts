import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import {
  type ClientKeyPair,
  ClientSite,
  clientKeyPair,
  LOOPBACK_OPEN,
} from '../support/client-keys.ts'
import { addAda, follow, OPENID_CLIENT, redeem } from '../support/openid.ts'
import { Browser, ISSUER, pkce, REDIRECT, TestServer } from '../support/server.ts'

let server: TestServer
let site: ClientSite
let keys: ClientKeyPair
let client: { id: string; secret: string }
before(async () => {
  server = await TestServer.start(LOOPBACK_OPEN)
  await addAda(server)
  site = await ClientSite.open()
  keys = await clientKeyPair()
  client = await server.addClient({
    ...OPENID_CLIENT,
    jwks: { keys: [keys.jwk] },
    request_uris: [`${site.origin}/request#v1`],
  })
})
after(async () => {
  await site[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const now = () => Math.floor(server.clock.nowMs() / 1000)

function claims(challenge: string, changed: Record<string, unknown> = {}): jose.JWTPayload {
  return {
    iss: client.id,
    aud: ISSUER,
    exp: now() + 300,
    client_id: client.id,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'openid',
    state: 'signed',
    max_age: 10_000,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changed,
  } as jose.JWTPayload
}

const url = (params: Record<string, string>, id = client.id) =>
  `/oauth/authorize?${new URLSearchParams({ client_id: id, ...params })}`

describe('RFC 9101 §5, OIDC Core §6.1: by value', () => {
  test('T103 what is signed counts, also the redirect URI; what is beside it does not', async () => {
    const { verifier, challenge } = pkce()
    const request = await keys.sign(claims(challenge), { typ: 'oauth-authz-req+jwt' })
    const outer = {
      response_type: 'code',
      redirect_uri: 'https://evil.example/',
      scope: 'openid profile',
      state: 'outer',
      nonce: 'outer',
    }
    const answer = await follow(new Browser(server), url({ request, ...outer }), verifier)
    assert.equal(answer.fields.get('state'), 'signed')
    const tokens = await redeem(server, client, answer)
    assert.equal(tokens.scope, 'openid')
    assert.equal(jose.decodeJwt(tokens.id_token ?? '').nonce, undefined)
  })

  test('a sign-in that takes longer than the object lives still arrives', async () => {
    const { verifier, challenge } = pkce()
    const request = await keys.sign(claims(challenge, { exp: now() + 5 }))
    const browser = new Browser(server)
    const first = await browser.get(url({ request }))
    const returnTo = new URL(String(first.headers.location), ISSUER).searchParams.get('return_to')
    server.clock.advance(60)
    const signedIn = await browser.signIn('ada', undefined, returnTo ?? '')
    const answer = await follow(browser, String(signedIn.headers.location), verifier)
    assert.ok(answer.fields.get('code'), answer.body)
    const late = await follow(new Browser(server), url({ request, redirect_uri: REDIRECT }))
    assert.equal(late.fields.get('error'), 'invalid_request_object')
  })

  const REFUSED: readonly [string, Record<string, unknown>][] = [
    ['another client_id', { client_id: 'other' }],
    ['another iss', { iss: 'other' }],
    ['no iss', { iss: undefined }],
    ['another aud', { aud: 'https://other.example' }],
    ['no exp', { exp: undefined }],
    ['a life of two hours', { exp: 4_000_000_000 }],
    ['a nested request', { request: 'x' }],
    ['a member that is no text', { nonce: { a: 1 } }],
  ]
  for (const [name, changed] of REFUSED) {
    test(`T101 ${name}: invalid_request_object`, async () => {
      const request = await keys.sign(claims(pkce().challenge, changed))
      const { fields } = await follow(new Browser(server), url({ request, redirect_uri: REDIRECT }))
      assert.equal(fields.get('error'), 'invalid_request_object')
      assert.equal(fields.get('state'), null)
    })
  }

  test('T100 unsigned, MACed, signed by others, of another type: invalid_request_object', async () => {
    const body = claims(pkce().challenge)
    const stranger = await clientKeyPair()
    const objects = [
      new jose.UnsecuredJWT(body).encode(),
      await new jose.SignJWT(body)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(client.secret)),
      await stranger.sign(body),
      await keys.sign(body, { typ: 'at+jwt' }),
      'a.b.c.d.e',
    ]
    for (const request of objects) {
      const { fields } = await follow(new Browser(server), url({ request, redirect_uri: REDIRECT }))
      assert.equal(fields.get('error'), 'invalid_request_object')
    }
  })

  test('T2 no error goes to an address that nobody proved', async () => {
    const { mode, status } = await follow(new Browser(server), url({ request: 'x.y.z' }))
    assert.deepEqual([mode, status], ['page', 400])
  })

  test('unsigned is for clients that registered none', async () => {
    const own = await server.addClient({ ...OPENID_CLIENT, request_object_signing_alg: 'none' })
    const { verifier, challenge } = pkce()
    const request = new jose.UnsecuredJWT(
      claims(challenge, { iss: undefined, aud: undefined, exp: undefined, client_id: own.id }),
    ).encode()
    const answer = await follow(new Browser(server), url({ request }, own.id), verifier)
    assert.ok(answer.fields.get('code'))
  })

  test('require_signed_request_object refuses plain requests', async () => {
    const own = await server.addClient({
      ...OPENID_CLIENT,
      jwks: { keys: [keys.jwk] },
      require_signed_request_object: true,
    })
    const { fields } = await follow(
      new Browser(server),
      url({ response_type: 'code', redirect_uri: REDIRECT }, own.id),
    )
    assert.equal(fields.get('error'), 'invalid_request')
  })
})

describe('RFC 9101 §5.2, OIDC Core §6.2: by reference', () => {
  test('a registered request_uri is fetched once for the whole way', async () => {
    const { verifier, challenge } = pkce()
    site.documents.set('/request', await keys.sign(claims(challenge)))
    site.gets = 0
    const request_uri = `${site.origin}/request#v2`
    const answer = await follow(new Browser(server), url({ request_uri }), verifier)
    assert.equal(answer.fields.get('state'), 'signed')
    assert.equal(site.gets, 1)
  })

  test('T102 what is not registered is not fetched', async () => {
    site.gets = 0
    for (const request_uri of [`${site.origin}/other`, `${site.origin}/request/..`, 'urn:x']) {
      const { fields } = await follow(
        new Browser(server),
        url({ request_uri, redirect_uri: REDIRECT }),
      )
      assert.equal(fields.get('error'), 'invalid_request_uri')
    }
    assert.equal(site.gets, 0)
  })

  test('both at once is invalid_request', async () => {
    const both = { request: 'a.b.c', request_uri: `${site.origin}/request`, redirect_uri: REDIRECT }
    const { fields } = await follow(new Browser(server), url(both))
    assert.equal(fields.get('error'), 'invalid_request')
  })
})
