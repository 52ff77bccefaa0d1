import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ClientSite, LOOPBACK_OPEN } from '../support/client-keys.ts'
import { addAda, OPENID_CLIENT } from '../support/openid.ts'
import { authorizeUrl, Browser, pkce, TestServer } from '../support/server.ts'

let server: TestServer
let site: ClientSite
before(async () => {
  server = await TestServer.start(LOOPBACK_OPEN)
  await addAda(server)
  site = await ClientSite.open()
})
after(async () => {
  await site[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

describe('OIDC Registration §2: logo_uri, policy_uri and tos_uri are shown', () => {
  test('on the sign-in page and on the consent page, the logo from here', async () => {
    const client = await server.addClient({
      ...OPENID_CLIENT,
      logo_uri: 'https://rp.example/logo.png',
      policy_uri: 'https://rp.example/privacy',
      tos_uri: 'https://rp.example/terms',
    })
    const browser = new Browser(server)
    const url = authorizeUrl(client.id, pkce().challenge, { scope: 'openid' })
    const login = await browser.get(String((await browser.get(url)).headers.location))
    await browser.signIn()
    const consent = await browser.get(url)
    for (const { body } of [login, consent]) {
      assert.ok(body.includes(`src="/clients/logo/${client.id}"`))
      assert.ok(body.includes('href="https://rp.example/privacy"'))
      assert.ok(body.includes('href="https://rp.example/terms"'))
      assert.ok(!body.includes('logo.png'))
    }
  })
})

describe('the logo of a client', () => {
  const gif = 'GIF89a\u0001\u0000\u0001\u0000'
  const clientWith = (path: string) =>
    server.addClient({ ...OPENID_CLIENT, logo_uri: site.origin + path })
  const get = (id: string) => server.inject({ url: `/clients/logo/${id}` })

  test('is fetched once, and goes by what it is', async () => {
    site.documents.set('/logo', gif)
    const client = await clientWith('/logo')
    site.gets = 0
    const replies = await Promise.all([get(client.id), get(client.id)])
    for (const reply of replies) {
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.headers['content-type'], 'image/gif')
      assert.equal(reply.headers['x-content-type-options'], 'nosniff')
    }
    await get(client.id)
    assert.equal(site.gets, 1)
  })

  test('T125 what is no picture, and what is not there, is not found and not asked for again', async () => {
    site.documents.set('/page', '<svg onload="alert(1)">')
    for (const path of ['/page', '/none']) {
      const client = await clientWith(path)
      site.gets = 0
      assert.equal((await get(client.id)).statusCode, 404)
      assert.equal((await get(client.id)).statusCode, 404)
      assert.equal(site.gets, 1)
    }
    assert.equal((await get('nobody')).statusCode, 404)
  })
})
