import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import type { Log } from '@grantd/oauth'
import { scrub, shownFields } from '../../src/log-fields.ts'
import { openTracing } from '../../src/tracing/open-tracing.ts'
import { codeGrant, refreshGrant, withApp } from '../support/flow.ts'
import { startLive } from '../support/live-server.ts'
import { OtlpReceiver } from '../support/otlp-receiver.ts'
import { Browser, hiddenFields, obtainCode, TestServer } from '../support/server.ts'
import { tracingTo } from '../support/tracing.ts'

const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }

interface Line {
  readonly level: string
  readonly fields: Record<string, unknown>
  readonly message: string
}

/** Lines as the server's log shows them. */
function logInto(lines: Line[]): Log {
  const write = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: shownFields(fields), message: scrub(message) })
  }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

async function askOften(server: TestServer, times: number): Promise<void> {
  const { id, secret } = await server.addClient(SERVICE)
  const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
  const replies = await Promise.all(Array.from({ length: times }, () => server.token(fields)))
  assert.ok(replies.every(({ statusCode }) => statusCode === 200))
}

describe('a collector that is not well', () => {
  for (const protocol of ['grpc', 'http/protobuf'] as const) {
    test(`${protocol}: away; requests go on, it is said once, the end comes in time`, async () => {
      const lines: Line[] = []
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', // nothing listens on "discard"
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_BSP_MAX_QUEUE_SIZE: '20',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
      }
      const server = await TestServer.start(env, logInto(lines))
      await askOften(server, 30)
      await server[Symbol.asyncDispose]()
      const away = lines.filter(({ message }) => /does not take spans/.test(message))
      assert.deepEqual(
        away.map(({ fields }) => fields.reason),
        ['ECONNREFUSED'],
      )
      const end = lines.find(({ message }) => /did not reach/.test(message))
      // Six of each of thirty requests, some more of the first, and those of making the client.
      assert.ok(Number(end?.fields.spans_lost) >= 180, JSON.stringify(end))
      assert.equal(away[0]?.fields.request_id, undefined, 'it is nobody’s request')
    })

    test(`${protocol}: hung; requests go on, what waits is bounded, the end comes in time`, async () => {
      await using receiver =
        protocol === 'grpc' ? await OtlpReceiver.grpc() : await OtlpReceiver.http()
      receiver.mood = 'hung'
      const env = {
        ...tracingTo(receiver, protocol),
        OTEL_BSP_MAX_QUEUE_SIZE: '20',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
      }
      const lines: Line[] = []
      const server = await TestServer.start(env, logInto(lines))
      await askOften(server, 30)
      const startedAt = performance.now()
      await server[Symbol.asyncDispose]()
      // The server of the test drains for a second; a hung export would take ten.
      assert.ok(performance.now() - startedAt < 9_000)
      assert.deepEqual(receiver.spans, [])
      assert.ok(lines.some(({ message }) => /^more spans are made/.test(message)))
    })

    test(`${protocol}: busy for a while; what waited arrives, losses are told`, async () => {
      await using receiver =
        protocol === 'grpc' ? await OtlpReceiver.grpc() : await OtlpReceiver.http()
      receiver.mood = 'busy'
      const lines: Line[] = []
      const env = { ...tracingTo(receiver, protocol), OTEL_BSP_SCHEDULE_DELAY: '10' }
      const { promise: troubled, resolve } = Promise.withResolvers<void>()
      const log = logInto(lines)
      const heard: Log = {
        ...log,
        warn: (fields, message) => {
          log.warn(fields, message)
          if (/does not take spans/.test(message)) resolve()
        },
      }
      const server = await TestServer.start(env, heard)
      await askOften(server, 1)
      await troubled
      receiver.mood = 'well'
      await receiver.find((spans) => spans.find(({ kind }) => kind === 2))
      await server[Symbol.asyncDispose]()
      const back = lines.find(({ message }) => /takes spans again/.test(message))
      assert.equal(back?.fields.spans_lost, 0)
    })
  }

  test('no collector, or one switch off: nothing is made', async () => {
    const settings = (env: Record<string, string>) => TestServer.settings(env)
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
    const log = logInto([])
    for (const env of [
      {},
      { ...endpoint, OTEL_SDK_DISABLED: 'true' },
      { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
      { ...endpoint, OAUTH2_OTLP_TRACES_ENABLED: 'false' },
    ]) {
      assert.equal(await openTracing(settings(env), log), undefined)
    }
    const missing = { ...endpoint, OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem' }
    await assert.rejects(openTracing(settings(missing), log), { code: 'E_TELEMETRY_CERTIFICATE' })
    const lines: Line[] = []
    const wrongPort = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }
    await openTracing(settings(wrongPort), logInto(lines))
    assert.match(lines[0]?.message ?? '', /http\/protobuf/)
  })
})

describe('T225 secrets in traces and logs', () => {
  test('a whole journey with all its mistakes leaves none in either', async () => {
    await using receiver = await OtlpReceiver.http()
    const lines: Line[] = []
    const { server, id, secret } = await withApp(
      { token_endpoint_auth_method: 'client_secret_post', scope: 'openid read write' },
      { ...tracingTo(receiver), OAUTH2_EVENTS_BACKEND: 'console' },
      logInto(lines),
    )
    const as = { client_id: id, client_secret: secret }
    const { code, verifier, browser } = await obtainCode(server, id, {
      scope: 'openid read',
      login_hint: 'canary-hint',
      nonce: 'canary-nonce',
    })
    const tokens = (await server.token({ ...codeGrant(id, code, verifier), ...as })).json()
    const again = (await server.token({ ...refreshGrant(id, tokens.refresh_token), ...as })).json()
    await server.token({ ...codeGrant(id, code, verifier), ...as })
    await server.token({ ...refreshGrant(id, 'canary-refresh'), ...as })
    await server.token({
      grant_type: 'canary-grant',
      client_id: 'canary-client',
      client_secret: 'canary-secret',
    })
    await server.form('/oauth/introspect', { ...as, token: again.access_token })
    await server.form('/oauth/revoke', { ...as, token: again.refresh_token })
    const stranger = new Browser(server)
    const fields = hiddenFields((await stranger.get('/auth/login')).body)
    await stranger.submit('/auth/login', {
      ...fields,
      username: 'canary-user',
      password: 'canary-password',
    })
    await server.inject({
      url: '/oauth/userinfo?access_token=canary-query',
      headers: {
        authorization: 'Bearer canary-bearer',
        cookie: 'sid=canary-cookie',
        baggage: 'b=canary-baggage',
      },
    })
    await server[Symbol.asyncDispose]()

    const sent = Buffer.concat(receiver.bytes).toString('latin1')
    const logged = JSON.stringify(lines)
    assert.ok(receiver.spans.length > 20 && lines.length > 5)
    const secrets = [
      'canary',
      secret,
      code,
      verifier,
      tokens.access_token,
      tokens.refresh_token,
      tokens.id_token,
      again.access_token,
      again.refresh_token,
      ...browser.cookies.values(),
      'correct horse battery',
    ].filter((text) => String(text).length > 5)
    for (const [sink, text] of Object.entries({ sent, logged }))
      for (const one of secrets) assert.ok(!text.includes(one), `${sink} has ${one}`)
  })
})

describe('lines of the log', () => {
  test('what is logged within a request names the request and its span', async () => {
    await using receiver = await OtlpReceiver.http()
    const lines: Line[] = []
    const env = { ...tracingTo(receiver), OAUTH2_EVENTS_BACKEND: 'in_memory' }
    const { server, id } = await withApp({}, env, logInto(lines))
    const { code, verifier } = await obtainCode(server, id)
    await server.token(codeGrant(id, code, verifier))
    await server.token(codeGrant(id, code, verifier))
    await server[Symbol.asyncDispose]()

    const reuse = lines.find(({ fields }) => fields.trace_id !== undefined)
    assert.ok(reuse !== undefined, JSON.stringify(lines))
    const { request_id, trace_id, span_id } = reuse.fields
    assert.equal(String(request_id).replaceAll('-', ''), trace_id)
    const span = receiver.spans.find(({ spanId }) => spanId === span_id)
    assert.equal(span?.traceId, trace_id)
  })

  test('a caller that leaves before the answer has a line, and an ended span', async () => {
    await using receiver = await OtlpReceiver.http()
    await using server = await startLive({
      ...tracingTo(receiver),
      OTEL_BSP_SCHEDULE_DELAY: '10',
    })
    const { hostname, port } = new URL(server.assembly.issuer)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    // The body never comes.
    socket.write(
      'POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n',
    )
    await new Promise((done) => setImmediate(done))
    socket.end()
    const left = await receiver.find((spans) =>
      spans.find(({ attributes }) => attributes['error.type'] === 'client_disconnected'),
    )
    assert.equal(left.name, 'POST /oauth/token')
    assert.equal(left.attributes['http.response.status_code'], undefined)
    assert.equal(left.status, 2)
  })
})
