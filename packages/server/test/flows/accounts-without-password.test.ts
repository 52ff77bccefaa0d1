import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nowSeconds, type PasskeyId } from '@grantd/domain'
import { changeUser } from '../support/flow.ts'
import {
  ADDRESS,
  link,
  linkedTo,
  NEXT,
  REMOVE,
  removal,
  started,
} from '../support/linked-logins.ts'
import { codeOf, enterCode, formFor, halfSignedIn, withTotp } from '../support/people.ts'
import { Browser, linkIn } from '../support/server.ts'

describe('an account without a password', () => {
  /** Ada, whom only her linked logins know. */
  async function withoutPassword() {
    const { server, browser } = await started()
    await changeUser(server, { passwordHash: undefined })
    return { server, browser }
  }

  test('keeps its last way in, and is told what to do', async () => {
    const { server, browser } = await withoutPassword()
    await using _ = server
    const only = await link(server)
    const page = (await browser.get('/profile/logins')).body
    assert.match(page, /only way to sign in/)
    assert.match(page, /href="\/profile\/password">Set a password/)
    assert.doesNotMatch(page, new RegExp(`action="${REMOVE}"`))
    const second = await link(server)
    const fields = await removal(browser, only)
    const [one, two] = await Promise.all([
      browser.submit(REMOVE, fields),
      browser.submit(REMOVE, { ...fields, login: second.id }),
    ])
    assert.equal((await linkedTo(server, only.userId)).length, 1)
    const done = [one, two].map((reply) => String(reply.headers.location).split('=')[1])
    assert.equal(done.filter((word) => word === 'login_removed').length, 1, String(done))
    const [left] = await linkedTo(server, only.userId)
    const last = await browser.submit(REMOVE, { ...fields, login: left?.id ?? '' })
    assert.equal(last.headers.location, '/profile?done=last_way_in')
    assert.match((await browser.get('/profile?done=last_way_in')).body, /so it was not removed/)
  })

  test('T176 a login of a provider that is configured no more is no way in, and may go', async () => {
    const { server, browser } = await withoutPassword()
    await using _ = server
    const works = await link(server)
    const stale = await link(server, { provider: 'keycloak' })
    const fields = await removal(browser, stale)
    const kept = await browser.submit(REMOVE, { ...fields, login: works.id })
    assert.equal(kept.headers.location, '/profile?done=last_way_in')
    const gone = await browser.submit(REMOVE, fields)
    assert.equal(gone.headers.location, '/profile?done=login_removed')
    assert.deepEqual(await linkedTo(server, works.userId), [works])
  })

  test('keeps its last passkey, too', async () => {
    const { server } = await started()
    await using _ = server
    const { seed } = await withTotp(server)
    const { browser, page } = await halfSignedIn(server)
    await enterCode(browser, page, codeOf(server, seed))
    const { id: userId } = await changeUser(server, { passwordHash: undefined })
    const { services, storage } = server.assembly
    const id = services.ids.next<PasskeyId>()
    const passkey = {
      ...{ id, userId, credentialId: 'credential', publicKey: 'key', counter: 0, transports: [] },
      ...{ name: 'Mine', isBackedUp: true, createdAt: nowSeconds(server.clock) },
      lastUsedAt: undefined,
    }
    await storage.commit([{ kind: 'passkey.insert', passkey }])
    const remove = async () => {
      const fields = formFor((await browser.get('/profile')).body, '/profile/passkeys/remove')
      return (await browser.submit('/profile/passkeys/remove', fields)).headers.location
    }
    assert.equal(await remove(), '/profile?done=last_way_in')
    await link(server)
    assert.equal(await remove(), '/profile?done=passkey_removed')
  })

  test('gets its first password in the console, and may then remove the login', async () => {
    const { server, browser } = await withoutPassword()
    await using _ = server
    const identity = await link(server)
    const page = (await browser.get('/profile/password')).body
    assert.match(page, /<h1>Set a password<\/h1>/)
    const fields = { ...formFor(page, '/profile/password'), password: NEXT, password_again: NEXT }
    const done = await browser.submit('/profile/password', fields)
    assert.equal(done.headers.location, '/profile?done=first_password')
    assert.equal((await new Browser(server).signIn('ada', NEXT)).headers.location, '/profile')
    const reply = await browser.submit(REMOVE, await removal(browser, identity))
    assert.equal(reply.headers.location, '/profile?done=login_removed')
  })

  test('gets one by the mail of a forgotten password', async () => {
    const { server } = await withoutPassword()
    await using _ = server
    const browser = new Browser(server)
    const asked = formFor((await browser.get('/auth/forgot')).body, '/auth/forgot')
    await browser.submit('/auth/forgot', { ...asked, username: ADDRESS })
    const path = linkIn(await server.mailbox.find(ADDRESS, /new password/))
    const form = formFor((await browser.get(path)).body, '/auth/reset')
    await browser.submit('/auth/reset', { ...form, password: NEXT, password_again: NEXT })
    assert.equal((await browser.signIn('ada', NEXT)).headers.location, '/profile')
  })
})
