import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  authorizeUrl,
  Browser,
  hiddenFields,
  ISSUER,
  PASSWORD,
  pkce,
  REDIRECT,
  TestServer,
} from '../support/server.ts'

async function atConsent(redirectUri = REDIRECT) {
  const server = await TestServer.start()
  await server.addUser()
  const { id } = await server.addClient({
    client_name: 'App',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code'],
    scope: 'read write',
    token_endpoint_auth_method: 'none',
  })
  const browser = new Browser(server)
  await browser.signIn()
  const url = authorizeUrl(id, pkce().challenge, { redirect_uri: redirectUri })
  const fields = hiddenFields((await browser.get(url)).body)
  const decide = (decision: string, extra: Record<string, string> = {}) =>
    server.form(
      '/oauth/consent',
      { ...fields, decision, remember: 'on' },
      {
        cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
        origin: ISSUER,
        'sec-fetch-site': 'same-origin',
        ...extra,
      },
    )
  return { server, browser, url, decide }
}

const LOADS_PAGE = { 'sec-fetch-dest': 'document' }

describe('the answer after a form', () => {
  test('is a redirect for programs', async () => {
    const { server, decide } = await atConsent()
    await using _ = server
    const reply = await decide('allow')
    assert.equal(reply.statusCode, 303)
    assert.match(String(reply.headers.location), /^http:\/\/localhost:3000\/callback\?code=/)
  })

  for (const [decision, answer] of [
    ['allow', 'code=gac_'],
    ['deny', 'error=access_denied'],
  ] as const) {
    test(`is a page that leads on for a browser that loads one: ${decision}`, async () => {
      const { server, decide } = await atConsent()
      await using _ = server
      const reply = await decide(decision, LOADS_PAGE)
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.headers.location, undefined)
      assert.equal(reply.headers['cache-control'], 'no-store')
      const target = `http://localhost:3000/callback?${answer}`
      assert.ok(reply.body.includes(`<meta http-equiv="refresh" content="0; url=${target}`))
      assert.ok(reply.body.includes(`href="${target}`))
    })
  }

  test('is a page also when the sign-in form leads straight to the app', async () => {
    const { server, browser, url, decide } = await atConsent()
    await using _ = server
    await decide('allow')
    browser.cookies.delete('sid')
    const toLogin = new URL(String((await browser.get(url)).headers.location), ISSUER)
    const returnTo = toLogin.searchParams.get('return_to') ?? ''
    const signedIn = await browser.signIn('ada', PASSWORD, returnTo)
    const next = String(signedIn.headers.location)
    assert.equal((await browser.get(next)).statusCode, 303)
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const loaded = await server.inject({ url: next, headers: { cookie, ...LOADS_PAGE } })
    assert.equal(loaded.statusCode, 200)
    assert.match(loaded.body, /http-equiv="refresh" content="0; url=http:\/\/localhost:3000\//)
    // Without our form before it there is no chain to end.
    const direct = await server.inject({ url, headers: { cookie, ...LOADS_PAGE } })
    assert.equal(direct.statusCode, 303)
  })

  test('a redirect URI with an apostrophe is answered like any other', async () => {
    const { server, decide } = await atConsent("http://localhost:3000/it's/back")
    await using _ = server
    const reply = await decide('allow', LOADS_PAGE)
    assert.equal(reply.statusCode, 200)
    assert.ok(reply.body.includes('url=http://localhost:3000/it&#39;s/back?code='))
  })
})
