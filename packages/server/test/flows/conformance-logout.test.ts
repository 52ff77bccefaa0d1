// The modules of the logout certification plans (RP-initiated, back-channel, front-channel), by their
// names. After each one the suite asks with prompt=none, which must show that the person has gone.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import { ClientSite, LOOPBACK_OPEN } from '../support/client-keys.ts'
import { addAda } from '../support/openid.ts'
import { Browser, hiddenFields, ISSUER, TestServer } from '../support/server.ts'
import { CONFORMANCE, SuiteClient } from '../support/suite.ts'

const BYE = 'https://suite.example/test/a/grantd/post_logout_redirect'
const STATE = 's'.repeat(128)

let server: TestServer
let site: ClientSite
before(async () => {
  server = await TestServer.start({ ...CONFORMANCE, ...LOOPBACK_OPEN })
  await addAda(server)
  site = await ClientSite.open()
})
after(async () => {
  await site[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** Ada, signed in for a client of the suite. */
async function begin(members: object = {}) {
  const client = await SuiteClient.register(server, {
    post_logout_redirect_uris: [BYE],
    ...members,
  })
  const browser = new Browser(server)
  const tokens = await client.tokens(browser)
  const ask = (changed: Record<string, string | undefined> = {}) => {
    const all = { post_logout_redirect_uri: BYE, id_token_hint: tokens.id_token, state: STATE }
    const sent = Object.entries({ ...all, ...changed }).filter(([, value]) => value !== undefined)
    return browser.get(`/oauth/logout?${new URLSearchParams(sent as [string, string][])}`)
  }
  return { client, browser, tokens, ask }
}
type Begun = Awaited<ReturnType<typeof begin>>

async function hasGone({ client, browser }: Begun): Promise<void> {
  const { fields } = await client.ask(browser, { prompt: 'none' })
  assert.equal(fields.get('error'), 'login_required')
}

/** The page on which the person decides; leaves as they would. */
async function confirm(
  { browser }: Begun,
  page: { statusCode: number; body: string; headers: object },
) {
  assert.equal(page.statusCode, 200)
  assert.equal('location' in page.headers, false)
  return browser.submit('/oauth/logout/confirm', {
    ...hiddenFields(page.body),
    decision: 'logout',
  })
}

describe('oidcc-rp-initiated-logout-certification-test-plan', () => {
  test('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
    const found = (await server.inject({ url: '/.well-known/openid-configuration' })).json()
    assert.equal(found.end_session_endpoint, `${ISSUER}/oauth/logout`)
  })

  test('oidcc-rp-initiated-logout', async () => {
    const begun = await begin()
    const reply = await begun.ask()
    // Nothing but state may be added.
    assert.equal(reply.headers.location, `${BYE}?state=${STATE}`)
    await hasGone(begun)
  })

  test('oidcc-rp-initiated-logout-no-state', async () => {
    const begun = await begin()
    assert.equal((await begun.ask({ state: undefined })).headers.location, BYE)
    await hasGone(begun)
  })

  for (const [module, changed] of [
    ['bad-post-logout-redirect-uri', { post_logout_redirect_uri: `${BYE}/other` }],
    ['query-added-to-post-logout-redirect-uri', { post_logout_redirect_uri: `${BYE}?foo=bar` }],
    ['no-post-logout-redirect-uri', { post_logout_redirect_uri: undefined }],
  ] as const) {
    test(`oidcc-rp-initiated-logout-${module}`, async () => {
      const begun = await begin()
      const reply = await begun.ask(changed)
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.headers.location, undefined)
      assert.match(reply.body, /You are signed out/)
      await hasGone(begun)
    })
  }

  for (const [module, changed] of [
    ['modified-id-token-hint', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
    ['bad-id-token-hint', (token: string) => `${token.split('.').slice(0, 2).join('.')}.`],
  ] as const) {
    test(`oidcc-rp-initiated-logout-${module}`, async () => {
      const begun = await begin()
      const page = await begun.ask({ id_token_hint: changed(begun.tokens.id_token) })
      const done = await confirm(begun, page)
      assert.equal(done.headers.location, undefined)
      await hasGone(begun)
    })
  }

  test('oidcc-rp-initiated-logout-no-id-token-hint', async () => {
    const begun = await begin()
    // Nothing says whose the address is: the module fails an OP that goes there all the same.
    const done = await confirm(begun, await begun.ask({ id_token_hint: undefined }))
    assert.equal(done.headers.location, undefined)
    assert.match(done.body, /You are signed out/)
    await hasGone(begun)
  })

  test('a client that names itself instead is gone back to once the person agrees', async () => {
    const begun = await begin()
    const page = await begun.ask({ id_token_hint: undefined, client_id: begun.client.id })
    assert.equal((await confirm(begun, page)).headers.location, `${BYE}?state=${STATE}`)
    await hasGone(begun)
  })

  for (const [module, state] of [
    ['no-params', undefined],
    ['only-state', STATE],
  ] as const) {
    test(`oidcc-rp-initiated-logout-${module}`, async () => {
      const begun = await begin()
      const nothing = { id_token_hint: undefined, post_logout_redirect_uri: undefined }
      const done = await confirm(begun, await begun.ask({ ...nothing, state }))
      assert.match(done.body, /You are signed out/)
      await hasGone(begun)
    })
  }
})

describe('oidcc-backchannel-rp-initiated-logout-certification-test-plan', () => {
  test('oidcc-backchannel-logout-discovery-endpoint-verification', async () => {
    const found = (await server.inject({ url: '/.well-known/openid-configuration' })).json()
    assert.equal(found.backchannel_logout_supported, true)
    assert.equal(found.backchannel_logout_session_supported, true)
  })

  test('oidcc-backchannel-rp-initiated-logout', async () => {
    const begun = await begin({
      backchannel_logout_uri: `${site.origin}/backchannel_logout`,
      backchannel_logout_session_required: true,
    })
    assert.equal((await begun.ask()).headers.location, `${BYE}?state=${STATE}`)
    await server.assembly.services.logouts.deliver()
    const [post] = site.posts.splice(0)
    const sent = new URLSearchParams(post?.body)
    assert.deepEqual([...sent.keys()], ['logout_token'])
    const token = sent.get('logout_token') ?? ''
    const keys = (await server.inject({ url: '/.well-known/jwks.json' })).json()
    const { payload, protectedHeader } = await jose.jwtVerify(token, jose.createLocalJWKSet(keys), {
      issuer: ISSUER,
      audience: begun.client.id,
      currentDate: new Date(server.clock.nowMs()),
    })
    assert.equal(protectedHeader.alg, 'RS256') // as its ID tokens
    const { sub, sid } = await begun.client.idToken(begun.tokens)
    assert.deepEqual([payload.sub, payload.sid, payload.nonce], [sub, sid, undefined])
    assert.ok(typeof payload.jti === 'string' && typeof payload.iat === 'number')
    assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} })
    await hasGone(begun)
  })
})

describe('oidcc-frontchannel-rp-initiated-logout-certification-test-plan', () => {
  test('oidcc-frontchannel-logout-discovery-endpoint-verification', async () => {
    const found = (await server.inject({ url: '/.well-known/openid-configuration' })).json()
    assert.equal(found.frontchannel_logout_supported, true)
    assert.equal(found.frontchannel_logout_session_supported, true)
  })

  test('oidcc-frontchannel-rp-initiated-logout', async () => {
    const begun = await begin({
      frontchannel_logout_uri: 'https://suite.example/test/a/grantd/frontchannel_logout',
      frontchannel_logout_session_required: true,
    })
    const page = await begun.ask()
    const source = /<iframe[^>]*src="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const { sid } = await begun.client.idToken(begun.tokens)
    const sent = Object.fromEntries(new URL(source).searchParams)
    assert.deepEqual(sent, { iss: ISSUER, sid: String(sid) })
    assert.ok(page.body.includes(`href="${BYE}?state=${STATE}"`))
    await hasGone(begun)
  })
})
