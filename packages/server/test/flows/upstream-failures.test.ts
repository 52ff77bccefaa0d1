// Providers that are turned off, and providers that fail.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { json } from '../support/fake-upstream.ts'
import { Browser, PASSWORD, TestServer } from '../support/server.ts'
import {
  comeBack,
  envFor,
  exchanges,
  isRefused,
  isSignedIn,
  leave,
  nobody,
  withUpstream,
} from '../support/upstream.ts'

describe('T176 a provider that is turned off', () => {
  test('while somebody is there signs nobody in any more', async () => {
    await using world = await withUpstream()
    const browser = new Browser(world.server)
    const callback = world.upstream.authorize(await leave(browser))
    await using off = await TestServer.start({
      ...envFor(world.upstream),
      OAUTH2_OIDC_ENABLED: 'false',
    })
    const { pathname, search } = new URL(callback)
    const headers = { accept: 'text/html', cookie: `upstream=${browser.cookies.get('upstream')}` }
    const reply = await off.inject({ url: `${pathname}${search}`, headers })
    isRefused(reply, 400, 'provider_not_configured')
    assert.equal(reply.headers['set-cookie'], undefined)
    assert.equal(exchanges(world), 0)
  })

  test('a known name that is not configured says so; T179 any other one is not there', async () => {
    await using server = await TestServer.start()
    const browser = new Browser(server)
    const ways = ['login', 'callback']
    for (const way of ways) {
      for (const id of ['google', 'microsoft', 'github', 'azure', 'keycloak', 'oidc'])
        isRefused(await browser.get(`/auth/${way}/${id}`), 400, 'provider_not_configured')
      for (const id of ['okta', 'auth0'])
        isRefused(await browser.get(`/auth/${way}/${id}`), 503, 'provider_not_configured')
      for (const id of ['facebook', 'constructor', 'Google', 'google/'])
        assert.equal((await browser.get(`/auth/${way}/${id}`)).statusCode, 404, id)
    }
  })
})

describe('T177 a provider that fails', () => {
  const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }
  const away = { status: 302, headers: { location: 'http://10.0.0.1/' }, body: '' }
  const huge = { ...json(200, {}), body: `{"a":"${'x'.repeat(10 * 1_048_576)}"}` }
  const BROKEN = {
    html,
    away,
    huge,
    broken: { ...json(200, {}), body: '{"a":' },
    down: { ...html, status: 503 },
  }

  for (const [name, answer] of Object.entries(BROKEN)) {
    test(`${name}: a page with a way back, wherever it happens`, async () => {
      await using world = await withUpstream()
      for (const path of ['/.well-known/openid-configuration', '/token', '/jwks', '/userinfo']) {
        world.upstream.person = { sub: 'subject-1' } // so that userinfo is asked
        world.upstream.faults = {
          answer: ({ url }) => (url.pathname === path ? answer : undefined),
        }
        const browser = new Browser(world.server)
        const begun = await browser.get('/auth/login/oidc')
        if (begun.statusCode !== 303) {
          isRefused(begun, 502, 'provider_error')
          continue
        }
        const callback = world.upstream.authorize(String(begun.headers.location))
        isRefused(await comeBack(browser, callback), 502, 'provider_error')
        nobody(browser)
      }
    })
  }

  test('metadata of another issuer, or with addresses of none: like no answer', async () => {
    for (const wrong of [
      { issuer: 'https://evil.example' },
      { issuer: 42 },
      { authorization_endpoint: 'javascript:alert(1)' },
      { authorization_endpoint: undefined },
    ]) {
      await using world = await withUpstream()
      const { issuer } = world.upstream
      const metadata = { issuer, authorization_endpoint: `${issuer}/authorize`, ...wrong }
      world.upstream.faults = { answer: () => json(200, metadata) }
      const reply = await new Browser(world.server).get('/auth/login/oidc')
      isRefused(reply, 502, 'provider_error')
    }
  })

  test('silent: others sign in meanwhile', async () => {
    await using world = await withUpstream()
    const browser = new Browser(world.server)
    const callback = world.upstream.authorize(await leave(browser))
    await world.server.addUser('ada', PASSWORD)
    const { promise: silence, resolve: speak } = Promise.withResolvers<typeof html>()
    world.upstream.faults = { answer: () => silence }
    const slow = comeBack(browser, callback)
    const local = new Browser(world.server)
    await local.signIn()
    assert.ok(await isSignedIn(local))
    speak(html)
    isRefused(await slow, 502, 'provider_error')
    nobody(browser)
  })

  test('gone: its circuit opens, and nobody waits for it any more', async () => {
    await using world = await withUpstream()
    await world.upstream[Symbol.asyncDispose]()
    for (let attempt = 0; attempt < 6; attempt++)
      isRefused(await new Browser(world.server).get('/auth/login/oidc'), 502, 'provider_error')
    const { circuits } = world.server.assembly.resilience.view()
    assert.equal(circuits.find(({ name }) => name === 'outbound')?.state, 'open')
  })
})
