import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { expose } from '@grantd/telemetry'
import { shownFields } from '../../src/log-fields.ts'
import { eventsOf } from '../support/events.ts'
import { changeUser, countAudit } from '../support/flow.ts'
import { OPENID_CLIENT, redeem, verified } from '../support/openid.ts'
import { codeOf, enterCode, seedOn, withTotp } from '../support/people.ts'
import { Scrape } from '../support/scrape.ts'
import { authorizeUrl, Browser, hiddenFields, ISSUER, pkce, TestServer } from '../support/server.ts'
import {
  codeOn,
  comeBack,
  isSignedIn,
  leave,
  signInThrough,
  userThere,
  verifiedAda,
  withUpstream,
} from '../support/upstream.ts'

describe('signing in through a provider', () => {
  test('the sign-in page has a link, and nothing of it without a provider', async () => {
    await using world = await withUpstream({ OAUTH2_OIDC_LABEL: 'Staff login' })
    const page = await new Browser(world.server).get('/auth/login?return_to=%2Fprofile%2Ftotp')
    assert.match(
      page.body,
      /<a class="button plain" href="\/auth\/login\/oidc\?return_to=%2Fprofile%2Ftotp">Continue with Staff login<\/a>/,
    )
    await using without = await TestServer.start()
    assert.doesNotMatch((await new Browser(without).get('/auth/login')).body, /Continue with/)
  })

  test('the sign-up page has it too, where a first sign-in makes an account', async () => {
    const open = { OAUTH2_SIGNUP_ENABLED: 'true', OAUTH2_SMTP_URL: 'smtp://127.0.0.1' }
    for (const [env, expected] of [
      [open, true],
      [{ ...open, OAUTH2_SOCIAL_SIGNUP_ENABLED: 'false' }, false],
    ] as const) {
      await using world = await withUpstream(env)
      const { body } = await new Browser(world.server).get('/auth/sign-up')
      assert.equal(body.includes('href="/auth/login/oidc"'), expected)
    }
  })

  test('a first sign-in makes an account without a password; a second one finds it', async () => {
    await using world = await withUpstream()
    const { reply, browser } = await signInThrough(world)
    assert.equal(reply.statusCode, 303, reply.body)
    assert.equal(reply.headers.location, '/profile')
    assert.ok(await isSignedIn(browser))
    const user = await userThere(world)
    assert.ok(user)
    assert.deepEqual(
      [user.username, user.email, user.claims.email_verified, user.passwordHash, user.role],
      ['ada@elsewhere.example', 'ada@elsewhere.example', true, undefined, 'user'],
    )
    world.server.clock.advance(60)
    assert.ok(await isSignedIn((await signInThrough(world)).browser))
    assert.equal((await userThere(world))?.id, user.id)
    const { identities } = world.server.assembly.storage
    const [identity, ...others] = await identities.listByUser(user.id)
    assert.equal(others.length, 0)
    assert.equal(identity?.issuer, world.upstream.issuer)
    assert.ok((identity?.lastUsedAt ?? 0) > (identity?.createdAt ?? 0))
  })

  test('is counted as what it is, also when it fails', async () => {
    await using world = await withUpstream({ OAUTH2_METRICS_PUBLIC: 'true' })
    const counted = async (method: string, outcome: string) =>
      (await Scrape.of(world.server)).sum('oauth2_server_logins_total', { method, outcome })
    await signInThrough(world)
    assert.deepEqual(
      [await counted('provider', 'success'), await counted('passkey', 'success')],
      [1, 0],
    )
    world.upstream.faults = { claims: { aud: 'somebody else' } }
    await signInThrough(world)
    assert.deepEqual(
      [await counted('provider', 'failed'), await counted('password', 'failed')],
      [1, 0],
    )
  })

  test('the app that waits is answered, and the ID token says how and when', async () => {
    await using world = await withUpstream()
    const { server } = world
    const client = await server.addClient(OPENID_CLIENT)
    const { verifier, challenge } = pkce()
    const browser = new Browser(server)
    const asked = await browser.get(
      authorizeUrl(client.id, challenge, { scope: 'openid email', max_age: '300' }),
    )
    const login = new URL(String(asked.headers.location), ISSUER)
    const page = await browser.get(`${login.pathname}${login.search}`)
    const [, href = ''] = /href="(\/auth\/login\/oidc[^"]*)"/.exec(page.body) ?? []
    const out = await browser.get(href.replaceAll('&amp;', '&'))
    const back = world.upstream.authorize(String(out.headers.location))
    // max_age wants a new sign-in, there as here.
    assert.equal(new URL(String(out.headers.location)).searchParams.get('prompt'), 'login')
    const resumed = await comeBack(browser, back)
    assert.match(String(resumed.headers.location), /^\/oauth\/authorize\?/)
    const consent = await browser.get(String(resumed.headers.location))
    const answer = await browser.submit('/oauth/consent', {
      ...hiddenFields(consent.body),
      decision: 'allow',
    })
    const fields = new URL(String(answer.headers.location)).searchParams
    const code = { status: 303, fields, mode: 'query', body: '', verifier } as const
    const tokens = await redeem(server, client, code)
    const claims = await verified(server, tokens.id_token ?? '', client.id)
    assert.deepEqual(
      [claims.amr, claims.acr, claims.auth_time],
      [['fed'], 'urn:grantd:acr:1fa', Math.floor(server.clock.nowMs() / 1000)],
    )
  })

  test('a sign-in there of yesterday is one of yesterday here: sensitive pages ask for another', async () => {
    await using world = await withUpstream()
    const { server, upstream } = world
    const yesterday = Math.floor(server.clock.nowMs() / 1_000) - 86_400
    upstream.faults = { claims: { auth_time: yesterday } }
    const { browser } = await signInThrough(world)
    assert.equal((await browser.get('/profile')).statusCode, 200)
    const confirm = await browser.get('/profile/logins')
    assert.match(String(confirm.headers.location), /^\/auth\/login\?error=reauthenticate/)
    upstream.faults = {}
    await signInThrough(world, browser, '/profile/logins')
    assert.equal((await browser.get('/profile/logins')).statusCode, 200)
  })

  test('a provider whose clock runs ahead signs nobody in in the future', async () => {
    await using world = await withUpstream()
    const now = Math.floor(world.server.clock.nowMs() / 1_000)
    world.upstream.faults = { claims: { auth_time: now * 1_000 } }
    const { browser } = await signInThrough(world)
    const [session] = await world.server.assembly.services.storage.sessions.listByUser(
      (await world.server.assembly.services.storage.identities.find('oidc', 'subject-1'))?.userId ??
        assert.fail('nobody signed in'),
    )
    assert.equal(session?.authTime, now)
    assert.equal((await browser.get('/profile/logins')).statusCode, 200)
  })

  test('an address that the provider does not vouch for is nobody’s', async () => {
    await using world = await withUpstream()
    world.upstream.person = { ...world.upstream.person, email_verified: false }
    assert.ok(await isSignedIn((await signInThrough(world)).browser))
    const user = await userThere(world)
    assert.deepEqual([user?.username, user?.email], ['oidc:subject-1', undefined])
  })

  test('whatever else a provider says is left out where it cannot be kept', async () => {
    await using world = await withUpstream()
    const odd = { name: 'a\u0000b', preferred_username: '\ud800', picture: 'javascript:alert(1)' }
    world.upstream.person = { ...world.upstream.person, ...odd, email: 'a@b@c' }
    assert.ok(await isSignedIn((await signInThrough(world)).browser))
    const { username, email, claims } = (await userThere(world)) ?? {}
    assert.deepEqual([username, email, claims], ['oidc:subject-1', undefined, { locale: 'en' }])
  })

  test('an account that was closed stays closed', async () => {
    await using world = await withUpstream()
    await signInThrough(world)
    const user = await userThere(world)
    await changeUser(world.server, { isEnabled: false }, user?.username)
    const { reply, browser } = await signInThrough(world)
    assert.deepEqual([reply.statusCode, codeOn(reply.body)], [403, 'access_denied'])
    assert.match(reply.body, /href="\/auth\/login\?return_to=%2Fprofile"/)
    assert.equal(browser.cookies.has('sid'), false)
  })

  test('without sign-up only linked logins work', async () => {
    await using world = await withUpstream({ OAUTH2_SOCIAL_SIGNUP_ENABLED: 'false' })
    const { reply, browser } = await signInThrough(world)
    assert.equal(reply.statusCode, 403)
    assert.match(reply.body, /not linked to an account here/)
    assert.equal(browser.cookies.has('sid'), false)
    assert.equal(await userThere(world), undefined)
  })

  test('somebody who turns back there is led back to the sign-in page with what the app wanted', async () => {
    await using world = await withUpstream()
    const browser = new Browser(world.server)
    const location = await leave(browser, '/profile/sessions')
    const reply = await comeBack(browser, world.upstream.deny(location))
    assert.deepEqual([reply.statusCode, codeOn(reply.body)], [403, 'access_denied'])
    assert.match(reply.body, /href="\/auth\/login\?return_to=%2Fprofile%2Fsessions"/)
    // It is spent like any other.
    assert.equal((await comeBack(browser, world.upstream.deny(location))).statusCode, 403)
  })

  test('two first sign-ins at once make one account', async () => {
    await using world = await withUpstream()
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => signInThrough(world)))
    for (const { reply, browser } of outcomes) {
      assert.equal(reply.statusCode, 303, reply.body)
      assert.ok(await isSignedIn(browser))
    }
    assert.equal(await countAudit(world.server, 'user.signed_up'), 1)
  })

  test('what happened is told: the sign-in with its provider, the failure with its reason', async () => {
    await using world = await withUpstream()
    await signInThrough(world)
    world.upstream.faults = { claims: { aud: 'somebody-else' } }
    await signInThrough(world)
    const events = await eventsOf(world.server)
    const of = (type: string) =>
      events.map(({ event }) => event).filter(({ event_type }) => event_type === type)
    assert.equal(of('user_authenticated')[0]?.metadata.provider, 'oidc')
    const [failed] = of('user_authentication_failed')
    assert.deepEqual([failed?.metadata.provider, failed?.metadata.reason], ['oidc', 'not_believed'])
  })
})

test('nothing that proves anything is in the log, and requests are counted by provider', async () => {
  const lines: unknown[] = []
  const note = (fields: object, message: string) => void lines.push([shownFields(fields), message])
  const log = { debug: note, info: note, warn: note, error: note }
  const env = { OAUTH2_METRICS_ENABLED: 'true' }
  await using world = await withUpstream(env, log)
  const urls: string[] = []
  for (const faults of [{}, { claims: { aud: 'x' } }, { callback: { code: 'wrong-code-value' } }]) {
    world.upstream.faults = faults
    urls.push((await signInThrough(world)).callback)
  }
  const told = JSON.stringify(lines)
  assert.match(told, /"provider":"oidc","problem":"not_believed"/)
  assert.match(told, /invalid_grant/)
  const sent = world.upstream.requests.flatMap(({ body, headers }) => [
    ...new URLSearchParams(body).values(),
    headers.authorization?.replace('Bearer ', '') ?? '',
  ])
  const secrets = [...sent, ...urls.flatMap((url) => [...new URL(url).searchParams.values()])]
  for (const secret of secrets.filter((text) => text.length > 15 && !text.startsWith('http')))
    assert.ok(!told.includes(secret), secret)
  const scrape = (await world.server.assembly.metrics?.read()) ?? []
  assert.match(
    await expose([scrape]),
    /http_client_requests_total\{peer_service="oidc",http_method="POST",http_status_code="200"\} 2/,
  )
})

describe('T178 second factors and other providers', () => {
  test('a second factor of the account is asked for as after a password', async () => {
    await using world = await withUpstream({ OAUTH2_SOCIAL_LINK_BY_VERIFIED_EMAIL: 'true' })
    const { server } = world
    await verifiedAda(world)
    await signInThrough(world)
    const { seed } = await withTotp(server)
    const { browser, reply } = await signInThrough(world)
    assert.match(String(reply.headers.location), /^\/auth\/second-factor\?/)
    assert.equal(browser.cookies.has('sid'), false)
    assert.match(browser.cookies.get('pending') ?? '', /^gpu_/)
    const page = await browser.get(String(reply.headers.location))
    await enterCode(browser, page.body, codeOf(server, seed))
    assert.ok(await isSignedIn(browser))
    const ada = await userThere(world)
    const sessions = await server.assembly.storage.sessions.listByUser(ada?.id as never)
    assert.ok(sessions.some(({ amr }) => amr.join(' ') === 'fed otp mfa'))
  })

  test('an administrator without one sets it up first', async () => {
    await using world = await withUpstream({ OAUTH2_ADMIN_REQUIRE_SECOND_FACTOR: 'true' })
    const { server } = world
    await signInThrough(world)
    const user = await userThere(world)
    await changeUser(server, { role: 'admin' }, user?.username)
    const { browser, reply } = await signInThrough(world)
    const { body } = await browser.get(String(reply.headers.location))
    assert.equal(browser.cookies.has('sid'), false)
    await enterCode(browser, body, codeOf(server, seedOn(body)))
    assert.ok(await isSignedIn(browser))
    const sessions = await server.assembly.storage.sessions.listByUser(user?.id as never)
    assert.ok(sessions.some(({ amr }) => amr.join(' ') === 'fed otp mfa'))
  })
})

test('T152 an account without a password answers like a wrong one', async () => {
  await using world = await withUpstream()
  await signInThrough(world)
  const answers = await Promise.all(
    ['ada@elsewhere.example', 'nobody@elsewhere.example'].map(async (name) => {
      const reply = await new Browser(world.server).signIn(name, 'wrong horse battery')
      const { date, ...headers } = reply.headers
      return [reply.statusCode, headers.location, reply.body]
    }),
  )
  assert.deepEqual(answers[0], answers[1])
})
