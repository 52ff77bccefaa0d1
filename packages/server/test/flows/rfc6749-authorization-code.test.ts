import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  authorizeUrl,
  Browser,
  hiddenFields,
  ISSUER,
  obtainCode,
  pkce,
  REDIRECT,
  TestServer,
} from '../support/server.ts'

const WEB = {
  client_name: 'Web app',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid read write',
}
const SPA = { ...WEB, client_name: 'Single page app', token_endpoint_auth_method: 'none' }

async function withApp(
  metadata: object = SPA,
): Promise<{ server: TestServer; id: string; secret: string }> {
  const server = await TestServer.start()
  await server.addUser()
  return { server, ...(await server.addClient(metadata)) }
}

const exchange = (id: string, code: string, verifier: string) => ({
  grant_type: 'authorization_code',
  client_id: id,
  code,
  code_verifier: verifier,
  redirect_uri: REDIRECT,
})

describe('RFC 6749 §4.1 authorization code with PKCE', () => {
  test('T25 a person signs in and consents, and the code buys tokens; state and iss come back', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier, location } = await obtainCode(server, id)
    assert.equal(location.searchParams.get('state'), 'xyz123')
    assert.equal(location.searchParams.get('iss'), ISSUER)
    const reply = await server.token(exchange(id, code, verifier))
    assert.equal(reply.statusCode, 200)
    assert.equal(reply.headers['cache-control'], 'no-store')
    const body = reply.json()
    assert.equal(body.token_type, 'Bearer')
    assert.equal(body.scope, 'read write')
    assert.ok(body.refresh_token)
    assert.equal(body.id_token, undefined)
  })

  test('openid in the scope adds an ID token', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id, { scope: 'openid read', nonce: 'n-1' })
    const body = (await server.token(exchange(id, code, verifier))).json()
    const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString())
    assert.equal(claims.nonce, 'n-1')
    assert.equal(claims.aud, id)
  })

  test('T51 a code used twice is refused and its tokens die', async () => {
    const { server, id, secret } = await withApp(WEB)
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const fields = { ...exchange(id, code, verifier), client_secret: secret }
    const first = (await server.token(fields)).json()
    const again = await server.token(fields)
    assert.equal(again.statusCode, 400)
    assert.equal(again.json().error, 'invalid_grant')
    const status = await server.form('/oauth/introspect', {
      token: first.access_token,
      client_id: id,
      client_secret: secret,
    })
    assert.deepEqual(status.json(), { active: false })
    const refreshed = await server.token({
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token,
      client_id: id,
      client_secret: secret,
    })
    assert.equal(refreshed.json().error, 'invalid_grant')
  })

  test('T52 of sixteen racing redemptions exactly one wins', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => server.token(exchange(id, code, verifier))),
    )
    assert.equal(replies.filter((reply) => reply.statusCode === 200).length, 1)
    const refused = replies.filter((reply) => reply.statusCode === 400)
    assert.equal(refused.length, 15)
    assert.ok(refused.every((reply) => reply.json().error === 'invalid_grant'))
  })

  test('T54 another client cannot use a code, nor burn it for its owner', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const stranger = await server.addClient({ ...SPA, client_name: 'Other app' })
    const { code, verifier } = await obtainCode(server, id)
    const theft = await server.token(exchange(stranger.id, code, verifier))
    assert.equal(theft.json().error, 'invalid_grant')
    assert.equal((await server.token(exchange(id, code, verifier))).statusCode, 200)
  })

  test('T56 a code expires after its 60 seconds', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    server.clock.advance(61)
    assert.equal((await server.token(exchange(id, code, verifier))).json().error, 'invalid_grant')
  })

  test('T57 another redirect_uri at the token endpoint is refused', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const reply = await server.token({
      ...exchange(id, code, verifier),
      redirect_uri: `${REDIRECT}/`,
    })
    assert.equal(reply.json().error, 'invalid_grant')
  })

  test('T58 a wrong verifier burns the code', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const wrong = await server.token(exchange(id, code, pkce().verifier))
    assert.equal(wrong.json().error, 'invalid_grant')
    assert.equal((await server.token(exchange(id, code, verifier))).json().error, 'invalid_grant')
  })

  test('T13 T14 a request without an S256 challenge is answered with invalid_request', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    for (const method of ['plain', 's256', '']) {
      const url = authorizeUrl(id, pkce().challenge, { code_challenge_method: method })
      const location = new URL(String((await browser.get(url)).headers.location))
      assert.equal(location.searchParams.get('error'), 'invalid_request', method)
      assert.equal(location.searchParams.get('iss'), ISSUER)
    }
  })

  test('T1 T2 T3 nothing is redirected to an address that is not registered', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    for (const uri of [
      'https://evil.example/',
      `${REDIRECT}/`,
      'http://LOCALHOST:3000/callback',
      `${REDIRECT}?x=1`,
    ]) {
      const reply = await browser.get(
        authorizeUrl(id, 'bad', { redirect_uri: uri, response_type: 'token' }),
      )
      assert.equal(reply.statusCode, 400, uri)
      assert.equal(reply.headers.location, undefined)
      assert.ok(!reply.body.includes('evil.example'))
    }
    const unknown = await browser.get(authorizeUrl('nobody', pkce().challenge))
    assert.equal(unknown.statusCode, 400)
  })

  test('33 a person who declines sends access_denied to the app', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const url = authorizeUrl(id, pkce().challenge)
    await browser.signIn('ada', undefined, url)
    const page = await browser.get(url)
    const reply = await browser.submit('/oauth/consent', {
      ...hiddenFields(page.body),
      decision: 'deny',
    })
    assert.equal(new URL(String(reply.headers.location)).searchParams.get('error'), 'access_denied')
  })

  test('T164 a decision form works once and only for the request it showed', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const url = authorizeUrl(id, pkce().challenge, { scope: 'read' })
    await browser.signIn('ada', undefined, url)
    const fields = hiddenFields((await browser.get(url)).body)
    const widened = {
      ...fields,
      request: fields.request?.replace('scope=read', 'scope=read+write') ?? '',
    }
    const forged = await browser.submit('/oauth/consent', { ...widened, decision: 'allow' })
    assert.equal(forged.statusCode, 403)
    const first = await browser.submit('/oauth/consent', { ...fields, decision: 'allow' })
    assert.equal(first.statusCode, 303)
    const replayed = await browser.submit('/oauth/consent', { ...fields, decision: 'allow' })
    assert.equal(replayed.statusCode, 403)
  })

  test('a remembered consent is not asked again', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const url = authorizeUrl(id, pkce().challenge)
    await browser.signIn('ada', undefined, url)
    const page = await browser.get(url)
    await browser.submit('/oauth/consent', {
      ...hiddenFields(page.body),
      decision: 'allow',
      remember: 'on',
    })
    const again = await browser.get(url)
    assert.equal(again.statusCode, 303)
    assert.ok(new URL(String(again.headers.location)).searchParams.get('code'))
  })

  test('T18 prompt=none answers login_required, then consent_required, without any page', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const url = authorizeUrl(id, pkce().challenge, { prompt: 'none' })
    const error = async () =>
      new URL(String((await browser.get(url)).headers.location)).searchParams.get('error')
    assert.equal(await error(), 'login_required')
    await browser.signIn()
    assert.equal(await error(), 'consent_required')
  })

  test('prompt=login asks for a fresh sign-in exactly once', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    await browser.signIn()
    const url = authorizeUrl(id, pkce().challenge, { prompt: 'login' })
    const toLogin = String((await browser.get(url)).headers.location)
    assert.match(toLogin, /^\/auth\/login\?/)
    const returnTo = new URL(toLogin, ISSUER).searchParams.get('return_to') ?? ''
    assert.match(String((await browser.get(returnTo)).headers.location), /^\/auth\/login\?/)
    await browser.signIn('ada', undefined, returnTo)
    assert.equal((await browser.get(returnTo)).statusCode, 200)
  })
})
