import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Browser, pkce, REDIRECT, TestServer } from '../support/server.ts'

const ACCENT = { accent_color: '#003366', accent_color_dark: '#99ccff' }

async function loginPageOf(server: TestServer, clientId: string) {
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: clientId, redirect_uri: REDIRECT },
    ...{ code_challenge: pkce().challenge, code_challenge_method: 'S256' },
  })
  const browser = new Browser(server)
  const { headers } = await browser.get(`/oauth/authorize?${query}`)
  return browser.get(String(headers.location))
}

const sheetsOf = (html: string) =>
  [...html.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)].map((match) => match[1] ?? '')

describe('branding', () => {
  test('the name and the stylesheet of the server are on every page, under the strict policy', async () => {
    await using server = await TestServer.start({
      OAUTH2_BRANDING_NAME: 'Example <ID>',
      OAUTH2_BRANDING_RADIUS: '2px',
    })
    const page = await server.inject({ url: '/auth/login' })
    assert.ok(page.body.includes('<title>Sign in · Example &lt;ID&gt;</title>'))
    assert.match(String(page.headers['content-security-policy']), /style-src 'self';/)
    const [, brand = ''] = sheetsOf(page.body)
    const sheet = await server.inject({ url: brand })
    assert.equal(sheet.statusCode, 200)
    assert.match(String(sheet.headers['cache-control']), /immutable/)
    assert.match(sheet.body, /--radius:2px/)
    const again = await server.inject({
      url: brand,
      headers: { 'if-none-match': String(sheet.headers.etag) },
    })
    assert.equal(again.statusCode, 304)
  })

  test('a client that an operator made has its accent on its own pages alone', async () => {
    await using server = await TestServer.start()
    await server.addClient({ client_name: 'Shop', redirect_uris: [REDIRECT], ...ACCENT }, 'shop')
    const page = await loginPageOf(server, 'shop')
    const [, accent = ''] = sheetsOf(page.body)
    const sheet = await server.inject({ url: accent })
    assert.equal(sheet.headers['content-type'], 'text/css; charset=utf-8')
    assert.match(sheet.body, /--accent:#003366/)
    assert.equal(sheetsOf((await server.inject({ url: '/auth/login' })).body).length, 1)
  })

  test('no client gives itself colours, when it registers or later', async () => {
    await using server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true' })
    const register = (more: object) =>
      server.inject({
        method: 'POST',
        url: '/connect/register',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify({ client_name: 'Self', redirect_uris: [REDIRECT], ...more }),
      })
    const refused = await register(ACCENT)
    assert.equal(refused.statusCode, 400)
    assert.equal(JSON.parse(refused.body).error, 'invalid_client_metadata')
    const plain = JSON.parse((await register({})).body)
    const update = await server.inject({
      method: 'PUT',
      url: new URL(plain.registration_client_uri).pathname,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${plain.registration_access_token}`,
      },
      payload: JSON.stringify({
        ...{ client_id: plain.client_id, client_name: 'Self', redirect_uris: [REDIRECT] },
        ...ACCENT,
      }),
    })
    assert.equal(update.statusCode, 400)
    // Even if it got into the database some other way.
    const { services, storage } = server.assembly
    await services.clients.for(plain.client_id).update({
      ...{ id: plain.client_id, action: 'client.updated', actor: 'test' },
      change: (client) => ({ ...client, metadata: { ...client.metadata, ...ACCENT } }),
    })
    assert.ok((await storage.clients.find(plain.client_id))?.metadata.accent_color)
    assert.equal(sheetsOf((await loginPageOf(server, plain.client_id)).body).length, 1)
  })
})
