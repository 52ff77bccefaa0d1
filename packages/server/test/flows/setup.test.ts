import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { foldName } from '@grantd/domain'
import { createSetupLink, userEnabled } from '@grantd/oauth'
import { countAudit } from '../support/flow.ts'
import { Browser, hiddenFields, TestServer } from '../support/server.ts'

const PASSWORD = 'a long enough password'

async function withLink() {
  const server = await TestServer.start()
  const { code } = await createSetupLink('root', 3_600, server.assembly.services)
  const browser = new Browser(server)
  const { csrf = '' } = hiddenFields((await browser.get('/setup')).body)
  const submit = (fields: Record<string, string> = {}) =>
    browser.submit('/setup', {
      csrf,
      code,
      password: PASSWORD,
      password_again: PASSWORD,
      ...fields,
    })
  return { server, browser, code, submit }
}

async function useLink(server: TestServer, code: string) {
  const browser = new Browser(server)
  const page = await browser.get('/setup')
  return browser.submit('/setup', {
    ...hiddenFields(page.body),
    code,
    password: PASSWORD,
    password_again: PASSWORD,
  })
}

const find = (server: TestServer, name: string) =>
  server.assembly.services.storage.users.findByLogin(foldName(name))

async function newLink(server: TestServer, name: string): Promise<string> {
  return (await createSetupLink(name, 60, server.assembly.services, 'cli')).code
}

describe('the set-up link', () => {
  test('gives the first administrator a password, once', async () => {
    const { server, browser, submit } = await withLink()
    await using _ = server
    assert.equal((await submit()).statusCode, 200)
    const user = await server.assembly.storage.users.findByLogin('root')
    assert.equal(user?.role, 'admin')
    assert.equal((await browser.signIn('root', PASSWORD)).headers.location, '/profile')
    const again = await submit({
      password: 'quite another one',
      password_again: 'quite another one',
    })
    assert.equal(again.statusCode, 403)
    assert.equal((await new Browser(server).signIn('root', PASSWORD)).headers.location, '/profile')
  })

  test('T161 of sixteen at once one wins, and the other passwords do not count', async () => {
    const { server, submit } = await withLink()
    await using _ = server
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, n) => {
        const password = `${PASSWORD} ${n}`
        return submit({ password, password_again: password })
      }),
    )
    assert.equal(replies.filter((reply) => reply.statusCode === 200).length, 1)
    assert.equal(replies.filter((reply) => reply.statusCode === 403).length, 15)
    assert.equal(await countAudit(server, 'setup_link.used'), 1)
  })

  test('T161 a cut, altered, foreign or expired code sets nothing', async () => {
    const { server, code, submit } = await withLink()
    await using _ = server
    for (const wrong of ['', 'x', code.slice(0, -1), `${code}A`, code.replace('gsl_', 'gia_')]) {
      assert.equal((await submit({ code: wrong })).statusCode, 403, wrong)
    }
    server.clock.advance(1_700)
    assert.equal((await submit({ password: 'short', password_again: 'short' })).statusCode, 400)
    server.clock.advance(1_900)
    const browser = new Browser(server)
    const { csrf = '' } = hiddenFields((await browser.get('/setup')).body)
    const late = { csrf, code, password: PASSWORD, password_again: PASSWORD }
    assert.equal((await browser.submit('/setup', late)).statusCode, 403)
    assert.equal(await server.assembly.storage.users.findByLogin('root'), undefined)
  })

  test('passwords that are short, the name, too long or unequal are refused and the code stays', async () => {
    const { server, submit } = await withLink()
    await using _ = server
    for (const password of ['short', 'x'.repeat(1_025), '']) {
      const reply = await submit({ password, password_again: password })
      assert.equal(reply.statusCode, 400, password.slice(0, 10))
      assert.equal(reply.headers['cache-control'], 'no-store')
      assert.ok(!reply.body.includes('x'.repeat(99)), 'the password is not shown')
    }
    assert.equal((await submit({ password_again: 'something else!' })).statusCode, 400)
    assert.equal((await submit()).statusCode, 200)
  })

  test('T150 without our token, with that of another browser, or from another site: 403', async () => {
    const { server, browser, code, submit } = await withLink()
    await using _ = server
    const foreign = hiddenFields((await new Browser(server).get('/setup')).body).csrf ?? ''
    const login = hiddenFields((await browser.get('/auth/login')).body).csrf ?? ''
    for (const csrf of ['', foreign, login]) {
      assert.equal((await submit({ csrf })).statusCode, 403)
    }
    const fields = { code, password: PASSWORD, password_again: PASSWORD }
    const headers = { origin: 'https://evil.example' }
    assert.equal((await server.form('/setup', fields, headers)).statusCode, 403)
    assert.equal(await server.assembly.storage.users.findByLogin('root'), undefined)
  })

  test('of an account that was locked opens it: an operator is never shut out', async () => {
    await using server = await TestServer.start()
    const { services } = server.assembly
    await useLink(server, await newLink(server, 'root'))
    const existing = await find(server, 'root')
    assert.ok(existing)
    const lock = await userEnabled({ existing, isEnabled: false, actor: 'cli' }, services)
    await services.storage.commit(lock.changes)
    const browser = new Browser(server)
    assert.match(
      String((await browser.signIn('root', PASSWORD)).headers.location),
      /invalid_credentials/,
    )
    await useLink(server, await newLink(server, 'root'))
    assert.equal((await browser.signIn('root', PASSWORD)).headers.location, '/profile')
  })

  test('for somebody who is no administrator makes one', async () => {
    await using server = await TestServer.start()
    await server.addUser('ada')
    await useLink(server, await newLink(server, 'ada'))
    assert.equal((await find(server, 'ada'))?.role, 'admin')
  })
})
