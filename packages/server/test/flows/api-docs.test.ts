// The OpenAPI document as it is served, and Swagger UI beside it. That every other answer is one that the
// document tells of is checked by each flow test (support/server.ts).
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { documentOf } from '../../src/openapi/document-of-settings.ts'
import { Documented, type OpenApi } from '../support/documented.ts'
import { APP, obtainTokens } from '../support/flow.ts'
import { REDIRECT, TestServer } from '../support/server.ts'

const ENV = {
  OAUTH2_SWAGGER_UI: 'true',
  OAUTH2_OPEN_REGISTRATION: 'true',
  OAUTH2_EVENTS_INGEST_BEARER_TOKEN: 'the-token-of-ingest-only',
  OAUTH2_METRICS_PUBLIC: 'true',
}

let server: TestServer

before(async () => {
  server = await TestServer.start(ENV)
  await server.addUser()
})
// Where no test of this file is chosen by name, nothing was started.
after(() => server?.[Symbol.asyncDispose]())

describe('GET /api-docs/openapi.json', () => {
  test('is what grantd openapi prints for the same settings', async () => {
    const reply = await server.inject({ url: '/api-docs/openapi.json' })
    assert.equal(reply.statusCode, 200)
    const printed = documentOf(TestServer.settings(ENV), 'serve') as unknown as OpenApi // plain JSON
    // The tests have a mailbox, which the settings do not name; nothing in the document speaks of it.
    assert.deepEqual(reply.json(), JSON.parse(JSON.stringify(printed)))
    assert.match(String(reply.headers['cache-control']), /^public, max-age=\d+$/)
    const etag = String(reply.headers.etag)
    const again = await server.inject({
      url: '/api-docs/openapi.json',
      headers: { 'if-none-match': etag },
    })
    assert.deepEqual([again.statusCode, again.body], [304, ''])
  })

  test('is there by default, and Swagger UI with it only on request; both can be off', async () => {
    await using plain = await TestServer.start()
    assert.equal((await plain.inject({ url: '/api-docs/openapi.json' })).statusCode, 200)
    assert.equal((await plain.inject({ url: '/swagger-ui/' })).statusCode, 404)
    await using off = await TestServer.start({ ...ENV, OAUTH2_API_DOCS: 'false' })
    assert.equal((await off.inject({ url: '/api-docs/openapi.json' })).statusCode, 404)
    assert.equal((await off.inject({ url: '/swagger-ui/' })).statusCode, 404)
  })
})

describe('Swagger UI', () => {
  test('comes from here alone, and its page runs nothing but files', async () => {
    const entrance = await server.inject({ url: '/swagger-ui' })
    assert.deepEqual([entrance.statusCode, entrance.headers.location], [303, '/swagger-ui/'])
    const page = await server.inject({ url: '/swagger-ui/' })
    assert.match(String(page.headers['content-security-policy']), /script-src 'self';/)
    assert.doesNotMatch(String(page.headers['content-security-policy']), /unsafe|https?:/)
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '')
    assert.equal(files.length, 5)
    for (const url of files) {
      const file = await server.inject({ url })
      assert.equal(file.statusCode, 200, url)
      const again = await server.inject({
        url,
        headers: { 'if-none-match': String(file.headers.etag) },
      })
      assert.equal(again.statusCode, 304, url)
    }
    assert.equal((await server.inject({ url: '/swagger-ui/index.html' })).body, page.body)
  })

  test('T225 serves no other file, whatever the path says', async () => {
    for (const name of [
      'package.json',
      '..%2fpackage.json',
      'constructor',
      '__proto__',
      'a',
      '%61',
    ]) {
      const { statusCode } = await server.inject({ url: `/swagger-ui/${name}` })
      assert.equal(statusCode, 404, name)
    }
  })
})

describe('what is documented of success', () => {
  test('is what comes: tokens, introspection, claims, registration, documents, health, events', async () => {
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const json = { 'content-type': 'application/json' }
    const { id } = await server.addClient(APP)
    const { tokens } = await obtainTokens(server, id, { scope: 'openid read' })
    const { id: service, secret } = await server.addClient({
      grant_types: ['client_credentials'],
      scope: 'read',
      token_endpoint_auth_method: 'client_secret_post',
    })
    const asService = { client_id: service, client_secret: secret }
    const { access_token: token } = tokens
    const statuses: Record<string, number> = {}
    const note = async (name: string, asked: Promise<{ statusCode: number; body: string }>) => {
      const reply = await asked
      statuses[name] = reply.statusCode
      return reply
    }
    await note('token', server.token({ ...asService, grant_type: 'client_credentials' }))
    await note('introspect', server.form('/oauth/introspect', { ...asService, token }))
    await note('userinfo', server.inject({ url: '/oauth/userinfo', headers: bearer(token) }))
    await note('revoke', server.form('/oauth/revoke', { client_id: id, token }))
    const payload = JSON.stringify({ redirect_uris: [REDIRECT], 'client_name#de': 'Ein Name' })
    const post = { method: 'POST', headers: json, payload } as const
    await note('register', server.inject({ ...post, url: '/clients/register' }))
    const made = await note(
      'connect.register',
      server.inject({ ...post, url: '/connect/register' }),
    )
    const { client_id: managed, registration_access_token: permit } = JSON.parse(made.body)
    const own = { url: `/connect/register/${managed}`, headers: { ...json, ...bearer(permit) } }
    await note('connect.register.read', server.inject(own))
    const changed = JSON.stringify({ client_id: managed, redirect_uris: [REDIRECT] })
    await note(
      'connect.register.change',
      server.inject({ ...own, method: 'PUT', payload: changed }),
    )
    await note('connect.register.delete', server.inject({ ...own, method: 'DELETE' }))
    for (const name of ['openid-configuration', 'oauth-authorization-server', 'jwks.json'])
      await note(name, server.inject({ url: `/.well-known/${name}` }))
    for (const name of ['health', 'ready', 'metrics', 'events/health'])
      await note(name, server.inject({ url: `/${name}` }))
    const event = {
      id: '550e8400-e29b-41d4-a716-446655440000',
      event_type: 'order_placed',
      timestamp: '2026-01-01T00:00:00Z',
    }
    const ingest = {
      method: 'POST',
      url: '/events/ingest',
      headers: { ...json, ...bearer('the-token-of-ingest-only') },
      payload: JSON.stringify({ event }),
    } as const
    await note('events.ingest', server.inject(ingest))
    const {
      register,
      'connect.register': connect,
      'connect.register.delete': gone,
      ...rest
    } = statuses
    assert.deepEqual([register, connect, gone, rest['events.ingest']], [201, 201, 204, 202])
    for (const [name, status] of Object.entries(rest)) assert.ok(status < 300, `${name} ${status}`)
  })
})

describe('an answer that the document does not tell of', () => {
  const type = { 'content-type': 'application/json' }
  const problem = (status: number, body: string, headers: Record<string, string> = type) => {
    const documented = new Documented(
      documentOf(TestServer.settings(ENV), 'serve') as unknown as OpenApi, // plain JSON
    )
    return documented.problemOf('POST', '/oauth/token', { status, headers, body })
  }

  test('is found by its status, type, body or missing header', () => {
    const refusal = (error: string) => JSON.stringify({ error, error_description: 'x' })
    assert.equal(problem(400, refusal('invalid_grant')), undefined)
    assert.match(problem(402, '{}') ?? '', /status is not documented/)
    assert.match(problem(200, '{"access_token":"x"}') ?? '', /body is not as documented/)
    assert.match(problem(400, refusal('made_up')) ?? '', /body is not as documented/)
    assert.match(problem(400, '{"error":"invalid_grant"}') ?? '', /body is not as documented/)
    assert.match(problem(400, '', { 'content-type': 'text/html' }) ?? '', /media type text\/html/)
    assert.match(problem(401, refusal('invalid_client')) ?? '', /WWW-Authenticate is missing/)
  })
})
