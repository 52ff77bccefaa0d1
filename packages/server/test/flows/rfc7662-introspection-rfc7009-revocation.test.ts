import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TestServer } from '../support/server.ts'

const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }

async function withToken(env: Record<string, string> = {}) {
  const server = await TestServer.start(env)
  const client = await server.addClient(SERVICE)
  const as = { client_id: client.id, client_secret: client.secret }
  const token: string = (await server.token({ grant_type: 'client_credentials', ...as })).json()
    .access_token
  const introspect = async (text = token, by: Record<string, string> = as) =>
    server.form('/oauth/introspect', { token: text, ...by })
  return { server, client, as, token, introspect }
}

describe('RFC 7662 introspection', () => {
  test('21 a live token tells its scope, client and times', async () => {
    const { server, client, introspect } = await withToken()
    await using _ = server
    const body = (await introspect()).json()
    assert.equal(body.active, true)
    assert.equal(body.scope, 'read')
    assert.equal(body.client_id, client.id)
    assert.equal(body.token_type, 'Bearer')
    assert.equal(body.exp - body.iat, 3_600)
    assert.equal(body.nbf, body.iat)
  })

  test('T79 without client authentication: 401 and nothing about the token', async () => {
    const { server, introspect } = await withToken()
    await using _ = server
    const reply = await introspect(undefined, {})
    assert.equal(reply.statusCode, 401)
    assert.ok(!reply.body.includes('active'))
  })

  test('public introspection, when switched on, says nothing about the subject', async () => {
    const { server, introspect } = await withToken({ OAUTH2_PUBLIC_INTROSPECTION: 'true' })
    await using _ = server
    const body = (await introspect(undefined, {})).json()
    assert.equal(body.active, true)
    assert.equal(body.sub, undefined)
    assert.equal(body.username, undefined)
  })

  test('T80 T82 T81 garbage, altered, expired and foreign tokens are merely inactive', async () => {
    const { server, token, introspect } = await withToken()
    await using _ = server
    const other = await server.addClient(SERVICE)
    const [head, body] = token.split('.')
    for (const text of [
      'garbage',
      `${token}x`,
      `${head}.${body}.AAAA`,
      'a.b.c',
      '.'.repeat(1_000),
    ]) {
      assert.deepEqual((await introspect(text)).json(), { active: false }, text.slice(0, 20))
    }
    const foreign = await introspect(token, { client_id: other.id, client_secret: other.secret })
    assert.deepEqual(foreign.json(), { active: false })
    server.clock.advance(3_600)
    assert.deepEqual((await introspect()).json(), { active: false })
  })

  test('T75 tokens of a disabled client are inactive', async () => {
    const { server, client, token, introspect } = await withToken({
      OAUTH2_PUBLIC_INTROSPECTION: 'true',
    })
    await using _ = server
    await server.assembly.services.clients.for(client.id).update({
      id: client.id as never,
      change: (current) => ({ ...current, isEnabled: false }),
      action: 'client.updated',
      actor: 'test',
    })
    assert.deepEqual((await introspect(token, {})).json(), { active: false })
  })
})

describe('RFC 7009 revocation', () => {
  test('25 27 a revoked token is inactive at once; revoking again succeeds', async () => {
    const { server, as, token, introspect } = await withToken()
    await using _ = server
    for (let round = 0; round < 2; round++) {
      const reply = await server.form('/oauth/revoke', { token, ...as })
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.body, '')
    }
    assert.deepEqual((await introspect()).json(), { active: false })
  })

  test('28 T86 unknown tokens and wrong hints succeed', async () => {
    const { server, as, token, introspect } = await withToken()
    await using _ = server
    assert.equal((await server.form('/oauth/revoke', { token: 'unknown', ...as })).statusCode, 200)
    const hinted = await server.form('/oauth/revoke', {
      token,
      token_type_hint: 'refresh_token',
      ...as,
    })
    assert.equal(hinted.statusCode, 200)
    assert.deepEqual((await introspect()).json(), { active: false })
  })

  test('T85 a token of another client is refused and stays alive', async () => {
    const { server, token, introspect } = await withToken()
    await using _ = server
    const other = await server.addClient(SERVICE)
    const reply = await server.form('/oauth/revoke', {
      token,
      client_id: other.id,
      client_secret: other.secret,
    })
    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().error, 'invalid_request')
    assert.equal((await introspect()).json().active, true)
  })

  test('without a token the request is invalid', async () => {
    const { server, as } = await withToken()
    await using _ = server
    assert.equal((await server.form('/oauth/revoke', as)).json().error, 'invalid_request')
  })
})
