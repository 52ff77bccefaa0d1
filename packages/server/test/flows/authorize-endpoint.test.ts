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

const APP = {
  client_name: 'App',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid read write',
  token_endpoint_auth_method: 'none',
}

async function withApp(metadata: object = {}) {
  const server = await TestServer.start()
  await server.addUser()
  const { id } = await server.addClient({ ...APP, ...metadata })
  return { server, id, browser: new Browser(server) }
}

type Extra = Record<string, string>
const errorOf = (location: unknown): string | null =>
  new URL(String(location)).searchParams.get('error')

describe('authorization requests that are never redirected', () => {
  for (const [why, uri] of [
    ['T3 another case of the path', 'http://localhost:3000/Callback'],
    ['T3 a percent-encoded slash', 'http://localhost:3000%2Fcallback'],
    ['T3 a trailing dot', 'http://localhost.:3000/callback'],
    ['T4 a path trick', 'http://localhost:3000/callback/../x'],
    ['T4 a matrix parameter', 'http://localhost:3000/callback/..;/x'],
    ['T5 user information', 'http://localhost:3000@evil.example/callback'],
    ['T5 two at signs', 'http://a@b@evil.example/callback'],
    ['T6 a host that begins with localhost', 'http://localhost.evil:3000/callback'],
    ['T6 another port of localhost', 'http://localhost:4000/callback'],
    ['T7 a script', 'javascript:alert(1)'],
    ['T8 a line break', 'http://localhost:3000/callback\r\nX: y'],
    ['T8 a fragment', 'http://localhost:3000/callback#x'],
    ['T8 three thousand bytes', `http://localhost:3000/callback?${'a'.repeat(3_000)}`],
  ] as const) {
    test(why, async () => {
      const { server, id, browser } = await withApp()
      await using _ = server
      for (const mode of ['query', 'form_post']) {
        const reply = await browser.get(
          authorizeUrl(id, pkce().challenge, { redirect_uri: uri, response_mode: mode }),
        )
        assert.equal(reply.statusCode, 400)
        assert.equal(reply.headers.location, undefined)
        assert.match(String(reply.headers['content-type']), /^text\/html/)
        assert.ok(!reply.body.includes('<script>'))
      }
    })
  }

  test('T9 a repeated client_id or redirect_uri', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    const url = authorizeUrl(id, pkce().challenge)
    for (const repeated of [`client_id=${id}`, `redirect_uri=${encodeURIComponent(REDIRECT)}`]) {
      assert.equal((await browser.get(`${url}&${repeated}`)).statusCode, 400)
    }
  })

  test('T1 an unknown and a disabled client read the same', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    await server.assembly.services.clients.for(id).update({
      id: id as never,
      change: (client) => ({ ...client, isEnabled: false }),
      action: 'client.updated',
      actor: 'test',
    })
    const strip = (html: string) => html.replace(/[A-Za-z0-9_-]{16,}/g, '')
    const disabled = await browser.get(authorizeUrl(id, pkce().challenge))
    const unknown = await browser.get(authorizeUrl('nobody', pkce().challenge))
    assert.equal(disabled.statusCode, 400)
    assert.equal(strip(disabled.body), strip(unknown.body))
  })

  test('T33 a client_id that is a URL is merely unknown', async () => {
    const { server, browser } = await withApp()
    await using _ = server
    const reply = await browser.get(
      authorizeUrl('https://app.example/client.json', pkce().challenge),
    )
    assert.equal(reply.statusCode, 400)
  })
})

describe('errors that go to the proven redirect URI', () => {
  for (const [why, extra, code] of [
    ['T12 response_type token', { response_type: 'token' }, 'unsupported_response_type'],
    [
      'T12 response_type id_token token',
      { response_type: 'id_token token' },
      'unsupported_response_type',
    ],
    ['T15 a challenge of 44 characters', { code_challenge: 'A'.repeat(44) }, 'invalid_request'],
    ['T15 a padded challenge', { code_challenge: `${'A'.repeat(43)}=` }, 'invalid_request'],
    ['T16 response_mode fragment', { response_mode: 'fragment' }, 'invalid_request'],
    ['T17 32 a scope the client does not have', { scope: 'read admin' }, 'invalid_scope'],
    ['T17 a scope with control characters', { scope: 'read\u0001' }, 'invalid_scope'],
    ['T18 prompt none with login', { prompt: 'none login' }, 'invalid_request'],
    ['T19 max_age -1', { max_age: '-1' }, 'invalid_request'],
    ['T19 max_age abc', { max_age: 'abc' }, 'invalid_request'],
    ['T19 max_age 2^53', { max_age: '9007199254740992' }, 'invalid_request'],
    ['T22 a resource nobody registered', { resource: 'https://api.example/' }, 'invalid_target'],
    ['a request object of a client without keys', { request: 'a.b.c' }, 'request_not_supported'],
    ['T102 a request_uri of nobody', { request_uri: 'urn:x' }, 'invalid_request_uri'],
  ] as readonly [string, Extra, string][]) {
    test(`${why}: ${code}`, async () => {
      const { server, id, browser } = await withApp()
      await using _ = server
      const reply = await browser.get(authorizeUrl(id, pkce().challenge, extra))
      assert.equal(reply.statusCode, 303)
      const location = new URL(String(reply.headers.location))
      assert.equal(location.origin + location.pathname, REDIRECT)
      assert.equal(location.searchParams.get('error'), code)
      assert.deepEqual(location.searchParams.getAll('state'), ['xyz123'])
      assert.equal(location.searchParams.get('iss'), ISSUER)
      assert.equal(location.searchParams.get('code'), null)
    })
  }

  test('T9 another repeated parameter is invalid_request', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    const reply = await browser.get(`${authorizeUrl(id, pkce().challenge)}&scope=read`)
    assert.equal(errorOf(reply.headers.location), 'invalid_request')
  })

  test('T10 brackets make another name, which is ignored', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    const reply = await browser.get(`${authorizeUrl(id, pkce().challenge)}&scope[$ne]=x&a[b][c]=`)
    assert.match(String(reply.headers.location), /^\/auth\/login/)
  })

  test('T11 parameters in query and body at once are invalid_request', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const fields = Object.fromEntries(
      new URL(authorizeUrl(id, pkce().challenge), ISSUER).searchParams,
    )
    const reply = await server.form('/oauth/authorize?scope=write', fields, { accept: 'text/html' })
    assert.equal(errorOf(reply.headers.location), 'invalid_request')
    const alone = await server.form('/oauth/authorize', fields, { accept: 'text/html' })
    assert.match(String(alone.headers.location), /^\/auth\/login/)
  })

  test('T24 a state of 3,000 characters is refused without being echoed', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    const reply = await browser.get(
      authorizeUrl(id, pkce().challenge, { state: 's'.repeat(3_000) }),
    )
    const location = new URL(String(reply.headers.location))
    assert.equal(location.searchParams.get('error'), 'invalid_request')
    assert.equal(location.searchParams.get('state'), null)
  })

  test('T24 any other state comes back byte for byte', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    const state = 'a b+c%2F"<>é~'
    const reply = await browser.get(authorizeUrl(id, pkce().challenge, { state, prompt: 'none' }))
    assert.equal(new URL(String(reply.headers.location)).searchParams.get('state'), state)
  })

  test('T16 form_post carries errors too, with its state escaped', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    const state = '"><script>alert(1)</script>'
    const reply = await browser.get(
      authorizeUrl(id, pkce().challenge, { response_mode: 'form_post', prompt: 'none', state }),
    )
    assert.equal(reply.statusCode, 200)
    assert.ok(!reply.body.includes('<script>alert'))
    const fields = hiddenFields(reply.body)
    assert.equal(fields.error, 'login_required')
    assert.equal(fields.state, state)
    assert.equal(fields.iss, ISSUER)
    assert.match(
      String(reply.headers['content-security-policy']),
      /form-action http:\/\/localhost:3000/,
    )
  })

  test('a client without the authorization_code grant is unauthorized_client', async () => {
    const { server, browser } = await withApp()
    await using _ = server
    const { id } = await server.addClient({
      client_name: 'Service',
      grant_types: ['client_credentials'],
      redirect_uris: [REDIRECT],
      scope: 'read',
    })
    const reply = await browser.get(authorizeUrl(id, pkce().challenge))
    assert.equal(errorOf(reply.headers.location), 'unauthorized_client')
  })
})

describe('the way to a code', () => {
  test('T27 every answer forbids framing and referrers', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    await browser.signIn()
    const reply = await browser.get(authorizeUrl(id, pkce().challenge))
    assert.equal(reply.statusCode, 200)
    assert.equal(reply.headers['x-frame-options'], 'DENY')
    assert.equal(reply.headers['referrer-policy'], 'no-referrer')
    assert.equal(reply.headers['cache-control'], 'no-store')
    const csp = String(reply.headers['content-security-policy'])
    assert.match(csp, /frame-ancestors 'none'/)
    assert.match(csp, /form-action 'self' http:\/\/localhost:3000/)
    assert.ok(!/unsafe/.test(csp))
  })

  test('T19 max_age=0 asks for a sign-in even right after one', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    await browser.signIn()
    const reply = await browser.get(authorizeUrl(id, pkce().challenge, { max_age: '0' }))
    assert.match(String(reply.headers.location), /^\/auth\/login/)
  })

  test('max_age asks again once the sign-in is older', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    await browser.signIn()
    const url = authorizeUrl(id, pkce().challenge, { max_age: '60' })
    assert.equal((await browser.get(url)).statusCode, 200)
    server.clock.advance(61)
    assert.match(String((await browser.get(url)).headers.location), /^\/auth\/login/)
  })

  test('T30 a client disabled while the person signs in ends on our own page', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    const url = authorizeUrl(id, pkce().challenge)
    await browser.signIn('ada', undefined, url)
    await server.assembly.services.clients.for(id).update({
      id: id as never,
      change: (client) => ({ ...client, isEnabled: false }),
      action: 'client.updated',
      actor: 'test',
    })
    assert.equal((await browser.get(url)).statusCode, 400)
  })

  test('T29 a consent form of one browser is worthless in another', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    await server.addUser('bob')
    const url = authorizeUrl(id, pkce().challenge)
    await browser.signIn('ada', undefined, url)
    const fields = hiddenFields((await browser.get(url)).body)
    const other = new Browser(server)
    await other.signIn('bob')
    const reply = await other.submit('/oauth/consent', { ...fields, decision: 'allow' })
    assert.equal(reply.statusCode, 403)
    assert.equal(reply.headers.location, undefined)
  })

  test('T165 a self-registered client is asked for every time, and remembering is not offered', async () => {
    const { server, browser } = await withApp()
    await using _ = server
    const { createClient, readClientMetadata } = await import('@grantd/oauth')
    const { services } = server.assembly
    const { client } = createClient(readClientMetadata(APP), { registeredBy: 'self' }, services)
    await services.clients.for(client.id).create({ client, actor: 'test' })
    const url = authorizeUrl(client.id, pkce().challenge)
    await browser.signIn('ada', undefined, url)
    const page = await browser.get(url)
    assert.ok(!page.body.includes('name="remember"'))
    await browser.submit('/oauth/consent', {
      ...hiddenFields(page.body),
      decision: 'allow',
      remember: 'on',
    })
    assert.equal((await browser.get(url)).statusCode, 200)
  })

  test('T165 a client that changed is asked for again', async () => {
    const { server, id, browser } = await withApp()
    await using _ = server
    const url = authorizeUrl(id, pkce().challenge)
    await browser.signIn('ada', undefined, url)
    const page = await browser.get(url)
    await browser.submit('/oauth/consent', {
      ...hiddenFields(page.body),
      decision: 'allow',
      remember: 'on',
    })
    assert.equal((await browser.get(url)).statusCode, 303)
    await server.assembly.services.clients.for(id).update({
      id: id as never,
      change: (client) => ({ ...client, name: 'Another name' }),
      action: 'client.updated',
      actor: 'test',
    })
    assert.equal((await browser.get(url)).statusCode, 200)
  })

  test('a private-use scheme gets a page with a link instead of a redirect', async () => {
    const { server, browser } = await withApp()
    await using _ = server
    const { id } = await server.addClient({ ...APP, redirect_uris: ['com.example.app:/cb'] })
    const url = authorizeUrl(id, pkce().challenge, { redirect_uri: 'com.example.app:/cb' })
    await browser.signIn('ada', undefined, url)
    const page = await browser.get(url)
    const reply = await browser.submit('/oauth/consent', {
      ...hiddenFields(page.body),
      decision: 'allow',
    })
    assert.equal(reply.statusCode, 200)
    assert.match(reply.body, /href="com\.example\.app:\/cb\?code=gac_/)
  })
})

describe('what ends a grant early', () => {
  const refresh = (id: string, token: string) => ({
    grant_type: 'refresh_token',
    client_id: id,
    refresh_token: token,
  })

  async function withTokens() {
    const made = await withApp()
    const { code, verifier, browser } = await obtainCode(made.server, made.id)
    const fields = {
      grant_type: 'authorization_code',
      client_id: made.id,
      code,
      code_verifier: verifier,
    }
    return { ...made, browser, fields, tokens: (await made.server.token(fields)).json() }
  }

  test('T70 signing out ends refresh tokens of that session', async () => {
    const { server, id, browser, tokens } = await withTokens()
    await using _ = server
    await browser.submit('/auth/logout', hiddenFields((await browser.get('/profile')).body))
    assert.equal(
      (await server.token(refresh(id, tokens.refresh_token))).json().error,
      'invalid_grant',
    )
  })

  test('T61 T70 T167 a disabled account: no code, no refresh, no session, no active token', async () => {
    const { server, id, browser, tokens } = await withTokens()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const { storage } = server.assembly
    const user = await storage.users.findByLogin('ada')
    assert.ok(user)
    await storage.commit([
      { kind: 'user.update', user: { ...user, isEnabled: false, version: user.version + 1 } },
    ])
    const redeemed = await server.token({
      grant_type: 'authorization_code',
      client_id: id,
      code,
      code_verifier: verifier,
    })
    assert.equal(redeemed.json().error, 'invalid_grant')
    assert.equal(
      (await server.token(refresh(id, tokens.refresh_token))).json().error,
      'invalid_grant',
    )
    assert.equal((await browser.get('/profile')).statusCode, 303)
  })

  test('T71 a family ends at its absolute age, however often it is refreshed', async () => {
    const { server, id, tokens } = await withTokens()
    await using _ = server
    let token = tokens.refresh_token
    for (let month = 0; month < 3; month++) {
      server.clock.advance(29 * 86_400)
      const reply = await server.token(refresh(id, token))
      assert.equal(reply.statusCode, 200)
      token = reply.json().refresh_token
    }
    server.clock.advance(4 * 86_400)
    assert.equal((await server.token(refresh(id, token))).json().error, 'invalid_grant')
  })

  test('T55 credentials of another kind are no codes and no refresh tokens', async () => {
    const { server, id, fields, tokens } = await withTokens()
    await using _ = server
    for (const code of [
      tokens.refresh_token,
      tokens.access_token,
      fields.code.slice(0, -1),
      `${fields.code}A`,
    ]) {
      assert.equal((await server.token({ ...fields, code })).json().error, 'invalid_grant')
    }
    assert.equal((await server.token(refresh(id, fields.code))).json().error, 'invalid_grant')
  })

  test('T72 extra parameters are ignored', async () => {
    const { server, id, tokens } = await withTokens()
    await using _ = server
    const reply = await server.token({
      ...refresh(id, tokens.refresh_token),
      client_session_host: '127.0.0.1',
    })
    assert.equal(reply.statusCode, 200)
  })
})
