import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changeUser, countAudit } from '../support/flow.ts'
import { formFor, halfSignedIn, withTotp } from '../support/people.ts'
import { Browser, COUNTS, hiddenFields, linkIn, PASSWORD, TestServer } from '../support/server.ts'

const ADDRESS = 'ada@mail.example'
const NEXT = 'another long password'

async function withAda() {
  const server = await TestServer.start()
  await server.addUser('ada', PASSWORD, ADDRESS)
  return server
}

async function forgot(server: TestServer, username: string, headers = {}) {
  const browser = new Browser(server)
  const page = await browser.get('/auth/forgot')
  const cookie = `browser=${browser.cookies.get('browser')}`
  const fields = { ...hiddenFields(page.body), username }
  return server.form('/auth/forgot', fields, { cookie, ...headers })
}

async function link(server: TestServer): Promise<string> {
  await forgot(server, 'ada')
  return linkIn(await server.mailbox.find(ADDRESS, /new password/))
}

async function reset(server: TestServer, path: string, password = NEXT, again = password) {
  const browser = new Browser(server)
  const page = await browser.get(path)
  const fields = formFor(page.body, '/auth/reset')
  return browser.submit('/auth/reset', { ...fields, password, password_again: again })
}

describe('T161 a forgotten password', () => {
  test('the mailed link sets a new one, ends every session, and says so', async () => {
    await using server = await withAda()
    const signedIn = new Browser(server)
    await signedIn.signIn()
    const path = await link(server)
    const reply = await reset(server, path)
    assert.equal(reply.statusCode, 200)
    assert.match(reply.body, /Your password is changed/)
    assert.equal((await signedIn.get('/profile')).statusCode, 303)
    assert.match(
      String((await new Browser(server).signIn()).headers.location),
      /invalid_credentials/,
    )
    assert.equal((await new Browser(server).signIn('ada', NEXT)).headers.location, '/profile')
    await server.mailbox.find(ADDRESS, /has changed/)
    assert.equal(await countAudit(server, 'user.password_changed'), 1)
  })

  test('the link is of the configured address whatever Host says', async () => {
    await using server = await withAda()
    await forgot(server, 'ada', { host: 'evil.example', 'x-forwarded-host': 'evil.example' })
    const { text, html } = await server.mailbox.find(ADDRESS, /new password/)
    assert.match(text, /^http:\/\/localhost:8080\/auth\/reset\?ticket=grp_/m)
    assert.doesNotMatch(text + html, /evil/)
  })

  test('the link works once, also when two use it at the same time', async () => {
    await using server = await withAda()
    const path = await link(server)
    const replies = await Promise.all([reset(server, path), reset(server, path, `${NEXT} 2`)])
    const changed = replies.filter((reply) => /is changed/.test(reply.body))
    assert.equal(changed.length, 1)
    assert.match((await new Browser(server).get(path)).body, /does not work any more/)
  })

  test('opening the link spends nothing, and the page sends no referrer', async () => {
    await using server = await withAda()
    const path = await link(server)
    for (let n = 0; n < 3; n++) {
      const page = await new Browser(server).get(path)
      assert.equal(page.statusCode, 200)
      assert.equal(page.headers['referrer-policy'], 'no-referrer')
      assert.equal(page.headers['cache-control'], 'no-store')
    }
    assert.match((await reset(server, path)).body, /is changed/)
  })

  test('it ends after twenty minutes and with any change of the account', async () => {
    await using server = await withAda()
    const late = await link(server)
    server.clock.advance(20 * 60 + 1)
    assert.match((await new Browser(server).get(late)).body, /does not work any more/)
    server.mailbox.mails.length = 0
    const outdated = await link(server)
    await changeUser(server, { email: 'new@mail.example', emailKey: 'new@mail.example' })
    assert.match((await new Browser(server).get(outdated)).body, /does not work any more/)
  })

  test('a ticket of another purpose and a forged one are none', async () => {
    await using server = await withAda()
    const path = await link(server)
    const ticket = path.slice(path.indexOf('grp_'))
    for (const text of [ticket.replace('grp_', 'gve_'), `${ticket.slice(0, -2)}AA`, '']) {
      const page = await new Browser(server).get(`/auth/reset?ticket=${text}`)
      assert.match(page.body, /does not work any more/)
    }
    const email = await new Browser(server).get(`/auth/email?ticket=${ticket}`)
    assert.match(email.body, /does not work any more/)
  })

  test('weak and different passwords are refused and cost no link', async () => {
    await using server = await withAda()
    const path = await link(server)
    assert.equal((await reset(server, path, 'short')).statusCode, 400)
    assert.equal((await reset(server, path, 'passwordpassword')).statusCode, 400)
    assert.equal((await reset(server, path, NEXT, `${NEXT}x`)).statusCode, 400)
    assert.match((await reset(server, path)).body, /is changed/)
  })

  test('it is no way around the second factor', async () => {
    await using server = await withAda()
    await withTotp(server)
    const path = await link(server)
    await reset(server, path)
    const { browser, reply } = await halfSignedIn(server, 'ada', NEXT)
    assert.match(String(reply.headers.location), /second-factor/)
    assert.equal(browser.cookies.has('sid'), false)
  })
})

describe('T152 who has an account does not show', () => {
  test('known, unknown, disabled and without an address are answered alike', async () => {
    await using server = await withAda()
    await server.addUser('mailless')
    await server.addUser('closed', PASSWORD, 'closed@mail.example')
    await changeUser(server, { isEnabled: false }, 'closed')
    const answers = []
    for (const name of ['ada', ADDRESS, 'nobody', 'mailless', 'closed', '']) {
      const { statusCode, headers, body } = await forgot(server, name)
      answers.push({ statusCode, headers: { ...headers, ...COUNTS }, body })
    }
    for (const answer of answers) assert.deepEqual(answer, answers[0])
    await server.mailbox.find(ADDRESS, /new password/)
    assert.ok(server.mailbox.mails.every((mail) => mail.to === ADDRESS))
  })

  test('an account is not flooded with mail', async () => {
    await using server = await withAda()
    for (let n = 0; n < 8; n++) await forgot(server, 'ada')
    await server.addUser('bob', PASSWORD, 'bob@mail.example')
    await forgot(server, 'bob')
    await server.mailbox.find('bob@mail.example', /new password/)
    assert.equal(server.mailbox.mails.filter((mail) => mail.to === ADDRESS).length, 3)
  })
})
