import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Browser, hiddenFields, PASSWORD, TestServer } from '../support/server.ts'

async function withUser(): Promise<{ server: TestServer; browser: Browser }> {
  const server = await TestServer.start()
  await server.addUser()
  return { server, browser: new Browser(server) }
}

describe('sign-in', () => {
  test('T151 signing in gives a new session, and the former one is dead', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    await browser.signIn()
    const first = browser.cookies.get('sid')
    assert.equal((await browser.get('/profile')).statusCode, 200)
    await browser.signIn('ada', PASSWORD, '/profile')
    assert.notEqual(browser.cookies.get('sid'), first)
    const old = await server.inject({ url: '/profile', headers: { cookie: `sid=${first}` } })
    assert.equal(old.statusCode, 303)
  })

  test('T152 unknown, wrong and disabled read the same', async () => {
    const { server } = await withUser()
    await using _ = server
    const answers = []
    for (const [name, password] of [
      ['ada', 'wrong password!'],
      ['nobody', 'wrong password!'],
    ] as const) {
      const reply = await new Browser(server).signIn(name, password)
      answers.push([reply.statusCode, reply.headers.location, reply.body])
    }
    assert.deepEqual(answers[0], answers[1])
    assert.match(String(answers[0]?.[1]), /error=invalid_credentials/)
  })

  test('T150 without our token, or from another site, the form is 403 with a way on', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    const missing = await browser.submit('/auth/login', { username: 'ada', password: PASSWORD })
    assert.equal(missing.statusCode, 403)
    assert.ok(hiddenFields(missing.body).csrf)
    const page = await browser.get('/auth/login')
    const crossSite = await server.form(
      '/auth/login',
      { ...hiddenFields(page.body), username: 'ada', password: PASSWORD },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    )
    assert.equal(crossSite.statusCode, 403)
    assert.equal(browser.cookies.has('sid'), false)
  })

  test('T154 of many guesses at once at most the limit is judged', async () => {
    const { server } = await withUser()
    await using _ = server
    const browser = new Browser(server)
    const fields = hiddenFields((await browser.get('/auth/login')).body)
    const replies = await Promise.all(
      Array.from({ length: 40 }, () =>
        browser.submit('/auth/login', {
          ...fields,
          username: 'ada',
          password: 'guess guess guess',
        }),
      ),
    )
    const judged = replies.filter((reply) => reply.statusCode === 303).length
    assert.ok(judged <= 10, `${judged} were judged`)
    const throttled = replies.filter((reply) => reply.statusCode === 429)
    assert.equal(throttled.length, 40 - judged)
    assert.ok(throttled.every((reply) => Number(reply.headers['retry-after']) >= 1))
  })

  test('T156 the lock is timed', async () => {
    const { server } = await withUser()
    await using _ = server
    for (let guess = 0; guess < 12; guess++) {
      await new Browser(server).signIn('ada', 'guess guess guess')
    }
    assert.equal((await new Browser(server).signIn()).statusCode, 429)
    server.clock.advance(901)
    assert.equal((await new Browser(server).signIn()).headers.location, '/profile')
  })

  for (const target of [
    '//evil.example',
    '/\\evil.example',
    '/%09/evil',
    'https:evil',
    'javascript:alert(1)',
    '/auth/logout',
  ]) {
    test(`T163 return_to ${target} leads to the profile`, async () => {
      const { server, browser } = await withUser()
      await using _ = server
      assert.equal((await browser.signIn('ada', PASSWORD, target)).headers.location, '/profile')
    })
  }

  test('T142 after sign-out the old cookie is nobody', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    await browser.signIn()
    const cookie = `sid=${browser.cookies.get('sid')}`
    const fields = hiddenFields((await browser.get('/profile')).body)
    assert.equal((await browser.submit('/auth/logout', fields)).statusCode, 303)
    assert.equal((await server.inject({ url: '/profile', headers: { cookie } })).statusCode, 303)
  })

  test('T157 a password of a megabyte is refused before hashing', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    const reply = await browser.signIn('ada', 'x'.repeat(2_000))
    assert.match(String(reply.headers.location), /invalid_credentials/)
  })
})

describe('the name on the sign-in page', () => {
  test('T152 is kept after a refusal, in a cookie and not in the address', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    const refused = await browser.signIn('Ada Ünknown', 'wrong password!')
    assert.doesNotMatch(String(refused.headers.location), /Ada/)
    const page = await browser.get(String(refused.headers.location))
    assert.match(page.body, /id="username"[^>]* value="Ada Ünknown"/)
    const other = await browser.get('/auth/login')
    assert.doesNotMatch(other.body, /Ada/)
  })

  test('comes from login_hint, and from the session when a sign-in is confirmed', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    const hinted = await browser.get('/auth/login?login_hint=grace')
    assert.match(hinted.body, /id="username"[^>]* value="grace"/)
    await browser.signIn()
    const confirm = await browser.get('/auth/login?error=reauthenticate&return_to=%2Fprofile')
    assert.match(confirm.body, /id="username"[^>]* value="ada"/)
    assert.doesNotMatch(confirm.body, /Continue as/)
  })

  test('is forgotten with the refusal once somebody signed in', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    const refused = await browser.signIn('ada', 'wrong password!')
    await browser.signIn()
    const page = await browser.get(String(refused.headers.location))
    assert.doesNotMatch(page.body, /id="notice"/)
    assert.match(page.body, /Continue as ada/)
    await browser.signIn('grace', 'wrong password!', '/profile')
    const second = await browser.get('/auth/login?error=invalid_credentials')
    assert.equal(second.statusCode, 303, 'signed in, with nowhere else to go')
    const other = await browser.get('/auth/login?error=invalid_credentials&return_to=%2Fprofile')
    assert.match(other.body, /id="notice" role="alert"/)
  })

  test('of who is signed in is offered to go on with', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    await browser.signIn()
    const page = await browser.get('/auth/login?return_to=%2Fprofile')
    assert.match(page.body, /href="\/profile">Continue as ada</)
  })
})
