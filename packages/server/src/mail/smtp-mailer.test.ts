import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { createSmtpMailer, smtpProblem } from './smtp-mailer.ts'

/** A mail server of a few words; keeps what it was told. */
async function smtpServer(options: { greeting?: string; offersTls?: boolean } = {}) {
  const heard: string[] = []
  const server = createServer((socket) => {
    let isData = false
    socket.on('error', () => socket.destroy())
    socket.write(options.greeting ?? '220 test ESMTP\r\n')
    createInterface({ input: socket }).on('line', (line) => {
      heard.push(line)
      if (isData) {
        isData = line !== '.'
        if (!isData) socket.write('250 kept\r\n')
      } else if (line === 'DATA') {
        isData = true
        socket.write('354 go on\r\n')
      } else if (line === 'QUIT') socket.end('221 bye\r\n')
      else socket.write('250 ok\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listening on TCP
  return {
    heard,
    url: `smtp://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

const letter = { subject: 'Grüße', text: 'See: https://id.example/a', html: '<p>See</p>' }

describe('mail through SMTP', () => {
  test('goes to the one address, as text and as HTML', async () => {
    await using server = await smtpServer()
    const mailer = createSmtpMailer({ url: server.url, from: 'no-reply@id.example' })
    await mailer.send({ ...letter, to: 'ada@mail.example' })
    const said = server.heard.join('\n')
    assert.deepEqual(
      server.heard
        .filter((line) => /^(?:MAIL|RCPT)/.test(line))
        .map((line) => line.split(' ', 2)[1]),
      ['FROM:<no-reply@id.example>', 'TO:<ada@mail.example>'],
    )
    assert.match(said, /Subject: =\?UTF-8\?/)
    assert.match(said, /text\/plain/)
    assert.match(said, /text\/html/)
  })

  test('T162 a text with several addresses is never several recipients', async () => {
    await using server = await smtpServer()
    const mailer = createSmtpMailer({ url: server.url, from: 'no-reply@id.example' })
    for (const to of ['a@x.example, b@y.example', 'a@x.example\r\nRCPT TO:<b@y.example>']) {
      await mailer.send({ ...letter, to }).catch(() => undefined) // refused or sent to one, both will do
    }
    const recipients = server.heard.filter((line) => line.startsWith('RCPT TO:<b@'))
    assert.deepEqual(recipients, [])
  })

  test('a server that refuses or is away says why', async () => {
    await using server = await smtpServer({ greeting: '554 no mail from you\r\n' })
    const mailer = createSmtpMailer({ url: server.url, from: 'no-reply@id.example' })
    await assert.rejects(mailer.send({ ...letter, to: 'ada@mail.example' }), /554|no mail/)
    assert.match((await smtpProblem(server.url)) ?? '', /554|no mail/)
    assert.match((await smtpProblem('smtp://127.0.0.1:1')) ?? '', /ECONNREFUSED/)
  })

  test('a server that works has no problem', async () => {
    await using server = await smtpServer()
    assert.equal(await smtpProblem(server.url), undefined)
  })
})
