import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { basic, decoded } from '../support/flow.ts'
import { REDIRECT, TestServer } from '../support/server.ts'

const SERVICE = {
  client_name: 'Service',
  grant_types: ['client_credentials'],
  scope: 'openid offline_access read write admin',
}
const API = 'https://api.example/'

async function withService(env: Record<string, string> = {}) {
  const server = await TestServer.start(env)
  const client = await server.addClient(SERVICE)
  const ask = (extra: Record<string, string> = {}) =>
    server.form(
      '/oauth/token',
      { grant_type: 'client_credentials', ...extra },
      { authorization: basic(client.id, client.secret) },
    )
  return { server, client, ask }
}

describe('RFC 6749 §4.4 client credentials', () => {
  test('[behaviour 8] a service gets a token with its scope and no refresh token', async () => {
    const { server, client, ask } = await withService()
    await using _ = server
    const reply = await ask({ scope: 'read' })
    assert.equal(reply.statusCode, 200)
    assert.equal(reply.headers['cache-control'], 'no-store')
    assert.equal(reply.headers['content-type'], 'application/json')
    const { access_token, ...rest } = reply.json()
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3_600, scope: 'read' })
    assert.equal(decoded(access_token, 'header').typ, 'at+jwt')
    const claims = decoded(access_token)
    assert.equal(claims.sub, client.id)
    assert.equal(claims.client_id, client.id)
    assert.equal(claims.auth_time, undefined)
  })

  test('scope read is what no scope means; [behaviour 11] every allowed scope may be asked for', async () => {
    const { server, ask } = await withService()
    await using _ = server
    assert.equal((await ask()).json().scope, 'read')
    assert.equal((await ask({ scope: 'read write admin' })).json().scope, 'read write admin')
  })

  test('T74 [behaviour 32] personal, unassigned and malformed scopes are invalid_scope', async () => {
    const { server, ask } = await withService()
    await using _ = server
    for (const scope of ['openid', 'read offline_access', 'delete', 'READ', 'read  write', 'a"b']) {
      const reply = await ask({ scope })
      assert.equal(reply.statusCode, 400)
      const { error, error_description, ...rest } = reply.json()
      assert.equal(error, 'invalid_scope', scope)
      assert.match(error_description, /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/, 'RFC 6749 §5.2')
      assert.deepEqual(rest, {})
    }
  })

  test('requests of one client do not wait for each other: they share commits', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-shared-commit-'))
    const database = `sqlite:${path.join(folder, 'g.db')}`
    try {
      const { server, ask } = await withService({ OAUTH2_DATABASE_URL: database })
      await using _ = server
      const { storage } = server.assembly
      const before = storage.statistics()
      const replies = await Promise.all(Array.from({ length: 32 }, () => ask()))
      assert.ok(replies.every(({ statusCode }) => statusCode === 200))
      const { units, batches } = storage.statistics()
      assert.equal(units - before.units, 32)
      assert.ok(batches - before.batches <= 16, `${batches - before.batches} commits for 32 tokens`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('T73 a public client cannot use it, registered for it or not', async () => {
    const { server } = await withService()
    await using _ = server
    const { id } = await server.addClient({
      client_name: 'SPA',
      token_endpoint_auth_method: 'none',
      redirect_uris: [REDIRECT],
    })
    const fields = { grant_type: 'client_credentials', client_id: id }
    const reply = await server.token(fields)
    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().error, 'unauthorized_client')
    assert.equal((await server.token({ ...fields, client_secret: 'x' })).statusCode, 401)
  })

  test('T22 resource must be one that is configured, and becomes the audience', async () => {
    const { server, client, ask } = await withService({ OAUTH2_RESOURCES: API })
    await using _ = server
    assert.equal(decoded((await ask()).json().access_token).aud, client.id)
    assert.equal(decoded((await ask({ resource: API })).json().access_token).aud, API)
    for (const resource of [
      'https://other.example/',
      'relative',
      `${API}#f`,
      'https://API.example/',
    ]) {
      const reply = await ask({ resource })
      assert.equal(reply.statusCode, 400)
      assert.equal(reply.json().error, 'invalid_target', resource)
    }
  })

  test('an opaque token carries nothing and introspects the same', async () => {
    const { server, client, ask } = await withService({ OAUTH2_ACCESS_TOKENS_OPAQUE: 'true' })
    await using _ = server
    const token = (await ask()).json().access_token
    assert.match(token, /^at_[\w-]{22}\.[\w-]{43}$/)
    const authorization = basic(client.id, client.secret)
    const introspect = async (text: string) =>
      (await server.form('/oauth/introspect', { token: text }, { authorization })).json()
    assert.equal((await introspect(token)).active, true)
    assert.equal((await introspect(token)).client_id, client.id)
    for (const near of [token.slice(0, -1), `${token}A`, token.replace('at_', 'grt_')]) {
      assert.deepEqual(await introspect(near), { active: false })
    }
  })
})

describe('RFC 6749 §5.2 what is no token request', () => {
  test('T46 [behaviour 12] [behaviour 13] [behaviour 14] [behaviour 15] [behaviour 16] [behaviour 29] grants that are not offered', async () => {
    const { server, ask } = await withService()
    await using _ = server
    const person = { grant_type: 'password', username: 'ada', password: 'x', scope: 'read' }
    for (const fields of [
      person,
      { ...person, username: '' },
      { ...person, password: '' },
      { grant_type: 'implicit' },
      { grant_type: 'Client_Credentials' },
      { grant_type: 'client_credentials ' },
      { grant_type: '__proto__' },
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
      { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'x' },
      { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'x' },
    ]) {
      const reply = await ask(fields)
      assert.equal(reply.statusCode, 400)
      assert.equal(reply.json().error, 'unsupported_grant_type', fields.grant_type)
    }
  })

  test('T46 [behaviour 30] missing, repeated and malformed parameters are invalid_request', async () => {
    const { server, client } = await withService()
    await using _ = server
    for (const payload of [
      '',
      'grant_type=',
      'grant_type=client_credentials&grant_type=client_credentials',
      'grant_type=client_credentials&scope=read&scope=write',
      'grant_type=client_credentials&%67rant_type=password',
      'grant_type=client_credentials&x=%zz',
      'grant_type=client_credentials&x=%00',
      'grant_type=client_credentials&x=%ff',
      '{"grant_type":"client_credentials"}',
    ]) {
      const reply = await server.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: basic(client.id, client.secret),
        },
        payload,
      })
      assert.equal(reply.statusCode, 400, payload)
      assert.equal(reply.json().error, 'invalid_request', payload)
      assert.equal(reply.headers['cache-control'], 'no-store')
    }
  })

  test('T47 a grant the client is not registered for is unauthorized_client', async () => {
    const { server, ask } = await withService()
    await using _ = server
    for (const fields of [
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { grant_type: 'authorization_code', code: 'x' },
    ]) {
      const reply = await ask(fields)
      assert.equal(reply.statusCode, 400)
      assert.equal(reply.json().error, 'unauthorized_client')
    }
  })

  test('T48 parameters named __proto__ and constructor are merely unknown', async () => {
    const { server, client } = await withService()
    await using _ = server
    const reply = await server.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basic(client.id, client.secret),
      },
      payload: 'grant_type=client_credentials&__proto__=x&constructor=y&toString=z&scope[]=admin',
    })
    assert.equal(reply.statusCode, 200)
    assert.equal(reply.json().scope, 'read')
    assert.equal(({} as { x?: string }).x, undefined)
  })

  test('[behaviour 34] a fault inside is server_error, and tells nothing of itself', async () => {
    const { server, ask } = await withService()
    await using _ = server
    const { storage } = server.assembly
    const commit = storage.commit.bind(storage)
    storage.commit = () => Promise.reject(new TypeError('canary in table access_tokens'))
    const reply = await ask()
    assert.equal(reply.statusCode, 500)
    assert.equal(reply.json().error, 'server_error')
    assert.doesNotMatch(reply.body, /canary|access_tokens|TypeError|\.ts/)
    storage.commit = commit
    assert.equal((await ask()).statusCode, 200)
  })
})
