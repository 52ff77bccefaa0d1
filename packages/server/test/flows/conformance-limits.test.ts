import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import { addAda, follow } from '../support/openid.ts'
import { Browser, pkce, TestServer } from '../support/server.ts'
import { CONFORMANCE, SuiteClient } from '../support/suite.ts'

let server: TestServer
before(async () => {
  server = await TestServer.start(CONFORMANCE)
  await addAda(server)
})
after(() => server[Symbol.asyncDispose]())

describe('what the conformance mode does not open', () => {
  test('T13 public clients need PKCE', async () => {
    const client = await SuiteClient.register(server, { token_endpoint_auth_method: 'none' })
    const { fields } = await client.ask(new Browser(server))
    assert.equal(fields.get('error'), 'invalid_request')
  })

  test('T59 a verifier for a code without challenge is refused, and spends the code', async () => {
    const client = await SuiteClient.register(server)
    const answer = await client.ask(new Browser(server))
    const reply = await client.exchange(answer, { code_verifier: pkce().verifier })
    assert.equal(reply.json().error, 'invalid_grant')
    assert.equal((await client.exchange(answer)).json().error, 'invalid_grant')
  })

  test('without PKCE the redirect URI is needed at the token endpoint (RFC 6749 §4.1.3)', async () => {
    const client = await SuiteClient.register(server)
    const answer = await client.ask(new Browser(server))
    const reply = await client.exchange(answer, { redirect_uri: '' })
    assert.equal(reply.json().error, 'invalid_grant')
  })

  test('T100 who registered how requests are signed, or that they are, signs them', async () => {
    for (const members of [
      { request_object_signing_alg: 'RS256' },
      { require_signed_request_object: true },
    ]) {
      const client = await SuiteClient.register(server, members)
      const request = new jose.UnsecuredJWT(client.parameters()).encode()
      const answer = await follow(new Browser(server), client.url({ request }))
      assert.equal(answer.fields.get('error'), 'invalid_request_object')
    }
  })
})
