import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { enterCode, halfSignedIn, withTotp } from '../support/people.ts'
import { Browser, hiddenFields, PASSWORD, TestServer } from '../support/server.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'grantd-people-'))
after(() => rmSync(folder, { recursive: true, force: true }))

describe('T225 what proves a person stays with that person', () => {
  test('seeds, recovery codes, links and pending sign-ins are not in the database', async () => {
    const url = `sqlite:${path.join(folder, 'people.db')}`
    const server = await TestServer.start({ OAUTH2_DATABASE_URL: url })
    await server.addUser('ada', PASSWORD, 'ada@mail.example')
    const { seed, codes } = await withTotp(server)
    const { browser, page } = await halfSignedIn(server)
    const pending = browser.cookies.get('pending') ?? ''
    await enterCode(browser, page, codes[0] ?? '')
    const forgot = new Browser(server)
    const fields = hiddenFields((await forgot.get('/auth/forgot')).body)
    await forgot.submit('/auth/forgot', { ...fields, username: 'ada' })
    const mail = await server.mailbox.find('ada@mail.example', /new password/)
    const ticket = /grp_\S+/.exec(mail.text)?.[0] ?? ''
    await server[Symbol.asyncDispose]()

    const database = readdirSync(folder)
      .map((name) => readFileSync(path.join(folder, name), 'latin1'))
      .join('')
    assert.match(database, /recovery_code.used/, 'the right file was read')
    for (const [name, secret] of Object.entries({
      seed,
      usedCode: codes[0],
      unusedCode: codes[1],
      unusedCodeWithoutDashes: codes[1]?.replaceAll('-', ''),
      ticket: ticket.split('.')[1],
      pending: pending.split('.')[1],
      device: browser.cookies.get('device')?.split('.')[0],
    })) {
      assert.ok(secret !== undefined && secret.length > 12, name)
      assert.ok(!database.includes(secret), `${name} is in the database`)
    }
  })
})
