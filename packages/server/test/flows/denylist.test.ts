import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { after, type DenialKind, nowSeconds } from '@grantd/domain'
import { addDenial, removeDenial } from '@grantd/oauth'
import { codeGrant, obtainTokens, refreshGrant, withApp } from '../support/flow.ts'
import { authorizeUrl, Browser, obtainCode, pkce, type TestServer } from '../support/server.ts'

/** As another process would: the server hears of it by itself. */
async function deny(server: TestServer, kind: DenialKind, value: string, seconds?: number) {
  const { services, storage } = server.assembly
  const at = nowSeconds(server.clock)
  const expiresAt = seconds === undefined ? undefined : after(at, seconds)
  const wish = { kind, value, reason: 'a test', expiresAt, actor: 'cli' }
  await storage.commit(addDenial(wish, services))
  server.clock.advance(1)
}

async function allow(server: TestServer, kind: DenialKind, value: string) {
  const { services, storage } = server.assembly
  const denial = await storage.denylist.find(kind, value)
  assert.ok(denial)
  await storage.commit(removeDenial(denial, { actor: 'cli' }, services))
  server.clock.advance(1)
}

const adaOf = async (server: TestServer) => {
  const ada = await server.assembly.storage.users.findByLogin('ada')
  assert.ok(ada)
  return ada
}

/** An app of Ada's and a confidential client that may look at her tokens. */
async function world() {
  const { server, id } = await withApp()
  const probe = await server.addClient({
    client_name: 'Probe',
    grant_types: ['client_credentials'],
    scope: 'read',
  })
  const secret = { client_id: probe.id, client_secret: probe.secret }
  const service = () => server.token({ grant_type: 'client_credentials', ...secret })
  const userinfo = (token: string) =>
    server.inject({ url: '/oauth/userinfo', headers: { authorization: `Bearer ${token}` } })
  return { server, id, probe, service, userinfo }
}

describe('the denylist: addresses', () => {
  test('T155 an address and a network are refused with 403 everywhere but at probes', async () => {
    const { server } = await world()
    await using _ = server
    await deny(server, 'ip', '198.51.100.7')
    await deny(server, 'ip', '2001:db8:5::/48')
    const get = async (url: string, remoteAddress: string) =>
      (await server.inject({ url, remoteAddress })).statusCode
    for (const ip of ['198.51.100.7', '::ffff:198.51.100.7', '2001:db8:5:ffff::1']) {
      assert.equal(await get('/.well-known/openid-configuration', ip), 403, ip)
      assert.equal(await get('/no-such-path', ip), 403, ip)
      assert.equal(await get('/health', ip), 200, ip)
    }
    for (const ip of ['198.51.100.8', '2001:db8:6::1'])
      assert.equal(await get('/.well-known/openid-configuration', ip), 200, ip)
    const reply = await server.inject({ url: '/auth/login', remoteAddress: '198.51.100.7' })
    assert.deepEqual(reply.json(), {
      error: 'access_denied',
      error_description: 'request source is denylisted',
    })
  })

  test('T155 X-Forwarded-For of a stranger neither denies nor clears anybody', async () => {
    const { server } = await world()
    await using _ = server
    await deny(server, 'ip', '198.51.100.7')
    const get = async (remoteAddress: string, forwarded: string) => {
      const headers = { 'x-forwarded-for': forwarded }
      return (await server.inject({ url: '/oauth/jwks', remoteAddress, headers })).statusCode
    }
    assert.equal(await get('198.51.100.7', '192.0.2.1'), 403)
    assert.notEqual(await get('192.0.2.1', '198.51.100.7'), 403)
  })

  test('an entry ends by itself, and is let go by hand', async () => {
    const { server } = await world()
    await using _ = server
    const status = async () =>
      (await server.inject({ url: '/health/none', remoteAddress: '192.0.2.9' })).statusCode
    await deny(server, 'ip', '192.0.2.9', 60)
    assert.equal(await status(), 403)
    server.clock.advance(60)
    assert.equal(await status(), 404)
    await deny(server, 'ip', '192.0.2.9')
    assert.equal(await status(), 403)
    await allow(server, 'ip', '192.0.2.9')
    assert.equal(await status(), 404)
  })
})

describe('the denylist: people (W-14)', () => {
  const NAMES: readonly (readonly [DenialKind, (server: TestServer) => Promise<string>])[] = [
    ['username', async () => 'ada'],
    ['email', async () => 'ada@example.com'],
    ['user_id', async (server) => (await adaOf(server)).id],
  ]
  for (const [kind, nameOf] of NAMES) {
    test(`T167 by ${kind}: sessions, tokens and codes stop at once, and go on afterwards`, async () => {
      const { server, id, userinfo } = await world()
      await using _ = server
      const ada = await adaOf(server)
      const named = { ...ada, email: 'ada@example.com', emailKey: 'ada@example.com' }
      await server.assembly.storage.commit([
        { kind: 'user.update', user: { ...named, version: ada.version + 1 } },
      ])
      const wish = { scope: 'openid offline_access read' }
      const { tokens, browser } = await obtainTokens(server, id, wish)
      const { code, verifier } = await obtainCode(server, id, wish)
      const value = await nameOf(server)
      await deny(server, kind, value)
      assert.equal((await userinfo(tokens.access_token)).statusCode, 401)
      assert.equal((await browser.get('/profile')).statusCode, 303)
      const refused = await server.token(refreshGrant(id, tokens.refresh_token))
      assert.deepEqual([refused.statusCode, refused.json().error], [400, 'invalid_grant'])
      const bought = await server.token(codeGrant(id, code, verifier))
      assert.deepEqual([bought.statusCode, bought.json().error], [400, 'invalid_grant'])
      const signIn = await new Browser(server).signIn()
      assert.match(String(signIn.headers.location), /error=/)
      await allow(server, kind, value)
      assert.equal((await userinfo(tokens.access_token)).statusCode, 200)
      assert.equal((await browser.get('/profile')).statusCode, 200)
      const renewed = await server.token(refreshGrant(id, tokens.refresh_token))
      assert.equal(renewed.statusCode, 200, 'the refused attempt spent nothing')
    })
  }

  test('T152 a denied person is refused like one with a wrong password', async () => {
    const { server } = await world()
    await using _ = server
    const wrong = await new Browser(server).signIn('ada', 'not her password')
    await deny(server, 'username', 'ada')
    const denied = await new Browser(server).signIn()
    assert.equal(denied.statusCode, wrong.statusCode)
    assert.equal(denied.headers.location, wrong.headers.location)
    const bare = (html: string) => html.replaceAll(/value="[^"]*"/g, '')
    assert.equal(bare(denied.body), bare(wrong.body))
  })

  test('an account that takes a denied name is found within a minute', async () => {
    const { server, id, userinfo } = await world()
    await using _ = server
    const { tokens } = await obtainTokens(server, id, { scope: 'openid' })
    await deny(server, 'email', 'late@example.com')
    assert.equal((await userinfo(tokens.access_token)).statusCode, 200)
    const ada = await adaOf(server)
    const user = { ...ada, email: 'late@example.com', emailKey: 'late@example.com' }
    await server.assembly.storage.commit([
      { kind: 'user.update', user: { ...user, version: ada.version + 1 } },
    ])
    server.clock.advance(61)
    assert.equal((await userinfo(tokens.access_token)).statusCode, 401)
  })
})

describe('the denylist: clients (W-14)', () => {
  test('a denied client neither authenticates nor begins a sign-in, and its tokens stop', async () => {
    const { server, id, probe, service, userinfo } = await world()
    await using _ = server
    const { tokens } = await obtainTokens(server, id, { scope: 'openid' })
    assert.equal((await service()).statusCode, 200)
    await deny(server, 'client_id', probe.id)
    await deny(server, 'client_id', id)
    const reply = await service()
    assert.deepEqual([reply.statusCode, reply.json().error], [401, 'invalid_client'])
    assert.equal((await userinfo(tokens.access_token)).statusCode, 401)
    const { challenge } = pkce()
    const page = await new Browser(server).get(authorizeUrl(id, challenge))
    assert.equal(page.statusCode, 400)
    assert.equal(page.headers.location, undefined)
    await allow(server, 'client_id', probe.id)
    assert.equal((await service()).statusCode, 200)
  })
})

test('storage down: the known list stays in force and nobody else is refused', async () => {
  const { server } = await world()
  await using _ = server
  await deny(server, 'ip', '198.51.100.7')
  const get = async (remoteAddress: string) =>
    (await server.inject({ url: '/oauth/jwks', remoteAddress })).statusCode
  assert.equal(await get('198.51.100.7'), 403)
  await server.assembly.storage.close()
  server.clock.advance(10)
  assert.equal(await get('198.51.100.7'), 403)
  assert.notEqual(await get('192.0.2.1'), 403)
})
