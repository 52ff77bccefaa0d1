import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ISSUER, TestServer } from '../support/server.ts'

describe('what password managers ask for', () => {
  test('the page that changes a password, and those of passkeys', async () => {
    await using server = await TestServer.start()
    const change = await server.inject({ url: '/.well-known/change-password' })
    assert.equal(change.statusCode, 303)
    assert.equal(change.headers.location, '/profile/password')
    const passkeys = await server.inject({ url: '/.well-known/passkey-endpoints' })
    assert.deepEqual(passkeys.json(), {
      enroll: `${ISSUER}/profile/passkeys`,
      manage: `${ISSUER}/profile`,
    })
  })
})
