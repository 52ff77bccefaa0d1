import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { codeGrant, obtainTokens, withApp } from '../support/flow.ts'
import { REDIRECT, type TestServer } from '../support/server.ts'

const OWN = new URL(REDIRECT).origin
const ALLOW = 'access-control-allow-origin'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

let server: TestServer
let id: string
before(async () => {
  ;({ server, id } = await withApp(
    { redirect_uris: [REDIRECT, 'com.example.app:/callback'] },
    { OAUTH2_CLIENT_ORIGINS: 'true' },
  ))
})
// Where no test of this file is chosen by name, nothing was started.
after(() => server?.[Symbol.asyncDispose]())

const allowed = (reply: { headers: Record<string, unknown> }) => reply.headers[ALLOW]

describe('CORS: the pages of a client (T49)', () => {
  test('a client reads tokens, claims and refusals on the origin of its redirect URI', async () => {
    const { tokens, code, verifier } = await obtainTokens(server, id, { scope: 'openid' })
    const replay = await server.form('/oauth/token', codeGrant(id, code, verifier), { origin: OWN })
    assert.equal(replay.statusCode, 400)
    assert.equal(allowed(replay), OWN)
    assert.equal(replay.headers['access-control-allow-credentials'], undefined)
    assert.match(String(replay.headers.vary), /Origin/)
    const fresh = await obtainTokens(server, id, { scope: 'openid' })
    for (const origin of [OWN, 'https://evil.example', 'null']) {
      const authorization = `Bearer ${fresh.tokens.access_token}`
      const headers = { origin, authorization }
      const reply = await server.inject({ url: '/oauth/userinfo', headers })
      assert.equal(reply.statusCode, 200)
      assert.equal(allowed(reply), origin === OWN ? OWN : undefined, origin)
    }
    assert.ok(tokens)
  })

  test('other origins, and those that only look alike, read nothing', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `${OWN}.evil.example`,
      OWN.toUpperCase(),
      `${OWN}/`,
      'http://localhost:3001',
      'com.example.app:',
    ]) {
      const reply = await server.form(
        '/oauth/token',
        { grant_type: 'refresh_token', client_id: id, refresh_token: 'x' },
        { origin },
      )
      assert.equal(reply.statusCode, 400)
      assert.equal(allowed(reply), undefined, origin)
    }
  })

  test('who is no client, or proves nothing, is read by nobody', async () => {
    const token = await server.form('/oauth/token', { client_id: 'nobody' }, { origin: OWN })
    assert.equal(token.statusCode, 401)
    assert.equal(allowed(token), undefined)
    const headers = { origin: OWN, authorization: 'Bearer x' }
    assert.equal(allowed(await server.inject({ url: '/oauth/userinfo', headers })), undefined)
  })

  test('a preflight is answered before the client is known; its answer opens nothing', async () => {
    for (const origin of [OWN, 'https://any.example']) {
      const reply = await server.inject({
        method: 'OPTIONS',
        url: '/oauth/token',
        headers: { ...FORM, origin, 'access-control-request-method': 'POST' },
      })
      assert.equal(reply.statusCode, 204)
      assert.equal(allowed(reply), origin)
      assert.equal(reply.headers['access-control-allow-credentials'], undefined)
    }
    const sandboxed = await server.inject({
      method: 'OPTIONS',
      url: '/oauth/token',
      headers: { origin: 'null', 'access-control-request-method': 'POST' },
    })
    assert.equal(allowed(sandboxed), undefined)
  })

  test('pages, introspection and sign-in stay closed, documents are open', async () => {
    const headers = { origin: OWN, 'access-control-request-method': 'POST' }
    for (const url of ['/oauth/introspect', '/auth/login', '/clients/register'])
      assert.equal(allowed(await server.inject({ method: 'OPTIONS', url, headers })), undefined)
    const keys = await server.inject({ url: '/.well-known/jwks.json', headers: { origin: OWN } })
    assert.equal(allowed(keys), '*')
  })
})
