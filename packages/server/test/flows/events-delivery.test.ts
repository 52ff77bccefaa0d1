import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { signedHeaders } from '@grantd/events'
import { TestServer } from '../support/server.ts'

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
const ADMIN = {
  client_name: 'Operations',
  grant_types: ['client_credentials'],
  scope: 'admin read',
}

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver of webhooks on a port of its own, which answers what it is told. */
async function startReceiver() {
  const received: Received[] = []
  const answers: number[] = []
  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(answers.shift() ?? 204).end()
    })
  })
  let connections = 0
  http.on('connection', () => connections++)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answers,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
}

async function startWithWebhook(url: string, env: Record<string, string> = {}) {
  const server = await TestServer.start({
    OAUTH2_EVENTS_BACKEND: 'webhook',
    OAUTH2_EVENTS_WEBHOOK_URLS: url,
    OAUTH2_EVENTS_WEBHOOK_SECRET: SECRET,
    OAUTH2_EVENTS_FILTER_MODE: 'include',
    OAUTH2_EVENTS_TYPES: 'client_deleted',
    OAUTH2_OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    OAUTH2_ADMIN_CLIENT_IDS: 'operations',
    ...env,
  })
  const { id, secret } = await server.addClient(ADMIN, 'operations')
  const tokenOf = async (scope: string): Promise<string> =>
    (
      await server.token({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: secret,
        scope,
      })
    ).json().access_token
  const asAdmin = { authorization: `Bearer ${await tokenOf('admin')}` }
  return {
    server,
    asReader: { authorization: `Bearer ${await tokenOf('read')}` },
    get: (headers: Record<string, string> = asAdmin) =>
      server.inject({ url: '/events/deliveries', headers }),
    post: (path: string, body?: object, headers: Record<string, string> = asAdmin) =>
      server.inject({
        method: 'POST',
        url: path,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { payload: JSON.stringify(body) }),
      }),
  }
}

describe('deliveries to webhooks', () => {
  test('a test event arrives, signed, over real HTTP', async () => {
    await using receiver = await startReceiver()
    const { server, post, get } = await startWithWebhook(receiver.url)
    await using _ = server
    const { event_id, results } = (await post('/events/test')).json()
    const [{ ms, ...result }] = results
    assert.deepEqual([result, results.length], [{ backend: 'webhook', outcome: 'published' }, 1])
    assert.ok(Number.isInteger(ms) && ms >= 0)
    const [{ headers, body } = assert.fail('nothing arrived')] = receiver.received
    assert.equal(JSON.parse(body).event.event_type, 'webhook_test')
    assert.equal(headers['webhook-id'], event_id)
    const message = { id: event_id, atSeconds: Number(headers['webhook-timestamp']), body }
    const expected = signedHeaders(message, [SECRET])['webhook-signature']
    assert.equal(headers['webhook-signature'], expected)
    const [delivery] = (await get()).json().deliveries
    assert.deepEqual([delivery.outcome, delivery.status], ['delivered', 204])
  })

  test('a refused event is listed, delivered again, and then no longer listed', async () => {
    await using receiver = await startReceiver()
    const { server, post, get } = await startWithWebhook(receiver.url)
    await using _ = server
    receiver.answers.push(422, 500, 200)
    const { event_id, results } = (await post('/events/test')).json()
    assert.equal(results[0].outcome, 'rejected')
    assert.equal((await get()).json().dead[0].event_id, event_id)
    const failed = (await post('/events/redeliver', { event_id })).json()
    assert.equal(failed.results[0].outcome, 'retry')
    const done = (await post('/events/redeliver', { event_id })).json()
    assert.equal(done.results[0].outcome, 'published')
    const report = (await get()).json()
    assert.deepEqual(report.dead, [])
    assert.deepEqual(
      report.deliveries.map(({ outcome }: { outcome: string }) => outcome),
      ['delivered', 'retry', 'dead'],
    )
    assert.equal((await post('/events/redeliver', { event_id })).statusCode, 404)
  })

  test('T180 only administrators see and do this', async () => {
    await using receiver = await startReceiver()
    const { server, post, get, asReader } = await startWithWebhook(receiver.url)
    await using _ = server
    assert.equal((await get({})).statusCode, 401)
    assert.equal((await get(asReader)).statusCode, 403)
    assert.equal((await post('/events/test', undefined, asReader)).statusCode, 403)
    assert.equal((await post('/events/redeliver', { event_id: 'x' }, {})).statusCode, 401)
    assert.equal((await post('/events/redeliver', {})).statusCode, 400)
    assert.equal(receiver.received.length, 0)
  })
})

describe('T190 a webhook in our own network', () => {
  test('is not called unless the operator opened that network', async () => {
    await using receiver = await startReceiver()
    const closed = { OAUTH2_OUTBOUND_ALLOWED_NETWORKS: '10.1.2.0/24' }
    const { server, post } = await startWithWebhook(receiver.url, closed)
    await using _ = server
    const { results } = (await post('/events/test')).json()
    assert.notEqual(results[0].outcome, 'published')
    assert.equal(receiver.connections(), 0)
  })
})

describe('a backend that hangs', () => {
  test('T202 no request waits for it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-hang-'))
    const file = path.join(folder, 'hangs.mjs')
    writeFileSync(
      file,
      `export const plugin = { name: 'hangs', emit: () => new Promise(() => {}) }`,
    )
    const server = await TestServer.start({
      OAUTH2_EVENTS_PLUGINS: file,
      OAUTH2_EVENTS_BACKEND: 'hangs',
      OAUTH2_EVENTS_QUEUE_SIZE: '20',
    })
    const { id, secret } = await server.addClient(ADMIN)
    const credentials = { client_id: id, client_secret: secret }
    for (let round = 0; round < 30; round++) {
      const reply = await server.token({ grant_type: 'client_credentials', ...credentials })
      assert.equal(reply.statusCode, 200)
    }
    const [backend] = (await server.inject({ url: '/events/health' })).json().plugins
    // Of telemetry so much waits in memory; what must not be lost waits in the database, all of it.
    const stored = await server.assembly.storage.outbox.end()
    assert.ok(stored >= 31, `${stored} stored`)
    assert.equal(backend.waiting, 20 + stored)
    assert.ok(backend.dropped >= 10, `${backend.dropped} dropped`)
    await server[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })
})
