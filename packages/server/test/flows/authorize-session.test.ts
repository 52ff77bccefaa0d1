import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import { answerOf, decoded, obtainTokens, withApp } from '../support/flow.ts'
import { authorizeUrl, Browser, hiddenFields, ISSUER, pkce } from '../support/server.ts'

const isLogin = (reply: { headers: Record<string, unknown> }): boolean =>
  String(reply.headers.location).startsWith('/auth/login?')

describe('who has to sign in', () => {
  test('T18 prompt=none answers login_required, then consent_required, never a page', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const ask = async (extra = {}) => {
      const url = authorizeUrl(id, pkce().challenge, { prompt: 'none', ...extra })
      const reply = await browser.get(url)
      assert.equal(reply.statusCode, 303)
      assert.equal(reply.body, '')
      return answerOf(reply).get('error')
    }
    assert.equal(await ask(), 'login_required')
    await browser.signIn()
    assert.equal(await ask(), 'consent_required')
    server.clock.advance(61)
    assert.equal(await ask({ max_age: '60' }), 'login_required')
  })

  test('T19 max_age=0 asks even right after a sign-in, and a longer one when it is over', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    await browser.signIn()
    const ask = (max_age: string) => browser.get(authorizeUrl(id, pkce().challenge, { max_age }))
    assert.ok(isLogin(await ask('0')))
    assert.equal((await ask('60')).statusCode, 200)
    server.clock.advance(61)
    assert.ok(isLogin(await ask('60')))
  })

  for (const prompt of ['login', 'select_account']) {
    test(`prompt=${prompt} asks for a fresh sign-in exactly once, and a forged mark is none`, async () => {
      const { server, id } = await withApp()
      await using _ = server
      const browser = new Browser(server)
      await browser.signIn()
      const url = authorizeUrl(id, pkce().challenge, { prompt })
      const toLogin = await browser.get(url)
      assert.ok(isLogin(toLogin))
      const returnTo = answerOf({ headers: { location: ISSUER + toLogin.headers.location } }).get(
        'return_to',
      )
      assert.ok(returnTo)
      assert.ok(isLogin(await browser.get(returnTo)), 'nobody has signed in since')
      assert.ok(isLogin(await browser.get(`${url}&grantd_reauth=none~x.y.z`)))
      await browser.signIn('ada', undefined, returnTo)
      assert.equal((await browser.get(returnTo)).statusCode, 200)
      const other = returnTo.replace('scope=read+write', 'scope=read')
      assert.ok(isLogin(await browser.get(other)), 'the mark is for that very request')
    })
  }

  test('login_hint fills in the name, escaped', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const login_hint = 'ada"><script>alert(1)</script>'
    const reply = await browser.get(authorizeUrl(id, pkce().challenge, { login_hint }))
    const page = await browser.get(String(reply.headers.location))
    assert.match(page.body, /value="ada&quot;&gt;&lt;script&gt;/)
    assert.doesNotMatch(page.body, /<script>alert/)
  })
})

describe('T20 id_token_hint', () => {
  const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

  for (const algorithm of ['ES256', 'EdDSA', 'RS256', 'PS256', 'HS256']) {
    test(`an ${algorithm} ID token of the same person passes, also expired; another person is login_required`, async () => {
      const { server, id } = await withApp(
        {},
        { OAUTH2_ID_TOKEN_ALG: algorithm, OAUTH2_JWT_SECRET: 'q8Jz0vT3mX7bR1kW5nY9cL2pD6hF4sGa' },
      )
      await using _ = server
      const { tokens, browser } = await obtainTokens(server, id, { scope: 'openid read' })
      server.clock.advance(600)
      const extra = { id_token_hint: tokens.id_token ?? '', scope: 'openid read' }
      const ask = (by: Browser) => by.get(authorizeUrl(id, pkce().challenge, extra))
      assert.equal((await ask(browser)).statusCode, 200)
      await server.addUser('bob')
      const other = new Browser(server)
      await other.signIn('bob')
      // Who is meant gets a chance to sign in; whoever comes back as somebody else has had it.
      const chance = String((await ask(other)).headers.location)
      assert.match(chance, /^\/auth\/login\?/)
      const returnTo = new URL(chance, ISSUER).searchParams.get('return_to') ?? ''
      const answer = answerOf(await other.get(returnTo))
      assert.equal(answer.get('error'), 'login_required')
      assert.equal(answer.get('code'), null)
    })
  }

  test('anything else is invalid_request, whoever is signed in', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const stranger = await server.addClient({ client_name: 'Other', redirect_uris: [ISSUER] })
    const { tokens, browser } = await obtainTokens(server, id, { scope: 'openid read' })
    const real = tokens.id_token ?? ''
    const [head = '', claims = '', signature = ''] = real.split('.')
    const kid = decoded(real, 'header').kid
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const resigned = (header: object, payload: object = decoded(real)) => {
      const input = `${b64(header)}.${b64(payload)}`
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
    }
    for (const hint of [
      'x',
      tokens.access_token,
      `${head}.${claims}.`,
      `${head}.${b64({ ...decoded(real), sub: 'bob' })}.${signature}`,
      `${b64({ alg: 'none', typ: 'JWT', kid })}.${claims}.`,
      `${b64({ alg: 'HS256', typ: 'JWT', kid })}.${claims}.${signature}`,
      `${b64({ alg: 'HS256', typ: 'JWT', kid: 'hs256' })}.${claims}.${signature}`,
      `${b64({ alg: 'ES256', typ: 'JWT', kid: '__proto__' })}.${claims}.${signature}`,
      resigned({ alg: 'ES256', typ: 'JWT', kid }),
      resigned({ alg: 'ES256', typ: 'JWT', kid, jwk: {} }),
      `${'a'.repeat(9_000)}.b.c`,
    ]) {
      const extra = { id_token_hint: hint, scope: 'openid read', prompt: 'none' }
      const answer = answerOf(await browser.get(authorizeUrl(id, pkce().challenge, extra)))
      assert.equal(answer.get('error'), 'invalid_request', hint.slice(0, 60))
    }
    const extra = { id_token_hint: real, redirect_uri: ISSUER, scope: 'openid' }
    const foreign = await browser.get(authorizeUrl(stranger.id, pkce().challenge, extra))
    assert.equal(answerOf(foreign).get('error'), 'invalid_request', 'of another client')
  })
})

describe('the way to a code', () => {
  test('T27 [behaviour 13.2.4] every answer forbids framing, sniffing, storing and referrers', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const url = authorizeUrl(id, pkce().challenge)
    const toLogin = await browser.get(url)
    const login = await browser.get(String(toLogin.headers.location))
    await browser.signIn('ada', undefined, url)
    const consent = await browser.get(url)
    const fields = { ...hiddenFields(consent.body), decision: 'allow' }
    const code = await browser.submit('/oauth/consent', fields)
    const refused = await browser.get('/oauth/authorize')
    for (const reply of [toLogin, login, consent, code, refused]) {
      const { headers } = reply
      assert.equal(headers['x-frame-options'], 'DENY')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.equal(headers['cache-control'], 'no-store')
      assert.equal(headers['x-content-type-options'], 'nosniff')
      const csp = String(headers['content-security-policy'])
      assert.match(csp, /frame-ancestors 'none'/)
      assert.doesNotMatch(csp, /unsafe/)
    }
    const csp = String(consent.headers['content-security-policy'])
    assert.match(csp, /form-action 'self' http:\/\/localhost:3000/)
  })

  test('T26 the answer to every POST on the way is a 303 or a page, never 307 or 308', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const url = new URL(authorizeUrl(id, pkce().challenge), ISSUER)
    const asked = await server.form('/oauth/authorize', Object.fromEntries(url.searchParams))
    const signedIn = await browser.signIn('ada', undefined, url.pathname + url.search)
    const page = await browser.get(url.pathname + url.search)
    const fields = { ...hiddenFields(page.body), decision: 'allow' }
    const answered = await browser.submit('/oauth/consent', fields)
    for (const reply of [asked, signedIn, answered]) assert.equal(reply.statusCode, 303)
    assert.ok(answerOf(answered).get('code'))
  })

  test('T31 a flood of requests from one browser leaves no rows and no cookies behind', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const { storage } = server.assembly
    let commits = 0
    const commit = storage.commit.bind(storage)
    storage.commit = (changes) => {
      // Once a second the records of before join their chain, whoever asks for what.
      if (changes.some(({ kind }) => kind !== 'audit.link' && kind !== 'audit.mark')) commits++
      return commit(changes)
    }
    const url = authorizeUrl(id, pkce().challenge)
    await Promise.all(Array.from({ length: 1_000 }, () => browser.get(url)))
    assert.equal(commits, 0)
    assert.ok(browser.cookies.size <= 1)
  })
})
