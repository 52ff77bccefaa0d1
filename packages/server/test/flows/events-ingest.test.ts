import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EVENT_PRODUCER } from '@grantd/domain'
import fc from 'fast-check'
import { eventsOf, typesOf } from '../support/events.ts'
import { TestServer } from '../support/server.ts'

const TOKEN = 'ingest-token-for-the-tests'
const WITH_TOKEN = { OAUTH2_EVENTS_INGEST_BEARER_TOKEN: TOKEN }

function envelope(event: object = {}, more: object = {}) {
  return {
    event: {
      id: '550e8400-e29b-41d4-a716-446655440000',
      event_type: 'order_placed',
      timestamp: '2024-01-15T10:30:00Z',
      severity: 'info',
      user_id: 'user_123',
      client_id: 'client_456',
      metadata: { total: '12.50' },
      error: null,
      ...event,
    },
    idempotency_key: null,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    tracestate: null,
    correlation_id: 'f6f2a64a-7eaf-4c3a-94af-4457cc8f8f2a',
    producer: 'shop',
    produced_at: '2024-01-15T10:30:00Z',
    attributes: { source: 'http' },
    ...more,
  }
}

function send(server: TestServer, body: unknown, headers: Record<string, string> = {}) {
  return server.inject({
    method: 'POST',
    url: '/events/ingest',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${TOKEN}`,
      ...headers,
    },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

describe('POST /events/ingest', () => {
  test('takes an envelope once; the same key is a duplicate', async () => {
    const server = await TestServer.start(WITH_TOKEN)
    const first = await send(server, envelope())
    assert.equal(first.statusCode, 202)
    const { id } = envelope().event
    assert.deepEqual(first.json(), { status: 'accepted', idempotency_key: id, event_id: id })
    const again = await send(server, envelope())
    assert.equal(again.statusCode, 202)
    assert.equal(again.json().status, 'duplicate')
    const events = await eventsOf(server)
    const [taken] = events.filter(({ producer }) => producer === 'shop')
    assert.deepEqual(taken, {
      ...envelope({ timestamp: '2024-01-15T10:30:00.000Z' }),
      produced_at: '2024-01-15T10:30:00.000Z',
      attributes: { source: 'ingest' },
    })
    assert.equal(typesOf(events).filter((type) => type === 'order_placed').length, 1)
  })

  test('T196 the Idempotency-Key header counts before the envelope’s key, that before the id', async () => {
    const server = await TestServer.start(WITH_TOKEN)
    await using _ = server
    const inBody = envelope({}, { idempotency_key: 'of-the-body' })
    const byHeader = await send(server, inBody, { 'idempotency-key': 'of-the-header' })
    assert.equal(byHeader.json().idempotency_key, 'of-the-header')
    const byBody = await send(server, inBody)
    assert.deepEqual(
      [byBody.json().status, byBody.json().idempotency_key],
      ['accepted', 'of-the-body'],
    )
    const byId = await send(server, envelope())
    assert.equal(byId.json().status, 'accepted')
  })

  test('T196 a key belongs to its producer and is forgotten after five minutes', async () => {
    const server = await TestServer.start(WITH_TOKEN)
    await using _ = server
    const key = { 'idempotency-key': 'k' }
    assert.equal((await send(server, envelope(), key)).json().status, 'accepted')
    const other = envelope({}, { producer: 'billing' })
    assert.equal((await send(server, other, key)).json().status, 'accepted')
    server.clock.advance(299)
    assert.equal((await send(server, envelope(), key)).json().status, 'duplicate')
    server.clock.advance(2)
    assert.equal((await send(server, envelope(), key)).json().status, 'accepted')
  })

  test('T196 of many requests at once with one key, one is accepted', async () => {
    const server = await TestServer.start(WITH_TOKEN)
    await using _ = server
    const replies = await Promise.all(Array.from({ length: 20 }, () => send(server, envelope())))
    const accepted = replies.filter((reply) => reply.json().status === 'accepted')
    assert.equal(accepted.length, 1)
  })

  test('T195 without a token configured it is closed, with a wrong one too', async () => {
    const closed = await TestServer.start()
    const reply = await send(closed, envelope())
    assert.equal(reply.statusCode, 503)
    assert.equal(reply.json().error, 'event_ingest_auth_not_configured')
    await closed[Symbol.asyncDispose]()

    const server = await TestServer.start(WITH_TOKEN)
    await using _ = server
    for (const authorization of ['', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
      const refused = await send(server, envelope(), { authorization })
      assert.equal(refused.statusCode, 401, authorization)
      assert.match(String(refused.headers['www-authenticate']), /^Bearer/)
    }
  })

  test('events turned off: 503', async () => {
    const server = await TestServer.start({ ...WITH_TOKEN, OAUTH2_EVENTS_ENABLED: 'false' })
    await using _ = server
    const reply = await send(server, envelope())
    assert.equal(reply.statusCode, 503)
    assert.equal(reply.json().error, 'eventing_disabled')
  })

  test('T197 open to everybody: own types yes, those of this server only with the token', async () => {
    const server = await TestServer.start({ ...WITH_TOKEN, OAUTH2_EVENTS_PUBLIC_INGEST: 'true' })
    await using _ = server
    const anonymous = { authorization: '' }
    assert.equal((await send(server, envelope(), anonymous)).statusCode, 202)
    const ours = envelope({
      id: '550e8400-e29b-41d4-a716-446655440001',
      event_type: 'user_authenticated',
    })
    assert.equal((await send(server, ours, anonymous)).statusCode, 401)
    assert.equal((await send(server, ours)).statusCode, 202)
  })

  test('T197 nobody without the token speaks in the name of this server', async () => {
    const server = await TestServer.start({ ...WITH_TOKEN, OAUTH2_EVENTS_PUBLIC_INGEST: 'true' })
    const anonymous = { authorization: '' }
    const ours = envelope({}, { producer: EVENT_PRODUCER })
    const reply = await send(server, ours, anonymous)
    assert.deepEqual([reply.statusCode, reply.json().error], [401, 'invalid_token'])
    const claims = envelope({}, { attributes: { source: 'http', actor: 'server' } })
    assert.equal((await send(server, claims, anonymous)).statusCode, 202)
    const [taken] = (await eventsOf(server)).filter(({ producer }) => producer === 'shop')
    assert.equal(taken?.attributes.source, 'ingest')
  })

  test('T199 a broken trace is dropped, the event is taken', async () => {
    const server = await TestServer.start(WITH_TOKEN)
    const broken = { traceparent: 'x', tracestate: 'y=1,'.repeat(2_500) }
    assert.equal((await send(server, envelope({}, broken))).statusCode, 202)
    const [taken] = (await eventsOf(server)).filter(({ producer }) => producer === 'shop')
    assert.deepEqual([taken?.traceparent, taken?.tracestate], [null, null])
  })

  const refused: readonly [title: string, body: unknown][] = [
    ['no JSON', '{'],
    ['a list', []],
    ['no event', {}],
    ['an id that is no UUID', envelope({ id: 'x' })],
    ['a type with spaces', envelope({ event_type: 'a b' })],
    ['no time', envelope({ timestamp: 'yesterday' })],
    ['a month that is none', envelope({ timestamp: '2024-13-15T10:30:00Z' })],
    ['an unknown severity', envelope({ severity: 'fatal' })],
    ['a number among the metadata', envelope({ metadata: { total: 12 } })],
    ['a long text', envelope({ metadata: { note: 'x'.repeat(1_025) } })],
    ['too many members', envelope({ metadata: Object.fromEntries(manyMembers(65)) })],
    ['a line end in the key', envelope({}, { idempotency_key: 'a\nb' })],
    ['a producer that is no text', envelope({}, { producer: 1 })],
    ['a member named twice', JSON.stringify(envelope()).replace('{', '{"event":{},')],
    ['a member named __proto__', JSON.stringify(envelope()).replace('{', '{"__proto__":{},')],
    ['half a surrogate pair', envelope({ metadata: { note: 'a\ud800' } })],
    ['half a surrogate pair in a name', envelope({ metadata: { '\udc00': 'a' } })],
    ['half a surrogate pair in an id', envelope({ user_id: '\udfff' })],
    ['a NUL', envelope({ user_id: 'a\0b' })],
    ['an event inside of seventeen lists', `${'['.repeat(17)}${']'.repeat(17)}`],
  ]
  for (const [title, body] of refused) {
    test(`T198 refuses ${title} and says what is wrong`, async () => {
      const server = await TestServer.start(WITH_TOKEN)
      await using _ = server
      const reply = await send(server, body)
      assert.equal(reply.statusCode, 400, reply.body)
      assert.equal(reply.json().error, 'invalid_request')
      assert.ok(reply.json().error_description.length > 10)
    })
  }

  test('T198 a body beyond 64 KiB is refused', async () => {
    const server = await TestServer.start(WITH_TOKEN)
    await using _ = server
    const reply = await send(server, envelope({}, { padding: 'x'.repeat(70_000) }))
    assert.equal(reply.statusCode, 413)
  })

  test('T198 whatever is sent, the answer is 202, 400 or 415, never a fault', async () => {
    const server = await TestServer.start(WITH_TOKEN)
    await using _ = server
    const odd = fc.record(
      {
        event: fc.record(
          {
            id: fc.oneof(fc.uuid(), fc.anything()),
            event_type: fc.oneof(fc.constant('order_placed'), fc.string()),
            timestamp: fc.oneof(fc.constant('2024-01-15T10:30:00Z'), fc.string()),
            severity: fc.anything(),
            metadata: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.anything()),
            user_id: fc.anything(),
          },
          { requiredKeys: [] },
        ),
        idempotency_key: fc.anything(),
        producer: fc.anything(),
        attributes: fc.anything(),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(odd, fc.jsonValue()), async (body) => {
        const reply = await send(server, JSON.stringify(body, plainly) ?? 'null')
        assert.ok([202, 400].includes(reply.statusCode), `${reply.statusCode} ${reply.body}`)
      }),
      { numRuns: 300 },
    )
  })
})

function manyMembers(count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`m${index}`, ''])
}

/** What JSON has no words for. */
function plainly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
