import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formFor } from '../support/people.ts'
import { Browser, TestServer } from '../support/server.ts'

/** An answer whose challenge is ours and whose signature nobody made. */
function forged(challenge: string): string {
  const client = { type: 'webauthn.get', challenge, origin: 'http://localhost:8080' }
  const text = (value: string) => Buffer.from(value).toString('base64url')
  return JSON.stringify({
    id: text('credential'),
    rawId: text('credential'),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: text(JSON.stringify(client)),
      authenticatorData: text('x'.repeat(37)),
      signature: text('signature'),
    },
  })
}

const NONSENSE = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '{"id":1}',
  '{"id":"a","response":{}}',
  '{"id":"a","response":{"clientDataJSON":"bnVsbA"}}',
]

describe('WebAuthn Level 3 §7.2 answers that nobody signed', () => {
  test('sign nobody in, and are no fault of the server', async () => {
    await using server = await TestServer.start()
    const browser = new Browser(server)
    const page = (await browser.get('/auth/login')).body
    const question = (await browser.get('/auth/passkey')).json()
    for (const credential of [...NONSENSE, forged('AAAA'), forged(question.challenge)]) {
      const reply = await browser.submit('/auth/passkey', {
        ...formFor(page, '/auth/passkey'),
        credential,
      })
      assert.match(String(reply.headers.location), /error=passkey_refused/, credential.slice(0, 60))
      assert.equal(browser.cookies.has('sid'), false)
    }
  })

  test('add no passkey', async () => {
    await using server = await TestServer.start()
    await server.addUser()
    const browser = new Browser(server)
    await browser.signIn()
    for (const credential of [...NONSENSE, forged('AAAA')]) {
      const page = (await browser.get('/profile/passkeys')).body
      const fields = { ...formFor(page, '/profile/passkeys'), credential, name: 'Mine' }
      const reply = await browser.submit('/profile/passkeys', fields)
      assert.equal(reply.headers.location, '/profile?done=passkey_refused')
    }
    assert.match((await browser.get('/profile')).body, /None yet/)
  })

  test('every question is another one, and asks for a check of the owner', async () => {
    await using server = await TestServer.start()
    const browser = new Browser(server)
    await browser.get('/auth/login')
    const first = (await browser.get('/auth/passkey')).json()
    const second = (await browser.get('/auth/passkey')).json()
    assert.notEqual(first.challenge, second.challenge)
    assert.equal(first.userVerification, 'required')
    assert.equal(first.rpId, 'localhost')
  })
})
