import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { OtlpReceiver } from '../support/otlp-receiver.ts'
import { TestServer } from '../support/server.ts'
import { requestsTo, tracingTo } from '../support/tracing.ts'

const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }

/** The headers that a webhook got with the event of a registered client, and the spans of it all. */
async function withWebhook(env: Record<string, string>) {
  await using receiver = await OtlpReceiver.http()
  const got = Promise.withResolvers<IncomingHttpHeaders>()
  const webhook = createServer((request, response) => {
    request.resume().on('end', () => {
      response.end()
      got.resolve(request.headers)
    })
  }).listen(0, '127.0.0.1')
  await once(webhook, 'listening')
  const { port } = webhook.address() as AddressInfo // it listens on TCP
  const server = await TestServer.start({
    ...tracingTo(receiver),
    OAUTH2_EVENTS_BACKEND: 'webhook',
    OAUTH2_EVENTS_WEBHOOK_URLS: `http://127.0.0.1:${port}/hook?key=canary`,
    OAUTH2_EVENTS_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    OAUTH2_OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    OAUTH2_EVENTS_TYPES: 'token_created',
    OAUTH2_EVENTS_FILTER_MODE: 'include',
    OAUTH2_EVENTS_STARTUP: 'degrade',
    ...env,
  })
  const { id, secret } = await server.addClient(SERVICE)
  await server.token({ grant_type: 'client_credentials', client_id: id, client_secret: secret })
  const headers = await got.promise
  await server[Symbol.asyncDispose]()
  webhook.closeAllConnections()
  webhook.close()
  assert.doesNotMatch(Buffer.concat(receiver.bytes).toString('latin1'), /canary/)
  return { headers, spans: receiver.spans }
}

describe('traces on their way out', () => {
  test('publishing is a trace of its own with links to what it tells of; nobody is told', async () => {
    const { headers, spans } = await withWebhook({})
    assert.equal(headers.traceparent, undefined)
    assert.equal(headers.baggage, undefined)
    const publish = spans.find(({ name }) => name.startsWith('publish webhook'))
    assert.ok(publish !== undefined)
    assert.equal(publish.kind, 4)
    assert.equal(publish.attributes['messaging.batch.message_count'], 1)
    const [request] = requestsTo(spans, '/oauth/token')
    assert.notEqual(publish.traceId, request?.traceId)
    assert.deepEqual(
      publish.links.map(({ traceId }) => traceId),
      [request?.traceId],
    )
    const call = spans.find(({ parentId }) => parentId === publish.spanId)
    assert.deepEqual(
      [
        call?.name,
        call?.attributes['server.address'],
        call?.attributes['http.response.status_code'],
      ],
      ['POST', '127.0.0.1', 200],
    )
  })

  test('a host that is named gets the span of its call', async () => {
    const { headers, spans } = await withWebhook({ OAUTH2_TRACE_PROPAGATE_HOSTS: '127.0.0.1' })
    const [, traceId, spanId] = String(headers.traceparent).split('-')
    const call = spans.find((span) => span.spanId === spanId)
    assert.deepEqual([call?.name, call?.traceId], ['POST', traceId])
  })

  test('another host does not', async () => {
    const { headers } = await withWebhook({
      OAUTH2_TRACE_PROPAGATE_HOSTS: '127.0.0.1.example.com,.example.com',
    })
    assert.equal(headers.traceparent, undefined)
  })
})
