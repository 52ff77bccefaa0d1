import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { basic, changeClient, decoded, OPEN, obtainTokens, withApp } from '../support/flow.ts'
import { obtainCode, TestServer } from '../support/server.ts'

const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }
const INACTIVE = { active: false }

async function withToken(env: Record<string, string> = {}) {
  const server = await TestServer.start(env)
  const client = await server.addClient(SERVICE)
  const authorization = basic(client.id, client.secret)
  const issue = async (extra: Record<string, string> = {}): Promise<string> =>
    (
      await server.form(
        '/oauth/token',
        { grant_type: 'client_credentials', ...extra },
        { authorization },
      )
    ).json().access_token
  const token = await issue()
  const introspect = (text = token, by = authorization, more: Record<string, string> = {}) =>
    server.form(
      '/oauth/introspect',
      { token: text, ...more },
      by === '' ? {} : { authorization: by },
    )
  return { server, client, issue, token, introspect }
}

describe('RFC 7662 introspection', () => {
  test('[behaviour 21] a live token tells its scope, client and times, and is not stored', async () => {
    const { server, client, introspect, token } = await withToken()
    await using _ = server
    const reply = await introspect()
    assert.equal(reply.headers['cache-control'], 'no-store')
    const { exp, iat, nbf, ...rest } = reply.json()
    assert.equal(exp - iat, 3_600)
    assert.equal(nbf, iat)
    assert.deepEqual(rest, {
      active: true,
      scope: 'read',
      client_id: client.id,
      token_type: 'Bearer',
      sub: client.id,
      aud: client.id,
      jti: decoded(token).jti,
      iss: 'http://localhost:8080',
    })
  })

  test('[behaviour 21] of a person it tells the subject, and the name that people know', async () => {
    const { server, id, secret } = await withApp({
      token_endpoint_auth_method: 'client_secret_post',
    })
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const as = { client_id: id, client_secret: secret }
    const grant = { grant_type: 'authorization_code', code, code_verifier: verifier, ...as }
    const token = (await server.token(grant)).json().access_token
    const body = (await server.form('/oauth/introspect', { token, ...as })).json()
    const user = await server.assembly.storage.users.findByLogin('ada')
    assert.equal(body.active, true)
    assert.equal(body.sub, user?.id)
    assert.equal(body.username, 'ada')
  })

  test('T79 without, with wrong, and with public client authentication: 401 and nothing about the token', async () => {
    const { server, client, introspect } = await withToken()
    await using _ = server
    const { id } = await server.addClient({
      client_name: 'SPA',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['https://app.example/'],
    })
    for (const reply of [
      await introspect(undefined, ''),
      await introspect(undefined, basic(client.id, 'wrong')),
      await introspect(undefined, '', { client_id: id }),
      await introspect(undefined, 'Bearer x'),
    ]) {
      assert.equal(reply.statusCode, 401)
      assert.equal(reply.json().error, 'invalid_client')
      assert.match(String(reply.headers['www-authenticate']), /^Basic/)
      assert.doesNotMatch(reply.body, /active/)
    }
  })

  test('public introspection, when switched on, says nothing about the subject, yet refuses bad credentials', async () => {
    const { server, client, introspect } = await withToken(OPEN)
    await using _ = server
    const body = (await introspect(undefined, '')).json()
    assert.equal(body.active, true)
    assert.equal(body.sub, undefined)
    assert.equal(body.username, undefined)
    assert.equal((await introspect(undefined, basic(client.id, 'wrong'))).statusCode, 401)
  })

  test('T80 T218 [behaviour 22] [behaviour 24] garbage, altered and expired tokens are inactive and nothing else', async () => {
    const { server, token, introspect } = await withToken()
    await using _ = server
    const [head = '', claims = '', signature = ''] = token.split('.')
    const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const { jti } = decoded(token)
    for (const text of [
      'garbage',
      `${token}x`,
      `${token} `,
      `${head}.${claims}.AAAA`,
      `${head}.${claims}`,
      `${b64({ alg: 'none' })}.${claims}.`,
      `${head}.${b64({ ...decoded(token), scope: 'admin' })}.${signature}`,
      `${head}.${b64({ jti, toString: 1 })}.${signature}`,
      `${head}.${b64(null)}.${signature}`,
      `${head}.${b64([jti])}.${signature}`,
      `${b64({ alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31, zip: 'DEF' })}.a.b.c.d`,
      '.'.repeat(60_000),
      'at_',
      '__proto__',
      'a.b.c',
    ]) {
      const startedAt = performance.now()
      assert.deepEqual((await introspect(text)).json(), INACTIVE, text.slice(0, 40))
      assert.ok(performance.now() - startedAt < 500)
    }
    server.clock.advance(3_599)
    assert.equal((await introspect()).json().active, true)
    server.clock.advance(1)
    assert.deepEqual((await introspect()).json(), INACTIVE)
  })

  test('T81 a stranger learns nothing; a client named as audience does', async () => {
    const api = await TestServer.start({ OAUTH2_RESOURCES: 'https://api.example/' })
    await using _ = api
    const owner = await api.addClient(SERVICE)
    const audience = await api.addClient(SERVICE, 'https://api.example/')
    const stranger = await api.addClient(SERVICE)
    const as = { client_id: owner.id, client_secret: owner.secret }
    const grant = { grant_type: 'client_credentials', resource: 'https://api.example/', ...as }
    const token = (await api.token(grant)).json().access_token
    const ask = async (by: { id: string; secret: string }) =>
      (
        await api.form('/oauth/introspect', { token }, { authorization: basic(by.id, by.secret) })
      ).json()
    assert.equal((await ask(owner)).active, true)
    assert.equal((await ask(audience)).client_id, owner.id)
    assert.deepEqual(await ask(stranger), INACTIVE)
  })

  test('T82 an ID token, a refresh token, a code and a cookie are no access tokens', async () => {
    const { server, id } = await withApp({}, OPEN)
    await using _ = server
    const { tokens, browser } = await obtainTokens(server, id, { scope: 'openid read' })
    const { code } = await obtainCode(server, id)
    for (const token of [tokens.id_token, tokens.refresh_token, code, browser.cookies.get('sid')]) {
      assert.ok(token)
      const reply = await server.form('/oauth/introspect', { token })
      assert.equal(reply.statusCode, 200)
      assert.deepEqual(reply.json(), INACTIVE, token.slice(0, 8))
      const asRefresh = { token, token_type_hint: 'refresh_token' }
      assert.deepEqual((await server.form('/oauth/introspect', asRefresh)).json(), INACTIVE)
    }
  })

  test('T84 many tokens at once each get their own answer', async () => {
    const { server, issue, introspect } = await withToken()
    await using _ = server
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issue()))
    const answers = await Promise.all(tokens.map((token) => introspect(token)))
    const ids = answers.map((reply) => reply.json().jti)
    assert.deepEqual(
      ids,
      tokens.map((token) => decoded(token).jti),
    )
    assert.equal(new Set(ids).size, 20)
  })

  test('T75 tokens of a disabled client are inactive', async () => {
    const { server, client, introspect, token } = await withToken(OPEN)
    await using _ = server
    await changeClient(server, client.id, { isEnabled: false })
    assert.deepEqual((await introspect(token, '')).json(), INACTIVE)
  })

  test('without a token, or with two, the request is invalid', async () => {
    const { server, introspect } = await withToken()
    await using _ = server
    assert.equal((await introspect('')).json().error, 'invalid_request')
    const two = await server.inject({
      method: 'POST',
      url: '/oauth/introspect',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'token=a&token=b',
    })
    assert.equal(two.statusCode, 400)
    assert.equal(two.json().error, 'invalid_request')
  })
})
