import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ClientId } from '@grantd/domain'
import { LOOPBACK_OPEN } from '../support/client-keys.ts'
import { connectRegister } from '../support/connect-register.ts'
import { codeGrant, isActive, obtainTokens, refreshGrant } from '../support/flow.ts'
import { authorizeUrl, obtainCode, pkce, REDIRECT, TestServer } from '../support/server.ts'

let server: TestServer
before(async () => {
  server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true', ...LOOPBACK_OPEN })
})
after(() => server[Symbol.asyncDispose]())

const { call, register, registered } = connectRegister(() => server)

describe('RFC 7592: a client manages its registration', () => {
  test('reads it, replaces it, deletes it', async () => {
    const made = await registered()
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const read = await call('GET', uri, { token })
    assert.equal(read.statusCode, 200)
    assert.equal(read.json().client_secret, undefined)
    assert.equal(read.json().registration_access_token, token)
    assert.equal(read.json().default_max_age, 600)

    const body = { client_id: made.client_id, client_name: 'Renamed', redirect_uris: [REDIRECT] }
    const changed = await call('PUT', uri, { token, body })
    assert.equal(changed.statusCode, 200, changed.body)
    assert.deepEqual(
      [changed.json().client_name, changed.json().default_max_age],
      ['Renamed', undefined],
    )

    assert.equal((await call('DELETE', uri, { token })).statusCode, 204)
    assert.equal((await call('DELETE', uri, { token })).statusCode, 401)
    assert.equal((await call('GET', uri, { token })).statusCode, 401)
  })

  test('T134 once deleted it is nobody, what it was granted is dead, and its id is not given again', async () => {
    await using on = await TestServer.start({
      OAUTH2_OPEN_REGISTRATION: 'true',
      OAUTH2_PUBLIC_INTROSPECTION: 'true',
    })
    await on.addUser()
    const made = (await register({ token_endpoint_auth_method: 'none' }, on)).json()
    const { client_id: id, registration_client_uri: uri, registration_access_token: token } = made
    const scope = { scope: 'openid' }
    const { tokens } = await obtainTokens(on, id, scope)
    const spare = await obtainCode(on, id, scope)
    assert.equal((await call('DELETE', uri, { token, on })).statusCode, 204)
    assert.equal((await call('DELETE', uri, { token, on })).statusCode, 401)
    const refusals = [
      await on.token(codeGrant(id, spare.code, spare.verifier)),
      await on.token(refreshGrant(id, tokens.refresh_token)),
    ]
    for (const reply of refusals)
      assert.deepEqual([reply.statusCode, reply.json().error], [401, 'invalid_client'])
    assert.equal(await isActive(on, tokens.access_token), false)
    const again = (await register({ client_id: id, token_endpoint_auth_method: 'none' }, on)).json()
    assert.notEqual(again.client_id, id)
    const page = await on.inject({ url: authorizeUrl(id, pkce().challenge, scope) })
    assert.deepEqual([page.statusCode, page.headers.location], [400, undefined])
  })

  test('T132 a change is judged like a first registration', async () => {
    const made = await registered()
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const good = { client_id: made.client_id, client_name: 'A', redirect_uris: [REDIRECT] }
    const BAD: readonly object[] = [
      { ...good, client_id: 'other' },
      { ...good, client_secret: 'mine' },
      { ...good, registration_access_token: token },
      { ...good, client_secret_expires_at: 0 },
      { ...good, scope: 'admin' },
      { ...good, redirect_uris: { 0: REDIRECT } },
      { ...good, jwks: { keys: {} } },
      [],
    ]
    for (const body of BAD) assert.equal((await call('PUT', uri, { token, body })).statusCode, 400)
    assert.equal((await call('GET', uri, { token })).json().client_name, 'My App')
  })

  test('T193 of sixteen changes at once each is whole: none is mixed of two', async () => {
    const made = await registered()
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const change = (n: number) => ({
      client_id: made.client_id,
      client_name: `Name ${n}`,
      client_uri: `https://app.example/${n}`,
      redirect_uris: [`https://app.example/cb/${n}`],
    })
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, n) => call('PUT', uri, { token, body: change(n) })),
    )
    for (const [n, reply] of replies.entries()) {
      assert.equal(reply.statusCode, 200, reply.body)
      assert.equal(reply.json().client_name, `Name ${n}`, 'who changed it is told the own change')
    }
    const last = (await call('GET', uri, { token })).json()
    const n = Number(/\d+/.exec(last.client_name)?.[0])
    assert.deepEqual(last.redirect_uris, change(n).redirect_uris)
    assert.equal(last.client_uri, change(n).client_uri)
  })

  test('another authentication method brings a secret, or takes it away', async () => {
    const made = await registered({ token_endpoint_auth_method: 'none' })
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const body = { client_id: made.client_id, client_name: 'A', redirect_uris: [REDIRECT] }
    const confidential = await call('PUT', uri, { token, body })
    assert.match(confidential.json().client_secret, /^gcs_/)
    await call('PUT', uri, { token, body: { ...body, token_endpoint_auth_method: 'none' } })
    const stored = await server.assembly.storage.clients.find(made.client_id as ClientId)
    assert.equal(stored?.secretHash, undefined)
  })

  test('T131 a token tried on another client is 401 and dead', async () => {
    const a = await registered()
    const b = await registered()
    const token = a.registration_access_token ?? ''
    const foreign = await call('GET', b.registration_client_uri ?? '', { token })
    assert.deepEqual([foreign.statusCode, foreign.json().error], [401, 'invalid_token'])
    assert.equal((await call('GET', a.registration_client_uri ?? '', { token })).statusCode, 401)
    const other = { token: b.registration_access_token ?? '' }
    assert.equal((await call('GET', b.registration_client_uri ?? '', other)).statusCode, 200)
  })

  test('T133 a disabled client cannot help itself', async () => {
    const made = await registered()
    const { registration_client_uri: uri = '', registration_access_token: token = '' } = made
    const id = made.client_id as ClientId
    await server.assembly.services.clients.for(id).update({
      id,
      change: (client) => ({ ...client, isEnabled: false }),
      action: 'client.updated',
      actor: 'test',
    })
    const body = { client_id: id, client_name: 'A', redirect_uris: [REDIRECT] }
    assert.equal((await call('PUT', uri, { token, body })).statusCode, 403)
    assert.equal((await call('DELETE', uri, { token })).statusCode, 403)
  })

  test('without a token, and at paths that are none, nothing is told', async () => {
    const { registration_client_uri: uri = '' } = await registered()
    const bare = await call('GET', uri)
    assert.match(String(bare.headers['www-authenticate']), /^Bearer/)
    assert.equal(bare.statusCode, 401)
    for (const path of ['/connect/register/*', '/connect/register/a/b', '/connect/register/%61'])
      assert.equal((await call('GET', path)).statusCode, 404, path)
  })
})
