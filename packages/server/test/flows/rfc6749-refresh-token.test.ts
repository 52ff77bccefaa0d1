import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { obtainCode, REDIRECT, TestServer } from '../support/server.ts'

const APP = {
  client_name: 'App',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'read write',
  token_endpoint_auth_method: 'none',
}

async function withTokens(): Promise<{
  server: TestServer
  id: string
  refreshToken: string
  accessToken: string
}> {
  const server = await TestServer.start()
  await server.addUser()
  const { id } = await server.addClient(APP)
  const { code, verifier } = await obtainCode(server, id)
  const body = (
    await server.token({
      grant_type: 'authorization_code',
      client_id: id,
      code,
      code_verifier: verifier,
    })
  ).json()
  return { server, id, refreshToken: body.refresh_token, accessToken: body.access_token }
}

const refresh = (id: string, token: string, extra: Record<string, string> = {}) => ({
  grant_type: 'refresh_token',
  client_id: id,
  refresh_token: token,
  ...extra,
})

describe('RFC 9700 §4.14 refresh token rotation', () => {
  test('17 a refresh token gives a new pair', async () => {
    const { server, id, refreshToken } = await withTokens()
    await using _ = server
    const body = (await server.token(refresh(id, refreshToken))).json()
    assert.ok(body.access_token)
    assert.notEqual(body.refresh_token, refreshToken)
  })

  test('T65 parallel refreshes in the grace time name one successor', async () => {
    const { server, id, refreshToken } = await withTokens()
    await using _ = server
    const replies = await Promise.all([1, 2, 3].map(() => server.token(refresh(id, refreshToken))))
    assert.deepEqual(
      replies.map((reply) => reply.statusCode),
      [200, 200, 200],
    )
    assert.equal(new Set(replies.map((reply) => reply.json().refresh_token)).size, 1)
  })

  test('T64 T67 a token used again after the grace time kills the family', async () => {
    const { server, id, refreshToken } = await withTokens()
    await using _ = server
    const next = (await server.token(refresh(id, refreshToken))).json().refresh_token
    server.clock.advance(11)
    assert.equal((await server.token(refresh(id, refreshToken))).json().error, 'invalid_grant')
    assert.equal((await server.token(refresh(id, next))).json().error, 'invalid_grant')
  })

  test('T67 more than two repeats within the grace time kill the family', async () => {
    const { server, id, refreshToken } = await withTokens()
    await using _ = server
    const codes: number[] = []
    for (let use = 0; use < 4; use++)
      codes.push((await server.token(refresh(id, refreshToken))).statusCode)
    assert.deepEqual(codes, [200, 200, 200, 400])
  })

  test('T68 another client neither gets tokens nor spends the token', async () => {
    const { server, id, refreshToken } = await withTokens()
    await using _ = server
    const stranger = await server.addClient({ ...APP, client_name: 'Other' })
    assert.equal(
      (await server.token(refresh(stranger.id, refreshToken))).json().error,
      'invalid_grant',
    )
    assert.equal((await server.token(refresh(id, refreshToken))).statusCode, 200)
  })

  test('T69 scope may narrow for one access token, never widen', async () => {
    const { server, id, refreshToken } = await withTokens()
    await using _ = server
    const wider = await server.token(refresh(id, refreshToken, { scope: 'read write admin' }))
    assert.equal(wider.json().error, 'invalid_scope')
    const narrow = (await server.token(refresh(id, refreshToken, { scope: 'read' }))).json()
    assert.equal(narrow.scope, 'read')
    assert.equal((await server.token(refresh(id, narrow.refresh_token))).json().scope, 'read write')
  })

  test('20 an expired refresh token is refused', async () => {
    const { server, id, refreshToken } = await withTokens()
    await using _ = server
    server.clock.advance(2_592_001)
    assert.equal((await server.token(refresh(id, refreshToken))).json().error, 'invalid_grant')
  })

  test('26 a revoked refresh token takes its family with it', async () => {
    const { server, id, refreshToken } = await withTokens()
    await using _ = server
    const revoked = await server.form('/oauth/revoke', { token: refreshToken, client_id: id })
    assert.equal(revoked.statusCode, 200)
    assert.equal(revoked.body, '')
    assert.equal((await server.token(refresh(id, refreshToken))).json().error, 'invalid_grant')
  })
})
