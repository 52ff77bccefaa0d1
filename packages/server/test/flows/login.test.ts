import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changeUser, countAudit } from '../support/flow.ts'
import { Browser, COUNTS, hiddenFields, PASSWORD, TestServer } from '../support/server.ts'

async function withUser(password?: string): Promise<{ server: TestServer; browser: Browser }> {
  const server = await TestServer.start()
  await server.addUser('ada', password)
  return { server, browser: new Browser(server) }
}

describe('sign-in', () => {
  test('T151 signing in gives a new session, and a former or planted one is dead', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    const planted = 'gse_AZxxxxxxxxxxxxxxxxxxxQ.'.concat('A'.repeat(43))
    browser.cookies.set('sid', planted)
    await browser.signIn()
    const first = browser.cookies.get('sid')
    assert.notEqual(first, planted)
    assert.equal((await browser.get('/profile')).statusCode, 200)
    await browser.signIn('ada', PASSWORD, '/profile')
    assert.notEqual(browser.cookies.get('sid'), first)
    for (const cookie of [`sid=${first}`, `sid=${planted}`]) {
      const old = await server.inject({ url: '/profile', headers: { cookie } })
      assert.equal(old.statusCode, 303)
    }
  })

  test('T152 unknown, wrong, disabled and without a password: one status, body and headers', async () => {
    const { server } = await withUser()
    await using _ = server
    for (const name of ['disabled', 'passwordless']) await server.addUser(name)
    await changeUser(server, { isEnabled: false }, 'disabled')
    await changeUser(server, { passwordHash: undefined }, 'passwordless')
    const answers = []
    for (const [name, password] of [
      ['ada', 'wrong password!'],
      ['nobody', 'wrong password!'],
      ['disabled', PASSWORD],
      ['passwordless', PASSWORD],
      ['ada', ''],
      ['', PASSWORD],
    ] as const) {
      const browser = new Browser(server)
      const { statusCode, headers, body } = await browser.signIn(name, password)
      assert.equal(browser.cookies.has('sid'), false, name)
      // The typed name comes back for the next try, whoever it names; nothing else may differ.
      const { 'set-cookie': echo, ...others } = headers
      const typed = `typed-name=${Buffer.from(name).toString('base64url')}; `
      assert.equal(echo?.toString().startsWith(typed), name === '' ? undefined : true, name)
      answers.push({ statusCode, headers: { ...others, ...COUNTS }, body })
    }
    assert.match(String(answers[0]?.headers.location), /error=invalid_credentials/)
    for (const answer of answers) assert.deepEqual(answer, answers[0])
  })

  test('T150 T159 T224 without our token, with a foreign or cut one, or from another site: 403 with a way on', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    const page = await browser.get('/auth/login')
    const { csrf = '' } = hiddenFields(page.body)
    const foreign = hiddenFields((await new Browser(server).get('/auth/login')).body).csrf ?? ''
    const person = { username: 'ada', password: PASSWORD }
    for (const token of [
      '',
      foreign,
      csrf.slice(0, -1),
      `${csrf}A`,
      csrf.split('.')[0] ?? '',
      '..',
    ]) {
      const reply = await browser.submit('/auth/login', { csrf: token, ...person })
      assert.equal(reply.statusCode, 403, token)
      assert.ok(hiddenFields(reply.body).csrf, 'the form is shown again')
    }
    assert.equal((await browser.submit('/auth/login', {})).statusCode, 403)
    const cookie = `browser=${browser.cookies.get('browser')}`
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'http://localhost:8081' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const reply = await server.form('/auth/login', { csrf, ...person }, { cookie, ...headers })
      assert.equal(reply.statusCode, 403)
      assert.equal(reply.headers['set-cookie'], undefined)
    }
    assert.equal((await browser.submit('/auth/login', { csrf, ...person })).statusCode, 303)
  })

  test('T153 every spelling of a name is the one account', async () => {
    const { server } = await withUser()
    await using _ = server
    await changeUser(server, { email: 'Ada@x.example', emailKey: 'ada@x.example' })
    for (const name of ['ADA', ' ada ', 'ａｄａ', 'a\u200bda', 'ada.', 'ada@X.example']) {
      const reply = await new Browser(server).signIn(name)
      assert.equal(reply.headers.location, '/profile', name)
    }
    assert.equal(await countAudit(server, 'login.failed'), 0)
  })

  test('T163 return_to leads to our own pages only, anything else to the profile', async () => {
    const { server } = await withUser()
    await using _ = server
    for (const target of [
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '\\/evil.example',
      '/%09/evil',
      '/\t/evil',
      'https:evil',
      'https://evil.example',
      'javascript:alert(1)',
      '/auth/logout',
      '/profile@evil.example',
      '/profile//evil.example',
      '/oauth/authorize',
      '/oauth/authorize@evil.example?x',
      '/oauth/authorize?x\r\nSet-Cookie: a=b',
      '/oauth/../auth/logout',
      `/oauth/authorize?${'x'.repeat(9_000)}`,
    ]) {
      const browser = new Browser(server)
      const reply = await browser.signIn('ada', PASSWORD, target)
      assert.equal(reply.headers.location, '/profile', target)
      const page = await new Browser(server).get(
        `/auth/login?${new URLSearchParams({ return_to: target })}`,
      )
      assert.equal(hiddenFields(page.body).return_to, undefined, target)
      const fields = { ...hiddenFields((await browser.get('/auth/login?return_to=/profile')).body) }
      const posted = { ...fields, return_to: target, username: 'ada', password: PASSWORD }
      const direct = await browser.submit('/auth/login', posted)
      assert.equal(direct.headers.location, '/profile', target)
    }
  })
})

describe('sign-out', () => {
  test('T142 T141 the old cookie is nobody; signing out twice, or sixteen times at once, is no error', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    await browser.signIn()
    const cookie = `sid=${browser.cookies.get('sid')}`
    const fields = hiddenFields((await browser.get('/profile')).body)
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => server.form('/auth/logout', fields, { cookie })),
    )
    for (const reply of replies) assert.equal(reply.statusCode, 303)
    assert.equal((await server.form('/auth/logout', fields, { cookie })).statusCode, 303)
    assert.equal(await countAudit(server, 'session.ended'), 1)
    assert.equal((await server.inject({ url: '/profile', headers: { cookie } })).statusCode, 303)
  })

  test('T224 a cut, longer, flipped or doubled cookie is nobody', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    await browser.signIn()
    const sid = browser.cookies.get('sid') ?? ''
    const flipped = sid.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase())
    for (const value of [sid.slice(0, -1), `${sid}A`, flipped, `${sid}; sid=${sid}`, `"${sid}"`]) {
      const headers = { cookie: `sid=${value}` }
      assert.equal((await server.inject({ url: '/profile', headers })).statusCode, 303, value)
    }
    assert.equal((await browser.get('/profile')).statusCode, 200)
  })

  test('T141 T150 nobody is signed out by a link, without our token or from another site', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    await browser.signIn()
    const cookie = `sid=${browser.cookies.get('sid')}`
    const fields = hiddenFields((await browser.get('/profile')).body)
    const link = await browser.get('/auth/logout')
    assert.equal(link.statusCode, 405)
    assert.equal(link.headers.allow, 'POST')
    assert.equal((await browser.submit('/auth/logout', {})).statusCode, 403)
    const elsewhere = { cookie, origin: 'https://evil.example' }
    assert.equal((await server.form('/auth/logout', fields, elsewhere)).statusCode, 403)
    assert.equal((await browser.get('/profile')).statusCode, 200)
  })

  test('a session ends when idle for 30 minutes, and after 12 hours however busy', async () => {
    const { server, browser } = await withUser()
    await using _ = server
    await browser.signIn()
    for (let visit = 0; visit < 24; visit++) {
      assert.equal((await browser.get('/profile')).statusCode, 200)
      server.clock.advance(29 * 60)
    }
    server.clock.advance(12 * 3_600 - 24 * 29 * 60)
    assert.equal((await browser.get('/profile')).statusCode, 303)
    const idle = new Browser(server)
    await idle.signIn()
    server.clock.advance(30 * 60)
    assert.equal((await idle.get('/profile')).statusCode, 303)
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
