// The one-time link of an operator: the first administrator, and the way back in.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { foldName } from '@grantd/domain'
import { createSetupLink, userEnabled } from '@grantd/oauth'
import { Browser, hiddenFields, TestServer } from '../support/server.ts'

const PASSWORD = 'a password of my own'

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

describe('set-up link', () => {
  test('makes the first administrator, once', async () => {
    await using server = await TestServer.start()
    const code = await newLink(server, 'root')
    assert.equal((await useLink(server, code)).statusCode, 200)
    assert.equal((await find(server, 'root'))?.role, 'admin')
    assert.equal((await useLink(server, code)).statusCode, 403)
  })

  test('of an account that was locked opens it: an operator is never shut out', async () => {
    await using server = await TestServer.start()
    const { services } = server.assembly
    await useLink(server, await newLink(server, 'root'))
    const existing = await find(server, 'root')
    assert.ok(existing)
    const lock = userEnabled({ existing, isEnabled: false, actor: 'cli' }, services)
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
