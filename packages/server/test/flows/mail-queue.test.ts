import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { countAudit } from '../support/flow.ts'
import { Browser, hiddenFields, linkIn, PASSWORD, TestServer } from '../support/server.ts'

const ADDRESS = 'ada@mail.example'

async function askedForAPassword(log?: Parameters<typeof TestServer.start>[1]) {
  const server = await TestServer.start({}, log)
  await server.addUser('ada', PASSWORD, ADDRESS)
  // A mail server that refuses a recipient repeats it.
  server.mailbox.refusal = new Error(
    `connect ECONNREFUSED 127.0.0.1:25; 550 5.1.1 <${ADDRESS}>: Recipient address rejected`,
  )
  const browser = new Browser(server)
  const page = await browser.get('/auth/forgot')
  const reply = await browser.submit('/auth/forgot', {
    ...hiddenFields(page.body),
    username: 'ada',
  })
  assert.equal(reply.statusCode, 200, 'the page does not wait for the mail server')
  await nextTurn() // the letter is written once the answer is out
  await server.assembly.services.recoveries.forgot({
    ...{ login: 'nobody', ip: '192.0.2.1', language: 'en' },
  })
  await server.assembly.services.mails.deliver({})
  return server
}

const waiting = (server: TestServer) =>
  server.assembly.storage.mails.listDue(Number.MAX_SAFE_INTEGER as never, 10)

describe('outgoing mail', () => {
  test('a mail server that is away is tried again; the reason is kept and logged', async () => {
    const lines: string[] = []
    const write = (fields: object, message: string) => {
      lines.push(`${message} ${JSON.stringify(fields)}`)
    }
    await using server = await askedForAPassword({
      ...{ debug: write, info: write, warn: write, error: write },
    })
    const [mail] = await waiting(server)
    assert.equal(mail?.attempts, 1)
    assert.match(mail?.lastError ?? '', /ECONNREFUSED/)
    assert.match(lines.join('\n'), /a mail was not sent .*ECONNREFUSED.*<\[address\]>: Recipient/)
    assert.doesNotMatch(lines.join('\n'), /mail\.example/)
    server.mailbox.refusal = undefined
    assert.equal(await server.assembly.services.mails.deliver({}), 0, 'not before its time')
    server.clock.advance(61)
    assert.equal(await server.assembly.services.mails.deliver({}), 1)
    assert.match(linkIn(await server.mailbox.find(ADDRESS, /password/)), /^\/auth\/reset/)
    assert.deepEqual(await waiting(server), [])
  })

  test('a link that has expired is not sent any more, and that is on record', async () => {
    await using server = await askedForAPassword()
    server.mailbox.refusal = undefined
    server.clock.advance(20 * 60 + 1)
    await server.assembly.services.mails.deliver({})
    assert.deepEqual(await waiting(server), [])
    assert.deepEqual(server.mailbox.mails, [])
    assert.equal(await countAudit(server, 'mail.failed'), 1)
  })

  test('T225 what waits is sealed: neither address nor link can be read from it', async () => {
    await using server = await askedForAPassword()
    const rows = JSON.stringify(await waiting(server))
    assert.notEqual(rows, '[]')
    assert.doesNotMatch(rows, /ada|mail\.example|grp_|http/)
  })
})
