// Who may read what the server counts, where, and that no stranger can make it grow.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { describe, test } from 'node:test'
import { basic } from '../support/flow.ts'
import { Scrape } from '../support/scrape.ts'
import { TestServer } from '../support/server.ts'

const TOKEN = 'f7'.repeat(32)
const ADMIN = {
  client_name: 'Operations',
  grant_types: ['client_credentials'],
  scope: 'admin read',
}

async function accessToken(server: TestServer, id: string, secret: string): Promise<string> {
  const fields = { grant_type: 'client_credentials', scope: 'admin' }
  const reply = await server.form('/oauth/token', fields, { authorization: basic(id, secret) })
  return reply.json().access_token
}

describe('T220 T221 on the main port', () => {
  test('there is nothing at /metrics where nobody may read it', async () => {
    await using server = await TestServer.start()
    const known = await server.inject({ url: '/metrics' })
    const unknown = await server.inject({ url: '/nothing-there' })
    assert.equal(known.statusCode, 404)
    assert.deepEqual(known.json(), unknown.json())
    assert.deepEqual((await server.inject({ url: '/ready' })).json(), {
      status: 'ready',
      checks: { database: 'ok' },
    })
  })

  test('the token of the configuration reads it, and the detail of /ready; another does not', async () => {
    await using server = await TestServer.start({ OAUTH2_METRICS_BEARER_TOKEN: TOKEN })
    const unknown = (await server.inject({ url: '/nothing-there' })).json()
    const strangers = [
      '',
      'Bearer wrong',
      `Basic ${TOKEN}`,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
    ]
    for (const authorization of strangers) {
      const reply = await server.inject({ url: '/metrics', headers: { authorization } })
      assert.equal(reply.statusCode, 404, authorization)
      assert.deepEqual(reply.json(), unknown)
      const ready = await server.inject({ url: '/ready', headers: { authorization } })
      assert.deepEqual(Object.keys(ready.json()), ['status', 'checks'])
    }
    const headers = { authorization: `Bearer ${TOKEN}` }
    const scrape = await Scrape.of(server, headers)
    assert.ok(scrape.names.has('oauth2_server_http_requests_total'))
    const ready = (await server.inject({ url: '/ready', headers })).json()
    assert.equal(ready.status, 'ready')
    assert.equal(ready.dependencies.database.status, 'ok')
    assert.equal(ready.dependencies.signing_keys.detail.algorithm, 'ES256')
    assert.deepEqual(Object.keys(ready.dependencies.events), ['in_memory'])
  })

  test('an administrator reads it, a client without that scope does not', async () => {
    await using server = await TestServer.start({ OAUTH2_ADMIN_CLIENT_IDS: 'operations' })
    const ops = await server.addClient(ADMIN, 'operations')
    const other = await server.addClient(ADMIN, 'other')
    const authorization = `Bearer ${await accessToken(server, ops.id, ops.secret)}`
    assert.ok((await Scrape.of(server, { authorization })).samples.length > 0)
    const refused = `Bearer ${await accessToken(server, other.id, other.secret)}`
    const reply = await server.inject({ url: '/metrics', headers: { authorization: refused } })
    assert.equal(reply.statusCode, 404)
  })

  test('metrics for everybody are not the detail for everybody', async () => {
    await using server = await TestServer.start({ OAUTH2_METRICS_PUBLIC: 'true' })
    assert.ok((await Scrape.of(server)).samples.length > 0)
    const ready = (await server.inject({ url: '/ready' })).json()
    assert.deepEqual(Object.keys(ready), ['status', 'checks'])
  })

  test('nothing is counted, nothing is shown', async () => {
    const env = { OAUTH2_METRICS_ENABLED: 'false', OAUTH2_METRICS_PUBLIC: 'true' }
    await using server = await TestServer.start(env)
    assert.equal((await server.inject({ url: '/metrics' })).statusCode, 404)
    assert.equal(server.assembly.metrics, undefined)
  })
})

describe('the management port', () => {
  test('shows metrics and detail to whoever reaches it, and nothing else', async () => {
    await using server = await TestServer.start({ OAUTH2_MANAGEMENT_PORT: '1' })
    const { management } = server.assembly
    assert.ok(management !== undefined)
    const { port } = await management.listen(0, '127.0.0.1')
    const base = `http://127.0.0.1:${port}`
    const scrape = new Scrape(await (await fetch(`${base}/metrics`)).text())
    assert.ok(scrape.names.has('oauth2_server_http_requests_total'))
    // Probes and scrapes of operators are not requests of clients.
    assert.equal(scrape.sum('oauth2_server_http_requests_total'), 0)
    const ready = await (await fetch(`${base}/ready`)).json()
    assert.equal(
      (ready as { dependencies: { database: object } }).dependencies.database !== undefined,
      true,
    )
    assert.equal((await fetch(`${base}/health`)).status, 200)
    for (const path of [
      '/',
      '/oauth/token',
      '/.well-known/openid-configuration',
      '/static/app.css',
    ])
      assert.equal((await fetch(`${base}${path}`)).status, 404, path)
    // While the main port turns away, its readiness is what the management port tells.
    await server.assembly.drain(0)
    const draining = await fetch(`${base}/ready`)
    assert.equal(draining.status, 503)
    assert.equal(((await draining.json()) as { status: string }).status, 'draining')
  })
})

test('T220 what strangers send is never a label, and makes few series', async () => {
  await using server = await TestServer.start({ OAUTH2_METRICS_PUBLIC: 'true' })
  const { port } = await server.assembly.http.listen(0, '127.0.0.1')
  const canary = 'c4n4ry'
  const methods = [
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'PROPFIND',
    'MKCOL',
    'LOCK',
  ]
  const paths = [
    '/oauth/token',
    '/oauth/authorize',
    '/oauth/introspect',
    '/oauth/revoke',
    '/metrics',
  ]
  const send = async (method: string, path: string, body: string) => {
    const headers = {
      'user-agent': `${canary}/${path}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
    }
    const sent = request({ port, host: '127.0.0.1', method, path, headers })
    sent.end(body)
    const [response] = await once(sent, 'response')
    response.resume()
    await once(response, 'end')
  }
  for (let n = 0; n < 2_000; n++) {
    const method = methods[n % methods.length] ?? 'GET'
    const known = paths[n % paths.length] ?? '/'
    const path = n % 3 === 0 ? `/${canary}/${n}` : `${known}?client_id=${canary}${n}`
    const takesBody = method !== 'GET' && method !== 'HEAD'
    await send(method, path, takesBody ? `client_id=${canary}${n}&grant_type=${canary}${n}` : '')
  }
  const { text, samples } = await Scrape.of(server)
  assert.ok(!text.includes(canary))
  assert.ok(samples.length <= 2_000, `${samples.length} series`)
})
