// What accounts and OpenID Connect owe each other: apps hear of sessions that a change of the account
// ended, and an app that asks for two factors gets them or an error.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { userEnabled } from '@grantd/oauth'
import * as jose from 'jose'
import { ClientSite, LOOPBACK_OPEN } from '../support/client-keys.ts'
import { authorize, OPENID_CLIENT, redeem } from '../support/openid.ts'
import { codeOf, enterCode, formFor, withTotp } from '../support/people.ts'
import { authorizeUrl, Browser, pkce, TestServer } from '../support/server.ts'

const NEXT = 'another horse battery'
const TWO_FACTORS = 'urn:grantd:acr:2fa'
const essential = JSON.stringify({
  id_token: { acr: { essential: true, values: [TWO_FACTORS] } },
})

describe('back-channel logout of sessions that a change of the account ends', () => {
  let server: TestServer
  let site: ClientSite
  let client: { id: string; secret: string }
  before(async () => {
    site = await ClientSite.open()
  })
  beforeEach(async () => {
    server = await TestServer.start({ ...LOOPBACK_OPEN, OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true' })
    await server.addUser('ada', undefined, 'ada@mail.example')
    client = await server.addClient({
      ...OPENID_CLIENT,
      backchannel_logout_uri: `${site.origin}/back`,
    })
    site.posts.length = 0
  })
  after(() => site[Symbol.asyncDispose]())

  async function signedIn() {
    const browser = new Browser(server)
    const tokens = await redeem(server, client, await authorize(browser, client.id))
    return { browser, sid: jose.decodeJwt(tokens.id_token ?? '').sid }
  }

  async function toldSids() {
    await server.assembly.services.logouts.deliver()
    return site.posts.map(({ body }) => {
      const token = new URLSearchParams(body).get('logout_token') ?? ''
      return jose.decodeJwt(token).sid
    })
  }

  test('a new password tells the apps of the other sessions, not of this one', async () => {
    await using _ = server
    const here = await signedIn()
    const there = await signedIn()
    const page = (await here.browser.get('/profile/password')).body
    const reply = await here.browser.submit('/profile/password', {
      ...formFor(page, '/profile/password'),
      password: NEXT,
      password_again: NEXT,
    })
    assert.equal(reply.headers.location, '/profile?done=password')
    assert.deepEqual(await toldSids(), [there.sid])
  })

  for (const what of ['disable', 'delete']) {
    test(`${what}: the apps hear of it, and nothing of the session stays in the browser`, async () => {
      await using _ = server
      const { browser, sid } = await signedIn()
      assert.ok(browser.cookies.has('op_state'))
      const path = `/profile/${what}`
      const page = (await browser.get(path)).body
      await browser.submit(path, { ...formFor(page, path), confirm: 'ada' })
      assert.deepEqual(await toldSids(), [sid])
      assert.deepEqual(
        [browser.cookies.has('sid'), browser.cookies.has('op_state')],
        [false, false],
      )
    })
  }

  test('so does an administrator who locks the account', async () => {
    await using _ = server
    const { sid } = await signedIn()
    const { services } = server.assembly
    const existing = await services.storage.users.findByLogin('ada')
    assert.ok(existing)
    const lock = await userEnabled({ existing, isEnabled: false, actor: 'cli' }, services)
    await services.storage.commit(lock.changes)
    assert.deepEqual(await toldSids(), [sid])
  })
})

describe('OIDC Core §5.5.1.1: an app that asks for two factors', () => {
  async function started() {
    const server = await TestServer.start({ OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true' })
    await server.addUser('ada', undefined, 'ada@mail.example')
    return { server, client: await server.addClient(OPENID_CLIENT) }
  }

  test('sends who signed in with one through the sign-in, and the ID token says so', async () => {
    const { server, client } = await started()
    await using _ = server
    // This session began before the account had its second factor.
    const { browser, seed } = await withTotp(server)
    const { challenge, verifier } = pkce()
    const url = authorizeUrl(client.id, challenge, { scope: 'openid', claims: essential })
    const first = await browser.get(url)
    assert.match(String(first.headers.location), /^\/auth\/login\?/)
    const location = new URL(String(first.headers.location), 'http://localhost')
    const returnTo = location.searchParams.get('return_to') ?? ''
    const half = await browser.signIn('ada', undefined, returnTo)
    const page = (await browser.get(String(half.headers.location))).body
    const back = await enterCode(browser, page, codeOf(server, seed))
    assert.equal(back.headers.location, returnTo)
    assert.ok(browser.cookies.has('op_state'))
    const consent = await browser.get(returnTo)
    const answer = await browser.submit('/oauth/consent', {
      ...formFor(consent.body, '/oauth/consent'),
      decision: 'allow',
    })
    const fields = new URL(String(answer.headers.location)).searchParams
    const told = { status: 303, fields, mode: 'query', body: '', verifier } as const
    const { id_token = '' } = await redeem(server, client, told)
    const { acr, amr } = jose.decodeJwt(id_token)
    assert.deepEqual([acr, amr], [TWO_FACTORS, ['pwd', 'otp', 'mfa']])
  })

  test('hears login_required with prompt=none, and unmet where there is no second factor', async () => {
    const { server, client } = await started()
    await using _ = server
    const alone = new Browser(server)
    await alone.signIn()
    const unmet = await authorize(alone, client.id, { claims: essential })
    assert.equal(unmet.fields.get('error'), 'unmet_authentication_requirements')
    const { browser } = await withTotp(server)
    const silent = await authorize(browser, client.id, { claims: essential, prompt: 'none' })
    assert.equal(silent.fields.get('error'), 'login_required')
    // What is only wished for is no reason to fail.
    const wished = await authorize(browser, client.id, { acr_values: TWO_FACTORS, prompt: 'none' })
    assert.equal(wished.fields.get('error'), 'consent_required')
  })
})
