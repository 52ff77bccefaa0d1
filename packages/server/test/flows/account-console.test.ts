import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ENDPOINTS } from '@grantd/oauth'
import {
  APP,
  anotherCode,
  changeUser,
  codeGrant,
  countAudit,
  isActive,
  OPEN,
  obtainTokens,
  withApp,
} from '../support/flow.ts'
import { formFor, withTotp } from '../support/people.ts'
import { Browser, linkIn, PASSWORD, TestServer } from '../support/server.ts'

const ADDRESS = 'ada@mail.example'
const NEXT = 'another long password'

async function signedInAda(env: Record<string, string> = {}) {
  const server = await TestServer.start(env)
  await server.addUser('ada', PASSWORD, ADDRESS)
  const browser = new Browser(server)
  await browser.signIn()
  return { server, browser }
}

async function post(browser: Browser, page: string, action: string, fields = {}) {
  const { body } = await browser.get(page)
  return browser.submit(action, { ...formFor(body, action), ...fields })
}

const isSignedIn = async (browser: Browser) => (await browser.get('/profile')).statusCode === 200
const user = (server: TestServer, login = 'ada') => server.assembly.storage.users.findByLogin(login)

describe('a recent sign-in', () => {
  test('is asked for after five minutes, on the page and on its form', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    const page = (await browser.get('/profile/password')).body
    server.clock.advance(301)
    for (const url of ['password', 'email', 'totp', 'passkeys', 'delete', 'disable']) {
      const reply = await browser.get(`/profile/${url}`)
      assert.match(String(reply.headers.location), /^\/auth\/login\?error=reauthenticate/, url)
    }
    const fields = { ...formFor(page, '/profile/password'), password: NEXT, password_again: NEXT }
    const reply = await browser.submit('/profile/password', fields)
    assert.match(String(reply.headers.location), /reauthenticate.*return_to=%2Fprofile%2Fpassword/)
    assert.equal((await new Browser(server).signIn()).headers.location, '/profile')
  })

  test('of one factor is not enough once the account has two', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    await withTotp(server)
    assert.equal(await isSignedIn(browser), false, 'a new factor ended this session')
  })

  test('a form without its token, or with that of another form or session, does nothing', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    const page = (await browser.get('/profile')).body
    const foreign = formFor(page, '/profile/export').csrf ?? ''
    const other = new Browser(server)
    await other.signIn()
    const stolen = formFor((await other.get('/profile/password')).body, '/profile/password').csrf
    for (const csrf of ['', foreign, stolen ?? '']) {
      const fields = { csrf, password: NEXT, password_again: NEXT }
      assert.equal((await browser.submit('/profile/password', fields)).statusCode, 403)
    }
    assert.equal(await countAudit(server, 'user.password_changed'), 0)
  })
})

describe('changing the password', () => {
  test('ends other sessions and all grants, keeps this one, mails and records', async () => {
    const { server, id } = await withApp({}, OPEN)
    await using _ = server
    await changeUser(server, { email: ADDRESS, emailKey: ADDRESS })
    const { tokens, browser } = await obtainTokens(server, id)
    const other = new Browser(server)
    await other.signIn()
    const reply = await post(browser, '/profile/password', '/profile/password', {
      password: NEXT,
      password_again: NEXT,
    })
    assert.equal(reply.headers.location, '/profile?done=password')
    assert.equal(await isSignedIn(browser), true)
    assert.equal(await isSignedIn(other), false)
    assert.equal(await isActive(server, tokens.access_token), false)
    await server.mailbox.find(ADDRESS, /changed/)
    assert.equal(await countAudit(server, 'user.password_changed'), 1)
    assert.equal((await new Browser(server).signIn('ada', NEXT)).headers.location, '/profile')
  })
})

describe('the e-mail address', () => {
  test('changes once its mail was read; the old one hears of it', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    await post(browser, '/profile/email', '/profile/email', { email: 'new@mail.example' })
    const path = linkIn(await server.mailbox.find('new@mail.example', /Confirm/))
    await server.mailbox.find(ADDRESS, /changed/)
    assert.equal((await user(server))?.email, ADDRESS)
    const done = await post(new Browser(server), path, '/auth/email')
    assert.match(done.body, /is confirmed/)
    const changed = await user(server)
    assert.equal(changed?.email, 'new@mail.example')
    assert.equal(changed?.claims.email_verified, true)
    assert.equal(await isSignedIn(browser), false)
    assert.equal(await user(server, ADDRESS), undefined)
  })

  test('one that somebody else has by then is not taken over', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    await post(browser, '/profile/email', '/profile/email', { email: 'new@mail.example' })
    const path = linkIn(await server.mailbox.find('new@mail.example', /Confirm/))
    await server.addUser('bob', PASSWORD, 'new@mail.example')
    assert.match((await post(new Browser(server), path, '/auth/email')).body, /does not work/)
    assert.equal((await user(server))?.email, ADDRESS)
  })

  test('is confirmed by a link to itself', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    await post(browser, '/profile', '/profile/email/verify')
    const path = linkIn(await server.mailbox.find(ADDRESS, /Confirm/))
    await post(new Browser(server), path, '/auth/email')
    assert.equal((await user(server))?.claims.email_verified, true)
    assert.equal(await isSignedIn(browser), true)
  })
})

describe('T168 details', () => {
  test('are saved, and what is no field of the form is refused', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    const saved = await post(browser, '/profile/details', '/profile/details', {
      name: 'Ada Lovelace',
      birthdate: '1815-12-10',
    })
    assert.equal(saved.headers.location, '/profile?done=details')
    for (const extra of [
      { email_verified: 'true' },
      { role: 'admin' },
      { provider: 'x' },
      { phone_number_verified: 'true' },
      { sub: 'x' },
    ]) {
      const reply = await post(browser, '/profile/details', '/profile/details', extra)
      assert.equal(reply.statusCode, 400, JSON.stringify(extra))
    }
    const ada = await user(server)
    assert.deepEqual(ada?.claims, { name: 'Ada Lovelace', birthdate: '1815-12-10' })
    assert.equal(ada?.role, 'user')
  })

  test('an address is saved in parts and as a whole; untouched, what an operator stored stays', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    const save = (fields: Record<string, string>) =>
      post(browser, '/profile/details', '/profile/details', fields)
    await save({
      address_street_address: '12 St James’s Square',
      address_locality: 'London',
      address_postal_code: 'SW1Y 4JH',
      address_country: 'United Kingdom',
    })
    assert.deepEqual((await user(server))?.claims.address, {
      street_address: '12 St James’s Square',
      locality: 'London',
      postal_code: 'SW1Y 4JH',
      country: 'United Kingdom',
      formatted: '12 St James’s Square\nLondon\nSW1Y 4JH\nUnited Kingdom',
    })
    const form = await browser.get('/profile/details')
    assert.match(form.body, /name="address_locality" value="London"/)
    await save({})
    assert.equal((await user(server))?.claims.address, undefined)
    const known = { formatted: 'c/o the Society', country: 'GB' }
    await changeUser(server, { claims: { address: known } })
    await save({ name: 'Ada', address_country: 'GB' })
    assert.deepEqual((await user(server))?.claims.address, known)
    const refused = await save({ address_region: 'x'.repeat(201) })
    assert.match(refused.body, /name="address_region"[^>]*aria-invalid="true"/)
  })

  test('a field in the wrong form is named and nothing is lost', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    const reply = await post(browser, '/profile/details', '/profile/details', {
      name: 'Ada',
      website: 'javascript:alert(1)',
    })
    assert.equal(reply.statusCode, 400)
    assert.match(reply.body, /name="name" value="Ada"/)
    assert.match(reply.body, /name="website"[^>]*aria-invalid="true"/)
    assert.deepEqual((await user(server))?.claims, {})
  })
})

describe('sessions and apps', () => {
  test('one other session, and all others, are ended; this one is marked', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    const [one, two, three] = [new Browser(server), new Browser(server), new Browser(server)]
    for (const each of [one, two, three]) await each.signIn()
    const page = (await browser.get('/profile')).body
    assert.equal(page.match(/This device/g)?.length, 1)
    const { csrf = '' } = formFor(page, '/profile/sessions/end')
    const ids = [...page.matchAll(/name="session" value="([^"]+)"/g)].map((match) => match[1] ?? '')
    assert.equal(ids.length, 3)
    await browser.submit('/profile/sessions/end', { csrf, session: ids[0] ?? '' })
    const left = await Promise.all([one, two, three].map(isSignedIn))
    assert.equal(left.filter(Boolean).length, 2)
    await post(browser, '/profile', '/profile/sessions/end-others')
    assert.deepEqual(await Promise.all([one, two, three].map(isSignedIn)), [false, false, false])
    assert.equal(await isSignedIn(browser), true)
  })

  test('T184 the session of somebody else is not ended', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    await server.addUser('bob')
    const bob = new Browser(server)
    await bob.signIn('bob')
    const id = bob.cookies.get('sid')?.slice(4, 26) ?? ''
    const spare = new Browser(server)
    await spare.signIn()
    const { csrf = '' } = formFor((await browser.get('/profile')).body, '/profile/sessions/end')
    await browser.submit('/profile/sessions/end', { csrf, session: id })
    assert.equal(await isSignedIn(bob), true)
  })

  test('T184 T185 who a form is about is the session alone, whoever its fields name', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    await server.addUser('bob')
    const bob = await user(server, 'bob')
    const named = {
      user_id: bob?.id ?? '',
      userId: bob?.id ?? '',
      sub: bob?.id ?? '',
      username: 'bob',
    }
    const forms = ENDPOINTS.filter(
      ({ path, method }) => path.startsWith('/profile') && method === 'POST',
    )
    assert.ok(forms.length > 10, 'the account console was found')
    const nobody = new Browser(server)
    for (const { path } of forms) {
      const reply = await nobody.submit(path, { ...named, new_password: NEXT, csrf: 'x' })
      assert.ok([303, 403].includes(reply.statusCode), `${path} ${reply.statusCode}`)
      assert.doesNotMatch(reply.body, /\bbob\b/)
    }
    await post(browser, '/profile/password', '/profile/password', {
      ...named,
      current_password: PASSWORD,
      new_password: NEXT,
    })
    assert.deepEqual(await user(server, 'bob'), bob, 'nothing of his changed')
  })

  test('an app loses its access', async () => {
    const { server, id } = await withApp({}, OPEN)
    await using _ = server
    const { tokens, browser } = await obtainTokens(server, id)
    const reply = await post(browser, '/profile', '/profile/apps/revoke')
    assert.equal(reply.headers.location, '/profile?done=app')
    assert.equal(await isActive(server, tokens.access_token), false)
    assert.match((await browser.get('/profile')).body, /No app has access/)
    assert.equal(await countAudit(server, 'consent.withdrawn'), 1)
  })

  test('T61 access taken back between code and redemption: the code buys nothing', async () => {
    const { server, id } = await withApp({}, OPEN)
    await using _ = server
    const other = await server.addClient({ ...APP, client_name: 'Other' })
    const { browser } = await obtainTokens(server, id)
    const [mine, others] = [await anotherCode(browser, id), await anotherCode(browser, other.id)]
    const page = await browser.get('/profile')
    await browser.submit('/profile/apps/revoke', formFor(page.body, '/profile/apps/revoke'))
    const refused = await server.token(codeGrant(id, mine.code, mine.verifier))
    assert.deepEqual([refused.statusCode, refused.json().error], [400, 'invalid_grant'])
    const kept = await server.token(codeGrant(other.id, others.code, others.verifier))
    assert.equal(kept.statusCode, 200)
  })
})

describe('leaving', () => {
  test('the export has what is known and no secret', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    const reply = await post(browser, '/profile', '/profile/export')
    assert.match(String(reply.headers['content-disposition']), /attachment; filename="my-account/)
    const { account, sessions, security_log: log } = reply.json()
    assert.equal(account.email, ADDRESS)
    assert.equal(sessions.length, 1)
    assert.ok(log.some((entry: { action: string }) => entry.action === 'session.started'))
    assert.doesNotMatch(reply.body, /argon2|[Hh]ash|sealed|gse_/)
  })

  test('deleting asks for the name, removes everything, and frees the name', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    const wrong = await post(browser, '/profile/delete', '/profile/delete', { confirm: 'eve' })
    assert.equal(wrong.statusCode, 400)
    const done = await post(browser, '/profile/delete', '/profile/delete', { confirm: 'Ada' })
    assert.match(done.body, /is deleted/)
    assert.equal(await user(server), undefined)
    assert.equal(await isSignedIn(browser), false)
    await server.mailbox.find(ADDRESS, /changed/)
    await server.addUser('ada')
  })

  test('T193 closing signs out everywhere; the last administrator stays', async () => {
    const { server, browser } = await signedInAda()
    await using _ = server
    await changeUser(server, { role: 'admin' })
    const kept = await post(browser, '/profile/disable', '/profile/disable', { confirm: 'ada' })
    assert.equal(kept.statusCode, 409)
    await changeUser(server, { role: 'user' })
    const done = await post(browser, '/profile/disable', '/profile/disable', { confirm: 'ada' })
    assert.match(done.body, /is closed/)
    assert.match(String((await new Browser(server).signIn()).headers.location), /invalid_cred/)
  })
})
