import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  anotherCode,
  basic,
  codeGrant,
  countAudit,
  isActive,
  OPEN,
  obtainTokens,
  refreshGrant,
  withApp,
} from '../support/flow.ts'
import { TestServer } from '../support/server.ts'

const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }

async function withToken(env: Record<string, string> = {}) {
  const server = await TestServer.start({ ...OPEN, ...env })
  const client = await server.addClient(SERVICE)
  const as = { client_id: client.id, client_secret: client.secret }
  const token: string = (await server.token({ grant_type: 'client_credentials', ...as })).json()
    .access_token
  const revoke = (fields: Record<string, string>) =>
    server.form('/oauth/revoke', { token, ...as, ...fields })
  return { server, as, token, revoke }
}

describe('RFC 7009 revocation', () => {
  test('T87 when the storage fails, the answer is 503 and not that it is done', async () => {
    const { server, revoke } = await withToken()
    await using _ = server
    await server.assembly.storage.close() // reads still answer, writes are refused
    const reply = await revoke({})
    assert.equal(reply.statusCode, 503)
    assert.equal(reply.json().error, 'temporarily_unavailable')
    assert.ok(Number(reply.headers['retry-after']) >= 1)
  })

  for (const [kind, isOpaque] of [
    ['a JWT', 'false'],
    ['an opaque token', 'true'],
  ] as const) {
    test(`[behaviour 23] [behaviour 25] [behaviour 27] ${kind} is inactive at once; revoking again succeeds`, async () => {
      const { server, token, revoke } = await withToken({ OAUTH2_ACCESS_TOKENS_OPAQUE: isOpaque })
      await using _ = server
      assert.equal(await isActive(server, token), true)
      for (let round = 0; round < 2; round++) {
        const reply = await revoke({})
        assert.equal(reply.statusCode, 200)
        assert.equal(reply.body, '')
        assert.equal(reply.headers['cache-control'], 'no-store')
        assert.equal(await isActive(server, token), false)
      }
    })
  }

  test('T86 [behaviour 28] unknown tokens and wrong hints succeed alike', async () => {
    const { server, token, revoke } = await withToken()
    await using _ = server
    for (const unknown of ['unknown', 'a.b.c', 'grt_x', `${token}x`, '.'.repeat(60_000)]) {
      const reply = await revoke({ token: unknown })
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.body, '')
    }
    assert.equal(await isActive(server, token), true)
    for (const token_type_hint of ['nonsense', 'refresh_token']) {
      assert.equal((await revoke({ token_type_hint })).statusCode, 200)
      assert.equal(await isActive(server, token), false)
    }
  })

  test('T85 tokens of another client, access and refresh, are refused and stay alive', async () => {
    const { server, id } = await withApp({}, OPEN)
    await using _ = server
    const { tokens } = await obtainTokens(server, id)
    const other = await server.addClient(SERVICE)
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      const reply = await server.form(
        '/oauth/revoke',
        { token },
        { authorization: basic(other.id, other.secret) },
      )
      assert.equal(reply.statusCode, 400)
      assert.equal(reply.json().error, 'invalid_request')
    }
    assert.equal(await countAudit(server, 'token.revoked'), 0)
    assert.equal(await isActive(server, tokens.access_token), true)
    assert.equal((await server.token(refreshGrant(id, tokens.refresh_token))).statusCode, 200)
  })

  test('without client authentication or without a token nothing happens', async () => {
    const { server, token, revoke } = await withToken()
    await using _ = server
    const anonymous = await server.form('/oauth/revoke', { token })
    assert.equal(anonymous.statusCode, 401)
    assert.equal(anonymous.json().error, 'invalid_client')
    const missing = await revoke({ token: '' })
    assert.equal(missing.statusCode, 400)
    assert.equal(missing.json().error, 'invalid_request')
    assert.equal(await isActive(server, token), true)
  })

  test('[behaviour 26] an access token takes its family with it, and only its family', async () => {
    const { server, id } = await withApp({}, OPEN)
    await using _ = server
    const { tokens, browser } = await obtainTokens(server, id)
    const { code, verifier } = await anotherCode(browser, id)
    const other = (await server.token(codeGrant(id, code, verifier))).json()
    const fields = { token: tokens.access_token, client_id: id }
    assert.equal((await server.form('/oauth/revoke', fields)).statusCode, 200)
    const refreshed = await server.token(refreshGrant(id, tokens.refresh_token))
    assert.equal(refreshed.json().error, 'invalid_grant')
    assert.equal(await isActive(server, other.access_token), true)
    assert.equal((await server.token(refreshGrant(id, other.refresh_token))).statusCode, 200)
  })

  test('a used refresh token still revokes, and a refresh that races it gets nothing that lives', async () => {
    const { server, id } = await withApp({}, OPEN)
    await using _ = server
    const { tokens } = await obtainTokens(server, id)
    const token = tokens.refresh_token
    const [, refreshed] = await Promise.all([
      server.form('/oauth/revoke', { token, client_id: id }),
      server.token(refreshGrant(id, token)),
    ])
    if (refreshed.statusCode === 200) {
      const { access_token, refresh_token } = refreshed.json()
      assert.equal(await isActive(server, access_token), false)
      const next = await server.token(refreshGrant(id, refresh_token))
      assert.equal(next.json().error, 'invalid_grant')
    } else {
      assert.equal(refreshed.json().error, 'invalid_grant')
    }
  })
})
