import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { REDIRECT, TestServer } from '../support/server.ts'

const SERVICE = {
  client_name: 'Service',
  grant_types: ['client_credentials'],
  scope: 'openid read write admin',
}

async function withService(env: Record<string, string> = {}) {
  const server = await TestServer.start(env)
  const client = await server.addClient(SERVICE)
  const ask = (extra: Record<string, string> = {}) =>
    server.token({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: client.secret,
      ...extra,
    })
  return { server, client, ask }
}

describe('RFC 6749 §4.4 client credentials', () => {
  test('8 a service gets a token with its scope and no refresh token', async () => {
    const { server, client, ask } = await withService()
    await using _ = server
    const body = (await ask({ scope: 'read' })).json()
    assert.equal(body.scope, 'read')
    assert.equal(body.refresh_token, undefined)
    const [header, claims] = body.access_token
      .split('.')
      .slice(0, 2)
      .map((part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()))
    assert.equal(header.typ, 'at+jwt')
    assert.equal(claims.sub, client.id)
    assert.equal(claims.client_id, client.id)
  })

  test('scope read is what no scope means', async () => {
    const { server, ask } = await withService()
    await using _ = server
    assert.equal((await ask()).json().scope, 'read')
  })

  test('11 every allowed scope may be asked for', async () => {
    const { server, ask } = await withService()
    await using _ = server
    assert.equal((await ask({ scope: 'read write admin' })).json().scope, 'read write admin')
  })

  test('T74 openid and unassigned scopes are invalid_scope', async () => {
    const { server, ask } = await withService()
    await using _ = server
    for (const scope of ['openid', 'offline_access', 'delete', 'read  write']) {
      const reply = await ask({ scope })
      assert.equal(reply.statusCode, 400)
      assert.equal(reply.json().error, 'invalid_scope', scope)
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

  test('T73 a public client cannot use it', async () => {
    const { server } = await withService()
    await using _ = server
    const { id } = await server.addClient({
      client_name: 'SPA',
      token_endpoint_auth_method: 'none',
      redirect_uris: [REDIRECT],
    })
    const reply = await server.token({ grant_type: 'client_credentials', client_id: id })
    assert.equal(reply.json().error, 'unauthorized_client')
  })

  test('T22 resource must be one that is configured, and becomes the audience', async () => {
    const api = 'https://api.example/'
    const { server, ask } = await withService({ OAUTH2_RESOURCES: api })
    await using _ = server
    const claims = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    assert.equal(claims((await ask({ resource: api })).json().access_token).aud, api)
    for (const resource of ['https://other.example/', 'relative', `${api}#f`]) {
      assert.equal((await ask({ resource })).json().error, 'invalid_target', resource)
    }
  })

  test('an opaque token carries nothing and introspects the same', async () => {
    const { server, client, ask } = await withService({ OAUTH2_ACCESS_TOKENS_OPAQUE: 'true' })
    await using _ = server
    const token = (await ask()).json().access_token
    assert.match(token, /^at_/)
    const status = await server.form('/oauth/introspect', {
      token,
      client_id: client.id,
      client_secret: client.secret,
    })
    assert.equal(status.json().active, true)
    assert.equal(status.json().client_id, client.id)
  })
})

describe('RFC 6749 §2.3 client authentication', () => {
  test('9 10 T39 unknown client, wrong secret and no secret read the same', async () => {
    const { server, client } = await withService()
    await using _ = server
    const replies = await Promise.all([
      server.token({
        grant_type: 'client_credentials',
        client_id: client.id,
        client_secret: 'wrong',
      }),
      server.token({
        grant_type: 'client_credentials',
        client_id: 'nobody',
        client_secret: 'wrong',
      }),
      server.token({ grant_type: 'client_credentials', client_id: client.id }),
    ])
    for (const reply of replies) {
      assert.equal(reply.statusCode, 401)
      assert.equal(reply.json().error, 'invalid_client')
      assert.match(String(reply.headers['www-authenticate']), /^Basic/)
    }
    assert.equal(new Set(replies.map((reply) => reply.body)).size, 1)
  })

  test('T36 two methods in one request are refused', async () => {
    const { server, client } = await withService()
    await using _ = server
    const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
    const reply = await server.form(
      '/oauth/token',
      { grant_type: 'client_credentials', client_id: client.id, client_secret: client.secret },
      { authorization: `Basic ${basic}` },
    )
    assert.equal(reply.json().error, 'invalid_request')
  })

  test('Basic with percent-encoded parts works; T38 malformed Basic is invalid_client', async () => {
    const { server, client } = await withService()
    await using _ = server
    const send = (authorization: string) =>
      server.form('/oauth/token', { grant_type: 'client_credentials' }, { authorization })
    const encode = (text: string) => Buffer.from(text).toString('base64')
    const good = encode(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`)
    assert.equal((await send(`Basic ${good}`)).statusCode, 200)
    for (const bad of [
      'Basic !!!',
      `Basic ${encode('nocolon')}`,
      `Basic ${encode('a:%zz')}`,
      `Basic ${encode(`${client.id}:`)}`,
      `Basic ${'A'.repeat(8_192)}`,
      'Bearer x',
    ]) {
      assert.equal((await send(bad)).statusCode, 401, bad.slice(0, 40))
    }
  })

  test('31 T46 T47 grants: unknown, password, missing, not registered', async () => {
    const { server, client } = await withService()
    await using _ = server
    const send = async (grant: Record<string, string>) =>
      (await server.token({ client_id: client.id, client_secret: client.secret, ...grant })).json()
        .error
    assert.equal(
      await send({ grant_type: 'password', username: 'a', password: 'b' }),
      'unsupported_grant_type',
    )
    assert.equal(await send({ grant_type: 'implicit' }), 'unsupported_grant_type')
    assert.equal(await send({}), 'invalid_request')
    assert.equal(
      await send({ grant_type: 'refresh_token', refresh_token: 'x' }),
      'unauthorized_client',
    )
  })

  test('T48 an unknown parameter named __proto__ is ignored', async () => {
    const { server, ask } = await withService()
    await using _ = server
    assert.equal((await ask({ __proto__x: '1', constructor: 'x' })).statusCode, 200)
  })
})
