// What an operator learns of a token, and what revoking one ends.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { foldName } from '@grantd/domain'
import { inspectToken, revokeInspected, userEnabled } from '@grantd/oauth'
import { obtainCode, REDIRECT, TestServer } from '../support/server.ts'

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

async function signedIn(): Promise<{ server: TestServer; tokens: Tokens; clientId: string }> {
  const server = await TestServer.start()
  await server.addUser()
  const { id } = await server.addClient({
    client_name: 'App',
    redirect_uris: [REDIRECT],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'read write',
    token_endpoint_auth_method: 'none',
  })
  const { code, verifier } = await obtainCode(server, id)
  const reply = await server.token({
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    client_id: id,
    code_verifier: verifier,
  })
  return { server, tokens: reply.json(), clientId: id }
}

describe('an operator looks at a token', () => {
  test('a live one says what it allows; an altered or foreign one is unknown', async () => {
    const { server, tokens } = await signedIn()
    await using _ = server
    const { services } = server.assembly
    for (const text of [tokens.access_token, tokens.refresh_token]) {
      const found = await inspectToken(text, services)
      assert.ok(found)
      assert.equal(found.endedBy, undefined)
      assert.equal(found.kind === 'access' ? found.token.scope : found.family.scope, 'read write')
      assert.equal(await inspectToken(`${text.slice(0, -1)}_`, services), undefined)
    }
    assert.equal(await inspectToken('', services), undefined)
  })

  test('revoking the access token ends the whole sign-in', async () => {
    const { server, tokens, clientId } = await signedIn()
    await using _ = server
    const { services } = server.assembly
    const found = await inspectToken(tokens.access_token, services)
    assert.ok(found)
    await revokeInspected(found, { actor: 'cli', ip: undefined }, services)
    for (const text of [tokens.access_token, tokens.refresh_token]) {
      assert.equal((await inspectToken(text, services))?.endedBy, 'family revoked')
    }
    const refresh = await server.token({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id: clientId,
    })
    assert.equal(refresh.json().error, 'invalid_grant')
    const records = await services.storage.audit.list({ limit: 5 })
    const revoked = records.find(({ action }) => action === 'token.revoked')
    assert.deepEqual([revoked?.actor, revoked?.ip], ['cli', undefined])
  })

  test('a spent refresh token and a disabled client are named; a deleted client takes all with it', async () => {
    const { server, tokens, clientId } = await signedIn()
    await using _ = server
    const { services } = server.assembly
    const reason = async (text: string) => (await inspectToken(text, services))?.endedBy
    const refreshed = await server.token({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id: clientId,
    })
    const next: Tokens = refreshed.json()
    assert.equal(await reason(tokens.refresh_token), 'already used')
    assert.equal(await reason(next.refresh_token), undefined)

    const id = clientId as Parameters<typeof services.storage.clients.find>[0]
    await services.clients.for(id).update({
      id,
      change: (client) => ({ ...client, isEnabled: false }),
      action: 'client.updated',
      actor: 'cli',
    })
    assert.equal(await reason(next.access_token), 'client disabled')
    await services.clients.for(id).remove({ id, actor: 'cli' })
    assert.equal(await inspectToken(next.access_token, services), undefined)
  })

  test('an access token expires, its refresh token does not', async () => {
    const { server, tokens } = await signedIn()
    await using _ = server
    const { services } = server.assembly
    server.clock.advance(7_200)
    assert.equal((await inspectToken(tokens.access_token, services))?.endedBy, 'expired')
    assert.equal((await inspectToken(tokens.refresh_token, services))?.endedBy, undefined)
  })

  test('locking the account ends its tokens', async () => {
    const { server, tokens } = await signedIn()
    await using _ = server
    const { services } = server.assembly
    const existing = await services.storage.users.findByLogin(foldName('ada'))
    assert.ok(existing)
    const lock = await userEnabled({ existing, isEnabled: false, actor: 'cli' }, services)
    await services.storage.commit(lock.changes)
    assert.equal((await inspectToken(tokens.access_token, services))?.endedBy, 'family revoked')
  })
})
