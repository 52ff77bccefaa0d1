import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  after,
  type InitialAccessTokenId,
  mintCredential,
  nowSeconds,
  PREFIX,
} from '@grantd/domain'
import { basic, changeUser } from '../support/flow.ts'
import { OPEN, register, SEED } from '../support/registration.ts'
import { obtainCode, TestServer } from '../support/server.ts'

/** An initial access token with `usesLeft` uses that lives for an hour. */
async function invite(server: TestServer, usesLeft: number): Promise<string> {
  const { ids, random, clock, storage } = server.assembly.services
  const id = ids.next<InitialAccessTokenId>()
  const { value, secretHash } = mintCredential(PREFIX.initialAccessToken, id, random)
  const createdAt = nowSeconds(clock)
  const token = { id, secretHash, usesLeft, createdAt, expiresAt: after(createdAt, 3_600) }
  await storage.commit([{ kind: 'initialAccessToken.insert', token }])
  return `Bearer ${value}`
}

describe('who may register where it is closed', () => {
  test('T135 an initial access token raced sixteen times is used as often as it may be', async () => {
    await using server = await TestServer.start()
    const authorization = await invite(server, 2)
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => register(server, SEED, { authorization })),
    )
    assert.equal(replies.filter((reply) => reply.statusCode === 201).length, 2)
    assert.equal(replies.filter((reply) => reply.statusCode === 401).length, 14)
    assert.equal((await server.assembly.storage.clients.list({ limit: 99 })).length, 2)
  })

  test('T128 an initial access token gives no privileged scope, and ends', async () => {
    await using server = await TestServer.start()
    const authorization = await invite(server, 5)
    const greedy = await register(server, { ...SEED, scope: 'admin' }, { authorization })
    assert.equal(greedy.json().error, 'invalid_client_metadata')
    server.clock.advance(3_600)
    assert.equal((await register(server, SEED, { authorization })).statusCode, 401)
  })

  test('T90 anything but one exact Bearer token is 401, also where registration is open', async () => {
    await using server = await TestServer.start(OPEN)
    const good = (await invite(server, 5)).slice('Bearer '.length)
    for (const authorization of [
      `Bearer\t${good}`,
      `Bearer  ${good}`,
      `Bearer ${good}, Bearer ${good}`,
      `Bearer ${good.slice(0, -1)}`,
      `Bearer ${good}A`,
      `Basic ${good}`,
      'Bearer',
      '',
    ]) {
      const reply = await register(server, SEED, { authorization })
      assert.equal(reply.statusCode, 401, authorization)
      assert.match(String(reply.headers['www-authenticate']), /^Bearer .*error="invalid_token"/)
    }
    const query = await server.inject({
      method: 'POST',
      url: `/clients/register?access_token=${good}`,
      headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
      payload: JSON.stringify(SEED),
    })
    assert.equal(query.statusCode, 401)
  })

  test('an admin token of a listed client registers; one of an unlisted client or without the scope does not', async () => {
    await using server = await TestServer.start({ OAUTH2_ADMIN_CLIENT_IDS: 'ops' })
    const service = { client_name: 'Ops', grant_types: ['client_credentials'], scope: 'read admin' }
    const listed = await server.addClient(service, 'ops')
    const unlisted = await server.addClient(service)
    const ask = async (by: { id: string; secret: string }, scope: string) => {
      const grant = { grant_type: 'client_credentials', scope }
      const reply = await server.form('/oauth/token', grant, {
        authorization: basic(by.id, by.secret),
      })
      const authorization = `Bearer ${reply.json().access_token}`
      return register(server, SEED, { authorization })
    }
    assert.equal((await ask(listed, 'admin')).statusCode, 201)
    for (const reply of [await ask(listed, 'read'), await ask(unlisted, 'admin')]) {
      assert.equal(reply.statusCode, 403)
      assert.equal(reply.json().error, 'insufficient_scope')
      assert.match(String(reply.headers['www-authenticate']), /error="insufficient_scope"/)
    }
  })

  test('a person has the scope admin to give only as an administrator', async () => {
    await using server = await TestServer.start({ OAUTH2_ADMIN_CLIENT_IDS: 'console' })
    await server.addUser()
    const app = { ...SEED, scope: 'admin', token_endpoint_auth_method: 'none' }
    await server.addClient(app, 'console')
    const { code, verifier } = await obtainCode(server, 'console', { scope: 'admin' })
    const grant = { grant_type: 'authorization_code', client_id: 'console', code }
    const tokens = (await server.token({ ...grant, code_verifier: verifier })).json()
    const authorization = `Bearer ${tokens.access_token}`
    assert.equal((await register(server, SEED, { authorization })).statusCode, 403)
    await changeUser(server, { role: 'admin' })
    assert.equal((await register(server, SEED, { authorization })).statusCode, 201)
  })
})
