import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formFor } from '../support/people.ts'
import { Browser, hiddenFields, linkIn, PASSWORD, TestServer } from '../support/server.ts'

const ADDRESS = 'new@mail.example'
const OPEN = {
  OAUTH2_SIGNUP_ENABLED: 'true',
  OAUTH2_SMTP_URL: 'smtp://127.0.0.1:1025',
}

async function ask(server: TestServer, email: string) {
  const browser = new Browser(server)
  const page = await browser.get('/auth/sign-up')
  return browser.submit('/auth/sign-up', { ...hiddenFields(page.body), email })
}

async function finish(server: TestServer, path: string, fields: Record<string, string> = {}) {
  const browser = new Browser(server)
  const page = await browser.get(path)
  return browser.submit('/auth/sign-up/finish', {
    ...formFor(page.body, '/auth/sign-up/finish'),
    name: 'New Person',
    password: PASSWORD,
    password_again: PASSWORD,
    ...fields,
  })
}

describe('signing up', () => {
  test('is closed unless it is switched on', async () => {
    await using server = await TestServer.start()
    for (const url of ['/auth/sign-up', '/auth/sign-up/finish?ticket=x']) {
      assert.equal((await new Browser(server).get(url)).statusCode, 404)
    }
    assert.doesNotMatch((await new Browser(server).get('/auth/login')).body, /sign-up/)
  })

  test('mail first, then a password; the address is proven, and the role is a plain one', async () => {
    await using server = await TestServer.start(OPEN)
    assert.match((await ask(server, ` ${ADDRESS.toUpperCase()}`)).body, /Check your mail/)
    const mail = await server.mailbox.find('NEW@mail.example', /account/)
    assert.equal(await server.assembly.storage.users.findByLogin(ADDRESS), undefined)
    assert.match((await finish(server, linkIn(mail))).body, /Your account is ready/)
    const user = await server.assembly.storage.users.findByLogin(ADDRESS)
    assert.equal(user?.role, 'user')
    assert.deepEqual(user?.claims, { email_verified: true, locale: 'en', name: 'New Person' })
    assert.equal((await new Browser(server).signIn(ADDRESS)).headers.location, '/profile')
    assert.match((await new Browser(server).get(linkIn(mail))).body, /does not work any more/)
  })

  test('T152 an address with an account is answered alike, and its owner hears of it', async () => {
    await using server = await TestServer.start(OPEN)
    await server.addUser('ada', PASSWORD, 'ada@mail.example')
    const known = await ask(server, 'ada@mail.example')
    const unknown = await ask(server, ADDRESS)
    assert.deepEqual([known.statusCode, known.body], [unknown.statusCode, unknown.body])
    const mail = await server.mailbox.find('ada@mail.example', /account/)
    assert.match(mail.text, /has one already/)
    assert.doesNotMatch(mail.text, /ticket/)
  })

  test('T162 what is not one address is refused before any mail', async () => {
    await using server = await TestServer.start(OPEN)
    for (const email of [
      'a@x.example,b@y.example',
      'a@b@c.example',
      'a@x.example\r\nBcc: b@y.example',
    ]) {
      assert.equal((await ask(server, email)).statusCode, 400, email)
    }
    assert.deepEqual(server.mailbox.mails, [])
  })

  test('of two who finish with one link, one makes the account', async () => {
    await using server = await TestServer.start(OPEN)
    await ask(server, ADDRESS)
    const path = linkIn(await server.mailbox.find(ADDRESS, /account/))
    const replies = await Promise.all([finish(server, path), finish(server, path)])
    assert.equal(replies.filter((reply) => /is ready/.test(reply.body)).length, 1)
  })
})
