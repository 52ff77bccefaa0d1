import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FixedClock } from '@grantd/testkit'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { formFor } from '../support/people.ts'
import { authorizeUrl, Browser, PASSWORD, pkce, TestServer } from '../support/server.ts'
import {
  comeBack,
  envFor,
  exchanges,
  isRefused,
  isSignedIn,
  leave,
  nobody,
  signInThrough,
  type UpstreamWorld,
  withUpstream,
} from '../support/upstream.ts'

describe('T171 the state of the callback', () => {
  test('missing, wrong and repeated: nothing is exchanged, and the sign-in that waits goes on', async () => {
    await using world = await withUpstream()
    const browser = new Browser(world.server)
    const callback = new URL(world.upstream.authorize(await leave(browser)))
    const bent = (change: (params: URLSearchParams) => void) => {
      const url = new URL(callback)
      change(url.searchParams)
      return comeBack(browser, url.href)
    }
    isRefused(await bent((params) => params.delete('state')), 403, 'access_denied')
    isRefused(await bent((params) => params.set('state', '')), 403, 'access_denied')
    isRefused(await bent((params) => params.set('state', 'x'.repeat(43))), 403, 'access_denied')
    assert.equal((await bent((params) => params.append('state', 'x'))).statusCode, 400)
    nobody(browser)
    assert.equal(exchanges(world), 0)
    assert.equal((await comeBack(browser, callback.href)).headers.location, '/profile')
  })

  test('in another browser, with and without a sign-in of its own, it is nobody’s', async () => {
    await using world = await withUpstream()
    const victim = new Browser(world.server)
    const attacker = new Browser(world.server)
    const callback = world.upstream.authorize(await leave(attacker))
    isRefused(await comeBack(victim, callback), 403, 'access_denied')
    await leave(victim)
    isRefused(await comeBack(victim, callback), 403, 'access_denied')
    nobody(victim)
    assert.equal(exchanges(world), 0)
  })

  test('used twice, also at once, it signs in once', async () => {
    await using world = await withUpstream()
    const browser = new Browser(world.server)
    const callback = world.upstream.authorize(await leave(browser))
    const cookie = browser.cookies.get('upstream') ?? ''
    const { pathname, search } = new URL(callback)
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() =>
        world.server.inject({
          url: `${pathname}${search}`,
          headers: { cookie: `upstream=${cookie}`, accept: 'text/html' },
        }),
      ),
    )
    assert.deepEqual(replies.map(({ statusCode }) => statusCode).toSorted(), [303, 400, 400, 400])
    assert.equal(exchanges(world), 1)
    const late = await world.server.inject({
      url: `${pathname}${search}`,
      headers: { cookie: `upstream=${cookie}`, accept: 'text/html' },
    })
    isRefused(late, 400, 'invalid_request')
  })

  test('older than ten minutes it is too late; so it is when the clock is set back', async () => {
    for (const seconds of [600, -120]) {
      await using world = await withUpstream()
      const browser = new Browser(world.server)
      const callback = world.upstream.authorize(await leave(browser))
      world.server.clock.advance(seconds)
      isRefused(await comeBack(browser, callback), 400, 'invalid_request')
      nobody(browser)
      assert.equal(exchanges(world), 0)
    }
    await using world = await withUpstream()
    const browser = new Browser(world.server)
    const callback = world.upstream.authorize(await leave(browser))
    world.server.clock.advance(590)
    assert.equal((await comeBack(browser, callback)).statusCode, 303)
  })

  test('a cookie that was not sealed here opens nothing', async () => {
    await using world = await withUpstream()
    for (const value of ['x', 'v1.AAAA.BBBB', 'a'.repeat(3_800), 'v1..']) {
      const browser = new Browser(world.server)
      const callback = world.upstream.authorize(await leave(browser))
      browser.cookies.set('upstream', value)
      isRefused(await comeBack(browser, callback), 403, 'access_denied')
    }
  })

  test('an app’s request that is too long for a cookie is told so, not lost', async () => {
    await using world = await withUpstream()
    const client = await world.server.addClient({
      redirect_uris: ['http://localhost:3000/callback'],
    })
    const url = authorizeUrl(client.id, pkce().challenge, { state: 's'.repeat(4_000) })
    const query = new URLSearchParams({ return_to: url })
    const reply = await new Browser(world.server).get(`/auth/login/oidc?${query}`)
    isRefused(reply, 400, 'invalid_request')
    assert.ok(reply.body.includes(encodeURIComponent('s'.repeat(4_000))), 'the way back has it')
  })
})

describe('T172 answers of another provider', () => {
  async function twoProviders() {
    const clock = new FixedClock()
    const [one, two] = [
      await FakeUpstream.listen(() => clock.nowMs()),
      await FakeUpstream.listen(() => clock.nowMs()),
    ]
    const server = await TestServer.start({ ...envFor(one), ...envFor(two, 'keycloak') })
    return {
      ...{ server, one, two },
      async [Symbol.asyncDispose]() {
        for (const part of [server, one, two]) await part[Symbol.asyncDispose]()
      },
    }
  }

  test('each has one redirect URI of its own, whatever Host says', async () => {
    await using world = await twoProviders()
    for (const id of ['oidc', 'keycloak']) {
      const reply = await world.server.inject({
        url: `/auth/login/${id}`,
        headers: { 'x-forwarded-host': 'evil.example', accept: 'text/html' },
      })
      const { searchParams } = new URL(String(reply.headers.location))
      assert.equal(
        searchParams.get('redirect_uri'),
        `${world.server.assembly.issuer}/auth/callback/${id}`,
      )
    }
  })

  test('brought to the callback of the other one, nothing is exchanged anywhere', async () => {
    await using world = await twoProviders()
    const browser = new Browser(world.server)
    const callback = world.one.authorize(await leave(browser))
    const moved = callback.replace('/auth/callback/oidc', '/auth/callback/keycloak')
    isRefused(await comeBack(browser, moved), 400, 'invalid_request')
    nobody(browser)
    assert.equal(exchanges({ upstream: world.one }) + exchanges({ upstream: world.two }), 0)
  })

  test('with the code or the iss of the other one: refused', async () => {
    await using world = await twoProviders()
    for (const [name, status, code] of [
      ['iss', 400, 'provider_error'],
      ['code', 400, 'token_exchange_failed'],
    ] as const) {
      const browser = new Browser(world.server)
      const callback = new URL(world.one.authorize(await leave(browser)))
      const foreign = new URL(
        world.two.authorize(await leave(new Browser(world.server), '/profile', 'keycloak')),
      )
      callback.searchParams.set(name, foreign.searchParams.get(name) ?? '')
      isRefused(await comeBack(browser, callback.href), status, code)
      nobody(browser)
    }
  })

  test('without the iss that its metadata promise: refused', async () => {
    await using world = await withUpstream()
    world.upstream.faults = { callback: { iss: undefined } }
    const { reply, browser } = await signInThrough(world)
    isRefused(reply, 400, 'provider_error')
    nobody(browser)
  })

  test('T178 one subject at two providers is two people', async () => {
    await using world = await twoProviders()
    world.two.person = { ...world.two.person, email: 'other@elsewhere.example' }
    const people = []
    for (const [id, upstream] of [
      ['oidc', world.one],
      ['keycloak', world.two],
    ] as const) {
      const browser = new Browser(world.server)
      await comeBack(browser, upstream.authorize(await leave(browser, '/profile', id)))
      assert.ok(await isSignedIn(browser))
      people.push((await world.server.assembly.storage.identities.find(id, 'subject-1'))?.userId)
    }
    assert.ok(people[0] !== undefined && people[1] !== undefined && people[0] !== people[1])
  })
})

describe('T175 an attempt is for one thing, of one browser, with one answer', () => {
  async function linking() {
    const world = await withUpstream()
    await world.server.addUser('ada', PASSWORD)
    const browser = new Browser(world.server)
    await browser.signIn()
    const link = async (from = browser) => {
      const page = await from.get('/profile/logins')
      const fields = { ...formFor(page.body, '/profile/logins/link'), provider: 'oidc' }
      const reply = await from.submit('/profile/logins/link', fields)
      const [, href = ''] = /content="0; url=([^"]*)"/.exec(reply.body) ?? []
      return href.replaceAll('&amp;', '&')
    }
    const end = () => world[Symbol.asyncDispose]()
    return { ...world, browser, link, [Symbol.asyncDispose]: end }
  }
  const linked = ({ server }: Pick<UpstreamWorld, 'server'>, subject: string) =>
    server.assembly.storage.identities.find('oidc', subject)

  test('a link that came back is spent, and a guessed one is none', async () => {
    await using world = await linking()
    const callback = world.upstream.authorize(await world.link())
    const cookie = world.browser.cookies.get('upstream') ?? ''
    assert.equal((await comeBack(world.browser, callback)).statusCode, 303)
    const identity = await linked(world, 'subject-1')
    await world.server.assembly.storage.commit([
      { kind: 'identity.delete', id: identity?.id as never, userId: identity?.userId as never },
    ])
    world.browser.cookies.set('upstream', cookie)
    isRefused(await comeBack(world.browser, callback), 400, 'invalid_request')
    world.browser.cookies.set('upstream', `v1.${'A'.repeat(16)}.${'A'.repeat(200)}`)
    isRefused(await comeBack(world.browser, callback), 403, 'access_denied')
    assert.equal(await linked(world, 'subject-1'), undefined)
  })

  test('the code of another account there does not fit the attempt', async () => {
    await using world = await linking()
    const mine = new URL(world.upstream.authorize(await world.link()))
    world.upstream.person = { ...world.upstream.person, sub: 'attacker' }
    const theirs = new URL(world.upstream.authorize(await leave(new Browser(world.server))))
    mine.searchParams.set('code', theirs.searchParams.get('code') ?? '')
    isRefused(await comeBack(world.browser, mine.href), 400, 'token_exchange_failed')
    assert.equal(await linked(world, 'attacker'), undefined)
  })

  test('who turns back there is led back to the account', async () => {
    await using world = await linking()
    const reply = await comeBack(world.browser, world.upstream.deny(await world.link()))
    isRefused(reply, 403, 'access_denied')
    assert.match(reply.body, /<a class="button primary" href="\/profile\/logins">/)
  })

  test('signed out meanwhile, it links nothing, and signs nobody in', async () => {
    await using world = await linking()
    const callback = world.upstream.authorize(await world.link())
    world.browser.cookies.delete('sid')
    isRefused(await comeBack(world.browser, callback), 403, 'access_denied')
    nobody(world.browser)
    assert.equal(await linked(world, 'subject-1'), undefined)
  })

  test('a sign-in that comes back to a signed-in browser links nothing to it', async () => {
    await using world = await linking()
    const callback = world.upstream.authorize(await leave(world.browser))
    await comeBack(world.browser, callback)
    const ada = await world.server.assembly.storage.users.findByLogin('ada')
    assert.notEqual((await linked(world, 'subject-1'))?.userId, ada?.id)
  })
})
