import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nowSeconds } from '@grantd/domain'
import { countAudit } from '../support/flow.ts'
import {
  ADDRESS,
  addressOn,
  LINK,
  link,
  linkedTo,
  REMOVE,
  removal,
  started,
  userOf,
} from '../support/linked-logins.ts'
import { formFor } from '../support/people.ts'
import { Browser, PASSWORD } from '../support/server.ts'
import { comeBack, isSignedIn, signInThrough, withUpstream } from '../support/upstream.ts'

describe('linked logins in the account console', () => {
  test('are listed with provider, address and last use', async () => {
    const { server, browser } = await started()
    await using _ = server
    assert.match((await browser.get('/profile')).body, /No login is linked/)
    await link(server, { lastUsedAt: nowSeconds(server.clock) })
    await link(server, { provider: 'other', email: undefined })
    await server.addUser('eve')
    await link(server, { email: 'eve@elsewhere.example' }, 'eve')
    const { body } = await browser.get('/profile')
    assert.match(body, /<strong>Example<\/strong> \(<bdi>ada@elsewhere\.example<\/bdi>\)/)
    assert.match(body, /<strong>other<\/strong> \(<bdi>Ada Elsewhere<\/bdi>\).*Never used/)
    assert.doesNotMatch(body, /eve@/)
    assert.match(body, /href="\/profile\/logins"/)
  })

  test('are not spoken of where there is no provider and nothing is linked', async () => {
    const { server, browser } = await started({})
    await using _ = server
    assert.doesNotMatch((await browser.get('/profile')).body, /Linked logins/)
    await link(server)
    assert.match((await browser.get('/profile')).body, /<strong>oidc<\/strong>/)
    const { body } = await browser.get('/profile/logins')
    assert.match(body, /ada@elsewhere/)
    assert.doesNotMatch(body, new RegExp(`action="${LINK}"`))
  })

  test('T169 what a provider says of a person is text on one line, whatever it says', async () => {
    const { server, browser } = await started()
    await using _ = server
    const email = `"><script>alert(1)</script>\u202e\n${'x'.repeat(500)}`
    await link(server, { email })
    for (const path of ['/profile', '/profile/logins']) {
      const { body } = await browser.get(path)
      assert.doesNotMatch(body, /<script>alert|\u202e|x{200}/, path)
      assert.match(body, /&lt;script&gt;alert\(1\)/, path)
    }
  })

  test('go along with the data of their owner, and with the account', async () => {
    const { server, browser } = await started()
    await using _ = server
    const { provider, subject, userId } = await link(server)
    const page = (await browser.get('/profile')).body
    const reply = await browser.submit('/profile/export', formFor(page, '/profile/export'))
    const [exported] = reply.json().linked_logins
    assert.deepEqual([exported.provider, exported.subject], [provider, subject])
    assert.doesNotMatch(reply.body, /argon2|[Hh]ash|sealed|gse_/)
    const form = formFor((await browser.get('/profile/delete')).body, '/profile/delete')
    await browser.submit('/profile/delete', { ...form, confirm: 'ada' })
    assert.deepEqual(await linkedTo(server, userId), [])
    assert.equal(await server.assembly.storage.identities.find(provider, subject), undefined)
  })
})

describe('linking a login', () => {
  async function world() {
    const { server, upstream } = await withUpstream()
    await server.addUser('ada', PASSWORD, ADDRESS)
    const browser = new Browser(server)
    await browser.signIn()
    const leave = async (as = browser) => {
      const form = formFor((await as.get('/profile/logins')).body, LINK)
      return addressOn((await as.submit(LINK, form)).body)
    }
    const end = async () => {
      await server[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    }
    return { server, upstream, browser, leave, [Symbol.asyncDispose]: end }
  }

  test('leads to the provider and back; ends other sessions, mails, records, and signs in', async () => {
    await using all = await world()
    const { server, upstream, browser } = all
    const other = new Browser(server)
    await other.signIn()
    const reply = await comeBack(browser, upstream.authorize(await all.leave()))
    assert.equal(reply.headers.location, '/profile?done=login_linked')
    assert.match((await browser.get('/profile?done=login_linked')).body, /The login is linked/)
    const ada = await userOf(server)
    const [identity] = await linkedTo(server, ada.id)
    assert.deepEqual([identity?.provider, identity?.subject], ['oidc', 'subject-1'])
    assert.equal(await isSignedIn(other), false)
    assert.match((await server.mailbox.find(ADDRESS, /changed/)).text, /was linked/)
    assert.equal(await countAudit(server, 'identity.linked'), 1)
    const { browser: later } = await signInThrough({ server, upstream })
    assert.match(
      (await later.get('/profile')).body,
      /<bdi>ada@elsewhere\.example<\/bdi>.*Last use/s,
    )
    const again = await comeBack(browser, upstream.authorize(await all.leave()))
    assert.equal(again.headers.location, '/profile?done=login_known')
    assert.equal((await linkedTo(server, ada.id)).length, 1)
  })

  test('T186 T175 makes it the login of whoever asked, not of who is signed in when it comes back', async () => {
    await using all = await world()
    const { server, upstream, browser } = all
    await server.addUser('eve', PASSWORD, 'eve@mail.example')
    const eve = new Browser(server)
    await eve.signIn('eve')
    const callback = upstream.authorize(await all.leave(eve))
    const sent = await comeBack(browser, callback) // the address, sent to somebody else
    assert.equal(sent.statusCode, 403)
    await browser.signIn()
    for (const [name, value] of eve.cookies) if (name !== 'sid') browser.cookies.set(name, value)
    assert.equal((await comeBack(browser, callback)).statusCode, 403)
    for (const login of ['ada', 'eve'])
      assert.deepEqual(await linkedTo(server, (await userOf(server, login)).id), [])
  })

  test('asks for a recent sign-in before it begins, and still has it when it ends', async () => {
    await using all = await world()
    const { server, upstream, browser } = all
    const form = formFor((await browser.get('/profile/logins')).body, LINK)
    const callback = upstream.authorize(await all.leave())
    server.clock.advance(301)
    const begun = await browser.submit(LINK, form)
    assert.match(String(begun.headers.location), /reauthenticate.*%2Fprofile%2Flogins$/)
    assert.equal((await comeBack(browser, callback)).statusCode, 403)
    assert.deepEqual(await linkedTo(server, (await userOf(server)).id), [])
  })

  test('whoever has nothing but the provider proves themselves there again', async () => {
    await using world = await withUpstream()
    const { server, upstream } = world
    const { browser } = await signInThrough(world)
    server.clock.advance(301)
    const { location } = (await browser.get('/profile/logins')).headers
    const { body } = await browser.get(String(location))
    const [, href = ''] = /href="(\/auth\/login\/oidc[^"]*)"/.exec(body) ?? []
    const away = await browser.get(href.replaceAll('&amp;', '&'))
    const there = new URL(String(away.headers.location))
    assert.equal(there.searchParams.get('prompt'), 'login')
    const back = await comeBack(browser, upstream.authorize(there.href))
    assert.equal(back.headers.location, '/profile/logins')
    assert.match((await browser.get('/profile/logins')).body, /only way to sign in/)
  })

  test('of a provider that is not there, or without the form’s token, begins nothing', async () => {
    const { server, browser } = await started()
    await using _ = server
    const { csrf = '' } = formFor((await browser.get('/profile/logins')).body, LINK)
    for (const provider of ['', 'google', 'oidc/../okta', 'constructor']) {
      const reply = await browser.submit(LINK, { csrf, provider })
      assert.equal(reply.headers.location, '/profile?done=again')
    }
    assert.equal((await browser.submit(LINK, { csrf: '', provider: 'oidc' })).statusCode, 403)
    assert.equal(browser.cookies.has('upstream'), false)
  })
})

describe('removing a linked login', () => {
  test('ends other sessions, keeps this one, mails and records', async () => {
    const { server, browser } = await started()
    await using _ = server
    const identity = await link(server)
    const other = new Browser(server)
    await other.signIn()
    const reply = await browser.submit(REMOVE, await removal(browser, identity))
    assert.equal(reply.headers.location, '/profile?done=login_removed')
    assert.deepEqual(await linkedTo(server, identity.userId), [])
    assert.equal(await isSignedIn(browser), true)
    assert.equal(await isSignedIn(other), false)
    const mail = await server.mailbox.find(ADDRESS, /changed/)
    assert.match(mail.text, /A linked login was removed/)
    assert.equal(await countAudit(server, 'identity.unlinked'), 1)
    const { body } = await browser.get('/profile?done=login_removed')
    assert.match(body, /The login is removed/)
    assert.match(body, /Linked login removed/)
  })

  test('asks for a recent sign-in, on the page and on its form', async () => {
    const { server, browser } = await started()
    await using _ = server
    const identity = await link(server)
    const fields = await removal(browser, identity)
    server.clock.advance(301)
    for (const reply of [
      await browser.get('/profile/logins'),
      await browser.submit(REMOVE, fields),
    ]) {
      assert.match(String(reply.headers.location), /reauthenticate.*return_to=%2Fprofile%2Flogins$/)
    }
    assert.equal((await linkedTo(server, identity.userId)).length, 1)
  })

  test('T186 is of the one who is signed in, whatever the form names', async () => {
    const { server, browser } = await started()
    await using _ = server
    await server.addUser('eve', PASSWORD, 'eve@mail.example')
    const mine = await link(server)
    const theirs = await link(server, {}, 'eve')
    const { csrf } = await removal(browser, mine)
    const foreign = [
      { csrf, login: theirs.id },
      { csrf, login: theirs.id, user_id: theirs.userId, userId: theirs.userId },
      { csrf, login: 'no id' },
      { csrf },
    ] as Record<string, string>[]
    for (const fields of foreign) {
      const { location } = (await browser.submit(REMOVE, fields)).headers
      assert.equal(location, '/profile?done=again')
    }
    assert.deepEqual(await linkedTo(server, theirs.userId), [theirs])
    assert.deepEqual(await linkedTo(server, mine.userId), [mine])
    assert.equal(await countAudit(server, 'identity.unlinked'), 0)
  })

  test('without the token of this very form does nothing', async () => {
    const { server, browser } = await started()
    await using _ = server
    const identity = await link(server)
    const page = (await browser.get('/profile')).body
    const foreign = formFor(page, '/profile/export').csrf ?? ''
    for (const csrf of ['', foreign]) {
      const reply = await browser.submit(REMOVE, { csrf, login: identity.id })
      assert.equal(reply.statusCode, 403)
    }
    assert.equal((await linkedTo(server, identity.userId)).length, 1)
  })
})
