import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import * as jose from 'jose'
import { ClientSite, LOOPBACK_OPEN } from '../support/client-keys.ts'
import { addAda, authorize, OPENID_CLIENT, redeem } from '../support/openid.ts'
import { Browser, hiddenFields, ISSUER, TestServer } from '../support/server.ts'

const BYE = 'http://localhost:3000/bye'

let server: TestServer
let site: ClientSite
let client: { id: string; secret: string }
before(async () => {
  server = await TestServer.start(LOOPBACK_OPEN)
  await addAda(server)
  await server.addUser('bob')
  site = await ClientSite.open()
  client = await server.addClient({ ...OPENID_CLIENT, post_logout_redirect_uris: [BYE] })
})
beforeEach(() => {
  site.posts.length = 0
  site.status = 200
})
after(async () => {
  await site[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

async function signedIn(of = client, user = 'ada') {
  const browser = new Browser(server)
  const tokens = await redeem(server, of, await authorize(browser, of.id, {}, user))
  return { browser, tokens, idToken: tokens.id_token ?? '' }
}

const url = (params: Record<string, string>) => `/oauth/logout?${new URLSearchParams(params)}`

async function isSignedIn(browser: Browser): Promise<boolean> {
  return (await browser.get('/profile')).statusCode === 200
}

describe('OIDC RP-Initiated Logout §2', () => {
  test('with the ID token of the person: ends the session and returns with state', async () => {
    const { browser, idToken, tokens } = await signedIn()
    const reply = await browser.get(
      url({ id_token_hint: idToken, post_logout_redirect_uri: BYE, state: 'a b' }),
    )
    assert.equal(reply.statusCode, 303)
    assert.equal(reply.headers.location, `${BYE}?state=a%20b`)
    assert.equal(await isSignedIn(browser), false)
    const refreshed = await server.token({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
      client_id: client.id,
      client_secret: client.secret,
    })
    assert.equal(refreshed.json().error, 'invalid_grant') // T70
  })

  test('an expired ID token still names the person', async () => {
    const { browser, idToken } = await signedIn()
    server.clock.advance(3_700)
    await browser.signIn()
    const reply = await browser.get(url({ id_token_hint: idToken, post_logout_redirect_uri: BYE }))
    assert.equal(reply.headers.location, BYE)
    assert.equal(await isSignedIn(browser), false)
  })

  test('T138 without a hint the person is asked, may stay, and may go', async () => {
    const { browser } = await signedIn()
    const ask = url({ client_id: client.id, post_logout_redirect_uri: BYE, state: 's' })
    const page = await browser.get(ask)
    assert.match(page.body, /Sign out\?/)
    assert.match(String(page.headers['content-security-policy']), /form-action[^;]*localhost:3000/)
    assert.equal(await isSignedIn(browser), true)
    const fields = hiddenFields(page.body)
    await browser.submit('/oauth/logout/confirm', { ...fields, decision: 'stay' })
    assert.equal(await isSignedIn(browser), true)
    const gone = await browser.submit('/oauth/logout/confirm', { ...fields, decision: 'logout' })
    assert.equal(gone.headers.location, `${BYE}?state=s`)
    assert.equal(await isSignedIn(browser), false)
    const twice = await browser.submit('/oauth/logout/confirm', { ...fields, decision: 'logout' })
    assert.equal(twice.statusCode, 303) // T141: the same end, no error
  })

  test('T139 an address that is not registered byte for byte is never gone to', async () => {
    for (const uri of [`${BYE}/`, `${BYE}?a=b`, 'https://evil.example/', 'javascript:alert(1)']) {
      const { browser, idToken } = await signedIn()
      const reply = await browser.get(
        url({ id_token_hint: idToken, post_logout_redirect_uri: uri }),
      )
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.headers.location, undefined)
      assert.match(reply.body, /You are signed out/)
      assert.ok(!reply.body.includes('evil.example'))
    }
  })

  test('T140 a hint that is forged, or of another person, client or kind, is confirmed', async () => {
    const { browser, idToken, tokens } = await signedIn()
    const bob = await signedIn(client, 'bob')
    const claims = jose.decodeJwt(idToken)
    const stranger = await jose.generateKeyPair('ES256')
    const hints: Record<string, string>[] = [
      { id_token_hint: bob.idToken },
      { id_token_hint: new jose.UnsecuredJWT(claims).encode() },
      {
        id_token_hint: await new jose.SignJWT(claims)
          .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
          .sign(stranger.privateKey),
      },
      { id_token_hint: tokens.access_token ?? '' },
      { id_token_hint: idToken, client_id: 'other' },
      { id_token_hint: 'x' },
    ]
    for (const hint of hints) {
      const page = await browser.get(url({ ...hint, post_logout_redirect_uri: BYE }))
      assert.match(page.body, /Sign out\?/)
      assert.equal(await isSignedIn(browser), true)
      assert.equal(await isSignedIn(bob.browser), true)
    }
  })

  test('T141 a cross-site confirmation is refused', async () => {
    const { browser } = await signedIn()
    const fields = hiddenFields((await browser.get('/oauth/logout')).body)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await server.form(
      '/oauth/logout/confirm',
      { ...fields, decision: 'logout' },
      { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    )
    assert.equal(reply.statusCode, 403)
    const forged = await browser.submit('/oauth/logout/confirm', { decision: 'logout' })
    assert.equal(forged.statusCode, 403)
    assert.equal(await isSignedIn(browser), true)
  })

  test('by POST it leads to the same page by GET, where the cookie is sent', async () => {
    const reply = await server.form(
      '/oauth/logout',
      { client_id: client.id, state: 'x' },
      { origin: 'https://rp.example', 'sec-fetch-site': 'cross-site' },
    )
    assert.equal(reply.statusCode, 303)
    assert.equal(reply.headers.location, url({ client_id: client.id, state: 'x' }))
  })

  test('T142 an old cookie is nobody; who is not signed in is told so', async () => {
    const { browser, idToken } = await signedIn()
    const old = new Map(browser.cookies)
    await browser.get(url({ id_token_hint: idToken }))
    for (const [name, value] of old) browser.cookies.set(name, value)
    assert.equal(await isSignedIn(browser), false)
    const page = await browser.get('/oauth/logout')
    assert.match(page.body, /You are signed out/)
  })
})

describe('OIDC Back-Channel Logout §2', () => {
  const deliver = () => server.assembly.services.logouts.deliver()
  const rp = (more: object = {}) =>
    server.addClient({
      ...OPENID_CLIENT,
      backchannel_logout_uri: `${site.origin}/back`,
      backchannel_logout_session_required: true,
      ...more,
    })
  const audit = async (action: string, id: string) =>
    (await server.assembly.storage.audit.list({ limit: 50 })).filter(
      (record) => record.action === action && record.targetId === id,
    )

  test('T144 each client of the session gets a logout token of its own', async () => {
    const [a, b, other] = [await rp(), await rp({ subject_type: 'pairwise' }), await rp()]
    const browser = new Browser(server)
    const idTokens = new Map<string, jose.JWTPayload>()
    for (const one of [a, b]) {
      const tokens = await redeem(server, one, await authorize(browser, one.id))
      idTokens.set(one.id, jose.decodeJwt(tokens.id_token ?? ''))
    }
    await signedIn(other, 'bob')
    await browser.submit('/oauth/logout/confirm', {
      ...hiddenFields((await browser.get('/oauth/logout')).body),
      decision: 'logout',
    })
    await deliver()
    assert.equal(site.posts.length, 2)
    const keys = (await server.inject({ url: '/.well-known/jwks.json' })).json()
    const jtis = new Set<unknown>()
    for (const { body } of site.posts) {
      const token = new URLSearchParams(body).get('logout_token') ?? ''
      const { payload } = await jose.jwtVerify(token, jose.createLocalJWKSet(keys), {
        issuer: ISSUER,
        typ: 'logout+jwt',
        currentDate: new Date(server.clock.nowMs()),
      })
      const idToken = idTokens.get(String(payload.aud))
      assert.deepEqual([payload.sub, payload.sid], [idToken?.sub, idToken?.sid])
      assert.deepEqual(payload.events, {
        'http://schemas.openid.net/event/backchannel-logout': {},
      })
      assert.ok(Number(payload.exp) - Number(payload.iat) <= 120)
      assert.equal(payload.nonce, undefined)
      jtis.add(payload.jti)
    }
    assert.equal(jtis.size, 2)
    assert.equal((await audit('logout.delivered', a.id)).length, 1)
  })

  test('a sign-out on our own page and a sign-in as somebody else tell the clients, too', async () => {
    const one = await rp()
    const first = await signedIn(one)
    const profile = await first.browser.get('/profile')
    await first.browser.submit('/auth/logout', hiddenFields(profile.body))
    await deliver()
    assert.equal(site.posts.length, 1)
    const second = await signedIn(one)
    await second.browser.signIn('bob', undefined, '/profile')
    await deliver()
    assert.equal(site.posts.length, 2)
  })

  test('who signs in again as the same person keeps their apps, which hear of the end by their sid', async () => {
    const one = await rp()
    const { browser, idToken } = await signedIn(one)
    const again = await browser.signIn('ada', undefined, '/profile')
    assert.equal(again.statusCode, 303)
    await deliver()
    assert.equal(site.posts.length, 0)
    await browser.get(url({ id_token_hint: idToken }))
    await deliver()
    const token = new URLSearchParams(site.posts[0]?.body).get('logout_token') ?? ''
    assert.equal(jose.decodeJwt(token).sid, jose.decodeJwt(idToken).sid)
  })

  test('a client that gave its tokens back hears of the end, also after a new sign-in', async () => {
    const one = await rp()
    const { browser, idToken, tokens } = await signedIn(one)
    const given = { token: tokens.refresh_token ?? '', client_id: one.id }
    await server.form('/oauth/revoke', { ...given, client_secret: one.secret })
    await browser.signIn('ada', undefined, '/profile')
    await browser.get(url({ id_token_hint: idToken }))
    await deliver()
    const token = new URLSearchParams(site.posts[0]?.body).get('logout_token') ?? ''
    assert.equal(jose.decodeJwt(token).sid, jose.decodeJwt(idToken).sid)
  })

  test('T143 a client that fails is tried again later, then given up, and both show', async () => {
    const one = await rp()
    const { browser, idToken } = await signedIn(one)
    site.status = 500
    const reply = await browser.get(url({ id_token_hint: idToken }))
    assert.equal(reply.statusCode, 200)
    await deliver()
    await deliver()
    assert.equal(site.posts.length, 1)
    for (const pause of [10, 60, 300, 1_800, 7_200, 21_600, 86_400]) {
      server.clock.advance(pause)
      await deliver()
    }
    assert.equal(site.posts.length, 7)
    assert.deepEqual(
      (await audit('logout.failed', one.id)).map(({ metadata }) => metadata.reason),
      ['the client answered 500'],
    )
    const jtis = site.posts.map(
      ({ body }) => jose.decodeJwt(new URLSearchParams(body).get('logout_token') ?? '').jti,
    )
    assert.equal(new Set(jtis).size, 7)
  })

  test('T143 an address in our own network is never called', async () => {
    const one = await rp({ backchannel_logout_uri: 'https://10.0.0.1/back' })
    const { browser, idToken } = await signedIn(one)
    await browser.get(url({ id_token_hint: idToken }))
    await deliver()
    assert.equal(site.posts.length, 0)
    assert.equal((await audit('logout.delivered', one.id)).length, 0)
  })
})

describe('OIDC Front-Channel Logout §3', () => {
  test('each client’s address is framed with iss and sid, and the policy allows just these', async () => {
    const one = await server.addClient({
      ...OPENID_CLIENT,
      frontchannel_logout_uri: 'https://rp.example:8443/out?x=1',
      frontchannel_logout_session_required: true,
      post_logout_redirect_uris: [BYE],
    })
    const { browser, idToken } = await signedIn(one)
    const page = await browser.get(
      url({ id_token_hint: idToken, post_logout_redirect_uri: BYE, state: 's' }),
    )
    assert.equal(page.statusCode, 200)
    const source = /<iframe[^>]*src="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const frame = new URL(source)
    assert.equal(frame.origin + frame.pathname, 'https://rp.example:8443/out')
    assert.deepEqual(Object.fromEntries(frame.searchParams), {
      x: '1',
      iss: ISSUER,
      sid: String(jose.decodeJwt(idToken).sid),
    })
    const policy = String(page.headers['content-security-policy'])
    assert.match(policy, /frame-src https:\/\/rp\.example:8443;/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.ok(page.body.includes(`href="${BYE}?state=s"`))
    assert.equal(await isSignedIn(browser), false)
  })
})

describe('T145 a sign-out between code and tokens', () => {
  test('leaves no tokens behind', async () => {
    const browser = new Browser(server)
    const answer = await authorize(browser, client.id)
    const page = await browser.get('/profile')
    await browser.submit('/auth/logout', hiddenFields(page.body))
    const reply = await server.token({
      grant_type: 'authorization_code',
      code: answer.fields.get('code') ?? '',
      redirect_uri: 'http://localhost:3000/callback',
      code_verifier: answer.verifier,
      client_id: client.id,
      client_secret: client.secret,
    })
    assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_grant'])
  })
})
