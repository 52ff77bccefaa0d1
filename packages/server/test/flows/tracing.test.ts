import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventsOf } from '../support/events.ts'
import { codeGrant, withApp } from '../support/flow.ts'
import { OtlpReceiver } from '../support/otlp-receiver.ts'
import { obtainCode, TestServer } from '../support/server.ts'
import { outline, requestsTo, tracingTo, treeOf } from '../support/tracing.ts'

const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'
const TRACEPARENT = `00-${TRACE}-${CALLER}-01`

async function askOnce(
  env: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TestServer> {
  const server = await TestServer.start(env)
  const { id, secret } = await server.addClient(SERVICE)
  const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
  const reply = await server.form('/oauth/token', fields, headers)
  assert.equal(reply.statusCode, 200)
  return server
}

describe('traces of the flows', () => {
  test('client_credentials is one connected trace, from the request to the commit', async () => {
    await using receiver = await OtlpReceiver.http()
    const server = await askOnce({
      ...tracingTo(receiver),
      OTEL_RESOURCE_ATTRIBUTES: 'team=id%20entity',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=canary',
      DEPLOYMENT_ENVIRONMENT: 'test',
      POD_NAMESPACE: 'auth',
    })
    await server[Symbol.asyncDispose]()

    const [root, more] = requestsTo(receiver.spans, '/oauth/token')
    assert.ok(root !== undefined && more === undefined)
    const tree = treeOf(root, receiver.spans)
    assert.equal(
      outline(tree).replace(/^ *versions\n/gm, ''),
      `POST /oauth/token
  http.hooks
  client.authenticate
    actor.client.find
      find clients
  actor.token.create
    token.sign
    commit`,
    )
    const { attributes, resource, parentId } = root
    assert.equal(parentId, '')
    assert.deepEqual(attributes, {
      'http.request.method': 'POST',
      'url.path': '/oauth/token',
      'url.scheme': 'http',
      'server.address': 'localhost',
      'network.protocol.version': '1.1',
      'grantd.request_id': attributes['grantd.request_id'],
      'http.route': '/oauth/token',
      'grantd.endpoint': attributes['grantd.endpoint'],
      'http.response.status_code': 200,
      'http.response.body.size': attributes['http.response.body.size'],
    })
    assert.equal(String(attributes['grantd.request_id']).replaceAll('-', ''), root.traceId)
    assert.equal(resource['service.name'], 'oauth2_server')
    assert.equal(resource['service.namespace'], 'auth')
    assert.equal(resource['deployment.environment'], 'test')
    assert.equal(resource.team, 'id entity')
    const [request] = receiver.headers
    assert.equal(request?.path, '/v1/traces')
    assert.equal(request?.['x-key'], 'canary')
    const commit = receiver.spans.find(({ name }) => name === 'commit')
    assert.equal(commit?.attributes['grantd.changes'], 'client.requireEnabled,token.insert')
  })

  test('a code flow: every page and the token request, each a trace, over gRPC', async () => {
    await using receiver = await OtlpReceiver.grpc()
    const { server, id } = await withApp(
      {},
      {
        ...tracingTo(receiver, 'grpc'),
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      },
    )
    const { code, verifier } = await obtainCode(server, id)
    const reply = await server.token(codeGrant(id, code, verifier))
    assert.equal(reply.statusCode, 200)
    await server[Symbol.asyncDispose]()

    assert.match(String(receiver.headers[0]?.path), /TraceService\/Export$/)
    for (const route of ['/oauth/authorize', '/auth/login', '/oauth/consent']) {
      const roots = requestsTo(receiver.spans, route)
      assert.ok(roots.length > 0, `no trace of ${route}`)
      for (const root of roots) treeOf(root, receiver.spans)
    }
    const signIn = requestsTo(receiver.spans, '/auth/login').find(({ name }) => /^POST/.test(name))
    assert.ok(signIn !== undefined)
    assert.match(outline(treeOf(signIn, receiver.spans)), /^ +password\.verify$/m)
    const [token] = requestsTo(receiver.spans, '/oauth/token')
    assert.ok(token !== undefined)
    const names = outline(treeOf(token, receiver.spans))
    for (const name of ['client.authenticate', 'actor.auth.redeemCode', 'token.sign', 'commit']) {
      assert.match(names, new RegExp(`^ +${name}$`, 'm'))
    }
  })

  test('events name the span of the work that caused them', async () => {
    await using receiver = await OtlpReceiver.http()
    const server = await askOnce(tracingTo(receiver), { traceparent: TRACEPARENT })
    const events = (await eventsOf(server)).filter(({ attributes }) => attributes.source === 'http')

    assert.ok(events.length > 0)
    const spans = new Set(receiver.spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`))
    for (const { traceparent, event } of events)
      assert.ok(spans.has(String(traceparent)), `${event.event_type} names no span that was sent`)
  })

  test('what is not sampled is not sent; events still name its trace', async () => {
    await using receiver = await OtlpReceiver.http()
    const server = await askOnce({
      ...tracingTo(receiver),
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    })
    const events = (await eventsOf(server)).filter(({ attributes }) => attributes.source === 'http')

    assert.deepEqual(receiver.spans, [])
    for (const { traceparent, correlation_id: id } of events)
      assert.match(
        String(traceparent),
        new RegExp(`^00-${id.replaceAll('-', '')}-[0-9a-f]{16}-00$`),
      )
  })

  test('a request that fails, and one for nothing that is there, are told apart', async () => {
    await using receiver = await OtlpReceiver.http()
    const server = await TestServer.start(tracingTo(receiver))
    await server.inject({ url: '/nothing/here?code=canary' })
    await server.inject({ url: '/%zz' })
    await server[Symbol.asyncDispose]()

    const roots = receiver.spans.filter(({ kind }) => kind === 2)
    assert.deepEqual(
      roots.map(({ name, attributes }) => [
        name,
        attributes['url.path'],
        attributes['http.response.status_code'],
      ]),
      [
        ['GET', '/nothing/here', 404],
        ['GET', '/%zz', 400],
      ],
    )
  })
})

describe('whose trace a request belongs to', () => {
  const cases: readonly [
    name: string,
    headers: Record<string, string>,
    env: Record<string, string>,
    expected: 'continued' | 'linked' | 'new',
  ][] = [
    ['a stranger’s is linked to', { traceparent: TRACEPARENT }, {}, 'linked'],
    [
      'that of a trusted network goes on',
      { traceparent: TRACEPARENT, tracestate: 'vendor=1' },
      { OAUTH2_TRACE_TRUSTED_NETWORKS: '127.0.0.0/8' },
      'continued',
    ],
    [
      'trusting proxies does not trust their traces',
      { traceparent: TRACEPARENT },
      { OAUTH2_TRUST_PROXY_HEADERS: 'true', OAUTH2_SERVER_TRUSTED_PROXIES: '127.0.0.1' },
      'linked',
    ],
    [
      'T199 a broken one is nobody’s',
      { traceparent: `00-${TRACE}-${CALLER}-zz` },
      { OAUTH2_TRACE_TRUSTED_NETWORKS: '127.0.0.0/8' },
      'new',
    ],
    [
      'T199 a state of 10 KB is dropped, the trace goes on',
      { traceparent: TRACEPARENT, tracestate: `vendor=${'x'.repeat(10_000)}` },
      { OAUTH2_TRACE_TRUSTED_NETWORKS: '127.0.0.0/8' },
      'continued',
    ],
    [
      'without the propagator nothing is read',
      { traceparent: TRACEPARENT },
      { OTEL_PROPAGATORS: 'none', OAUTH2_TRACE_TRUSTED_NETWORKS: '127.0.0.0/8' },
      'new',
    ],
  ]
  for (const [name, headers, env, expected] of cases) {
    test(name, async () => {
      await using receiver = await OtlpReceiver.http()
      const server = await askOnce(
        { ...tracingTo(receiver), ...env },
        { ...headers, baggage: 'a=canary' },
      )
      await server[Symbol.asyncDispose]()

      const [root] = requestsTo(receiver.spans, '/oauth/token')
      assert.ok(root !== undefined)
      const found = root.traceId === TRACE ? 'continued' : root.links.length > 0 ? 'linked' : 'new'
      assert.equal(found, expected)
      assert.equal(root.parentId, expected === 'continued' ? CALLER : '')
      if (expected === 'linked') assert.deepEqual(root.links, [{ traceId: TRACE, spanId: CALLER }])
      const sent = Buffer.concat(receiver.bytes).toString('latin1')
      assert.ok(!sent.includes('canary') && !sent.includes('xxxx'))
    })
  }

  test('a stranger does not choose what is recorded', async () => {
    await using receiver = await OtlpReceiver.http()
    const env = { ...tracingTo(receiver), OTEL_TRACES_SAMPLER: 'parentbased_always_off' }
    const server = await askOnce(env, { traceparent: TRACEPARENT })
    await server[Symbol.asyncDispose]()
    assert.deepEqual(receiver.spans, [])
  })
})
