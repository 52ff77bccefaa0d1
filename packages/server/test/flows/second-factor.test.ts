import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changeUser, countAudit } from '../support/flow.ts'
import {
  codeOf,
  codesOn,
  enterCode,
  formFor,
  halfSignedIn,
  seedOn,
  withTotp,
} from '../support/people.ts'
import { Browser, PASSWORD, TestServer } from '../support/server.ts'

async function protectedAda() {
  const server = await TestServer.start()
  await server.addUser('ada', PASSWORD, 'ada@mail.example')
  return { server, ...(await withTotp(server)) }
}

const isSignedIn = async (browser: Browser) => (await browser.get('/profile')).statusCode === 200

describe('T28 T159 T160 between the factors there is no session', () => {
  test('the password alone gives a pending sign-in that opens nothing', async () => {
    const { server } = await protectedAda()
    await using _ = server
    const { browser, reply } = await halfSignedIn(server)
    assert.match(String(reply.headers.location), /^\/auth\/second-factor\?/)
    assert.equal(browser.cookies.has('sid'), false)
    const pending = browser.cookies.get('pending') ?? ''
    assert.match(pending, /^gpl_/)
    assert.equal(await isSignedIn(browser), false)
    // Nor does it pass for a session where a session is read.
    const posing = await server.inject({ url: '/profile', headers: { cookie: `sid=${pending}` } })
    assert.equal(posing.statusCode, 303)
  })

  test('the code completes it, and the session says how', async () => {
    const { server, seed } = await protectedAda()
    await using _ = server
    const { browser, page } = await halfSignedIn(server)
    const reply = await enterCode(browser, page, codeOf(server, seed))
    assert.equal(reply.headers.location, '/profile')
    assert.equal(await isSignedIn(browser), true)
    const ada = await server.assembly.storage.users.findByLogin('ada')
    const [newest] = await server.assembly.storage.sessions.listByUser(ada?.id as never)
    assert.deepEqual(newest?.amr, ['pwd', 'otp', 'mfa'])
  })

  test('an empty post, a direct visit and the next page all stay at the factor', async () => {
    const { server } = await protectedAda()
    await using _ = server
    const { browser, page } = await halfSignedIn(server)
    const empty = await browser.submit('/auth/second-factor', formFor(page, '/auth/second-factor'))
    assert.equal(empty.statusCode, 403)
    assert.match(empty.body, /name="code"/)
    for (const url of ['/profile', '/profile/password', '/profile/totp']) {
      assert.match(String((await browser.get(url)).headers.location), /^\/auth\/login/, url)
    }
    const stranger = new Browser(server)
    const direct = await stranger.get('/auth/second-factor')
    assert.match(String(direct.headers.location), /^\/auth\/login/)
  })

  test('a pending sign-in is worthless after its end, a new password, and ten minutes', async () => {
    const { server, seed } = await protectedAda()
    await using _ = server
    const first = await halfSignedIn(server)
    const pending = first.browser.cookies.get('pending') ?? ''
    await enterCode(first.browser, first.page, codeOf(server, seed))
    const again = await server.inject({
      url: '/auth/second-factor',
      headers: { cookie: `pending=${pending}` },
    })
    assert.equal(again.statusCode, 303, 'spent')
    const late = await halfSignedIn(server)
    server.clock.advance(601)
    assert.equal((await late.browser.get('/auth/second-factor')).statusCode, 303, 'expired')
  })
})

describe('T158 a code is good once', () => {
  test('the code that was just used is refused in a second sign-in', async () => {
    const { server, seed } = await protectedAda()
    await using _ = server
    const code = codeOf(server, seed)
    const one = await halfSignedIn(server)
    const two = await halfSignedIn(server)
    assert.equal((await enterCode(one.browser, one.page, code)).statusCode, 303)
    assert.equal((await enterCode(two.browser, two.page, code)).statusCode, 403)
    assert.equal(await isSignedIn(two.browser), false)
  })

  test('of eight sign-ins that race with one code, one gets in', async () => {
    const { server, codes } = await protectedAda()
    await using _ = server
    const racers = await Promise.all(Array.from({ length: 4 }, () => halfSignedIn(server)))
    const replies = await Promise.all(
      racers.map(({ browser, page }) => enterCode(browser, page, codes[0] ?? '')),
    )
    assert.equal(replies.filter((reply) => reply.statusCode === 303).length, 1)
    assert.equal(await countAudit(server, 'recovery_code.used'), 1)
  })

  test('guesses are held back after five, with the password counter untouched', async () => {
    const { server, seed } = await protectedAda()
    await using _ = server
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) {
      const { browser, page } = await halfSignedIn(server)
      statuses.push((await enterCode(browser, page, '000000')).statusCode)
    }
    assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429, 429])
    const { browser, page, reply } = await halfSignedIn(server)
    assert.match(String(reply.headers.location), /second-factor/, 'the password is still judged')
    assert.equal((await enterCode(browser, page, codeOf(server, seed))).statusCode, 429)
    server.clock.advance(901)
    const later = await halfSignedIn(server)
    assert.equal((await enterCode(later.browser, later.page, codeOf(server, seed))).statusCode, 303)
  })

  test('a recovery code has a counter of its own and opens while the app is held back', async () => {
    const { server, codes } = await protectedAda()
    await using _ = server
    for (let n = 0; n < 6; n++) {
      const { browser, page } = await halfSignedIn(server)
      await enterCode(browser, page, '000000')
    }
    const { browser, page } = await halfSignedIn(server)
    const typed = (codes[1] ?? '').toUpperCase().replaceAll('-', ' ')
    assert.equal((await enterCode(browser, page, typed)).statusCode, 303)
    const letter = await server.mailbox.find('ada@mail.example', /changed/)
    assert.match(letter.text, /account/i)
  })
})

describe('administrators', () => {
  test('set up a second factor before their first session starts', async () => {
    await using server = await TestServer.start({ OAUTH2_ADMIN_REQUIRE_SECOND_FACTOR: 'true' })
    await server.addUser('root', PASSWORD)
    const { storage } = server.assembly
    const root = await storage.users.findByLogin('root')
    assert.ok(root)
    await storage.commit([{ kind: 'user.update', user: { ...root, role: 'admin', version: 2 } }])
    const { browser, page } = await halfSignedIn(server, 'root')
    assert.match(page, /Set up a second factor/)
    assert.equal(browser.cookies.has('sid'), false)
    const wrong = await enterCode(browser, page, '000000')
    assert.equal(wrong.statusCode, 403)
    const seed = seedOn(wrong.body)
    assert.equal(seed, seedOn(page), 'a mistake does not cost a new picture')
    const done = await enterCode(browser, wrong.body, codeOf(server, seed))
    assert.equal(codesOn(done.body).length, 10)
    assert.equal(await isSignedIn(browser), true)
  })

  test('a session of one factor ends when its person becomes one', async () => {
    await using server = await TestServer.start({ OAUTH2_ADMIN_REQUIRE_SECOND_FACTOR: 'true' })
    await server.addUser()
    const browser = new Browser(server)
    await browser.signIn()
    assert.equal(await isSignedIn(browser), true)
    await changeUser(server, { role: 'admin' })
    assert.equal(await isSignedIn(browser), false)
  })

  test('a seed that was offered to somebody else is not taken', async () => {
    const { server } = await protectedAda()
    await using _ = server
    await server.addUser('eve')
    const eve = new Browser(server)
    await eve.signIn('eve')
    const hers = formFor((await eve.get('/profile/totp')).body, '/profile/totp')
    await server.addUser('bob')
    const bob = new Browser(server)
    await bob.signIn('bob')
    const page = (await bob.get('/profile/totp')).body
    const fields = { ...formFor(page, '/profile/totp'), seed: hers.seed ?? '' }
    const reply = await bob.submit('/profile/totp', { ...fields, code: '123456' })
    assert.equal(reply.statusCode, 403)
  })
})
