// No metric is registered that nothing feeds: each area is fed here by what feeds it in the server,
// and what is not moved by anything fails the last test. What acts of clients move, exactly, is in
// test/flows/metrics.test.ts.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ActorSystem } from '@grantd/actors'
import { type EventEnvelope, type SharedCache, StorageError } from '@grantd/domain'
import { Eventing, Outbox } from '@grantd/events'
import { OutboundError } from '@grantd/oauth'
import type { OpenedStorage } from '@grantd/storage'
import { type FamilySnapshot, MetricRegistry } from '@grantd/telemetry'
import type { Exchange } from '../http/exchange.ts'
import type { GuardedHttp } from '../outbound/guarded-http.ts'
import { createPasswordHasher } from '../password-hasher.ts'
import { ActMetrics } from './act-metrics.ts'
import { addActorMetrics } from './actor-metrics.ts'
import { addEventQueues, addPublishMetrics } from './event-metrics.ts'
import { addHashingMetrics } from './hashing-metrics.ts'
import { HttpMetrics } from './http-metrics.ts'
import { addRateLimitMetrics, addResilienceMetrics } from './limit-metrics.ts'
import { OutboundMetrics } from './outbound-metrics.ts'
import { RedisMetrics } from './redis-metrics.ts'
import { StorageMetrics } from './storage-metrics.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

function sumOf(
  families: readonly FamilySnapshot[],
  name: string,
  labels: Record<string, string> = {},
): number {
  const family = families.find((one) => name.startsWith(one.name))
  assert.ok(family !== undefined, `there is no ${name}`)
  return family.values
    .filter(({ metricName = family.name }) => metricName === name)
    .filter(({ labels: own }) =>
      Object.entries(labels).every(([key, value]) => String(own[key]) === value),
    )
    .reduce((sum, { value }) => sum + value, 0)
}

async function assertAllMoved(registry: MetricRegistry): Promise<readonly FamilySnapshot[]> {
  const families = await registry.read()
  for (const { name, values } of families)
    assert.ok(
      values.some(({ value }) => value > 0),
      `nothing moves ${name}`,
    )
  return families
}

describe('every metric is fed', () => {
  test('by requests, whatever they end in', async () => {
    const registry = new MetricRegistry('')
    const http = new HttpMetrics([
      {
        id: 'jwks',
        method: 'GET',
        path: '/.well-known/jwks.json',
        spec: '',
        summary: '',
        caller: 'none',
        body: 'none',
        handle: () => ({ kind: 'empty', status: 200 }),
      },
    ])
    http.register(registry)
    const end = (status: number | undefined, endpoint?: string) => {
      http.load.begun++
      const path = endpoint === undefined ? '/nothing' : '/.well-known/jwks.json'
      // An exchange as far as it is looked at.
      http.observe({ endpoint, method: 'GET', path } as Exchange, { status, ms: 40, bytes: 0 })
    }
    for (const status of [200, 303, 400, 401, 403, 429, 500, 502, 503, undefined]) end(status)
    end(200, 'jwks')
    http.load.begun++
    const families = await assertAllMoved(registry)
    const kinds = ['validation', 'auth', 'auth', 'ratelimit', 'internal', 'upstream']
    for (const kind of kinds) assert.ok(sumOf(families, 'errors_total', { kind }) > 0, kind)
    assert.equal(sumOf(families, 'errors_total'), 7)
    const ofServer = 'http_server_request_duration_seconds_count'
    for (const [error_type, times] of [
      ['503', 1],
      ['', 7],
    ] as const)
      assert.equal(sumOf(families, ofServer, { error_type }), times)
    assert.equal(sumOf(families, 'http_requests_by_class_total', { status_class: 'other' }), 1)
    assert.equal(sumOf(families, 'http_requests_total'), 11)
    assert.equal(sumOf(families, 'concurrent_requests_in_flight'), 1)
    assert.equal(sumOf(families, 'http_request_duration_seconds_bucket', { le: '0.025' }), 0)
  })

  test('by the database', async () => {
    const registry = new MetricRegistry('')
    const metrics = new StorageMetrics('sqlite:a.db')
    metrics.register(registry)
    const fault = new StorageError('unavailable')
    const storage = metrics.observed({
      commit: async () => Promise.reject(fault),
      clients: { find: async () => undefined },
    } as unknown as OpenedStorage) // as far as it is called
    await assert.rejects(storage.commit([]), fault)
    await storage.clients.find('x' as never)
    const families = await assertAllMoved(registry)
    assert.equal(sumOf(families, 'db_query_failures_total', { operation: 'commit' }), 1)
    assert.equal(sumOf(families, 'db_queries_total'), 2)
  })

  test('by a database that answers at once: a list takes as long as it takes', async () => {
    const registry = new MetricRegistry('')
    const metrics = new StorageMetrics('sqlite:a.db')
    metrics.register(registry)
    const listed = Promise.withResolvers<readonly []>()
    const storage = metrics.observed({
      answersAtOnce: true,
      clients: { find: async () => undefined, list: () => listed.promise },
    } as unknown as OpenedStorage) // as far as it is called
    const counted = async () => sumOf(await registry.read(), 'db_queries_total')
    const found = storage.clients.find('x' as never)
    const list = storage.clients.list({ limit: 1 })
    assert.equal(await counted(), 1, 'the list is not there yet')
    listed.resolve([])
    await Promise.all([found, list])
    assert.equal(await counted(), 2)
  })

  test('by actors, those that fail and those that have no room', async () => {
    const registry = new MetricRegistry('')
    const actors = new ActorSystem({ isRefusal: (error) => error instanceof RangeError })
    addActorMetrics(registry, actors)
    const held = Promise.withResolvers<void>()
    const token = actors.spawn('token', {
      mailbox: 2,
      create: () => ({
        hold: () => held.promise,
        refuse() {
          throw new RangeError('no')
        },
        fail() {
          throw new Error('fault')
        },
      }),
    })
    const first = token.hold()
    const late = token.with({ deadline: 1 }).hold()
    await assert.rejects(late)
    const refused = assert.rejects(token.refuse(), RangeError)
    const others = Promise.allSettled([token.hold(), token.hold(), token.hold()])
    assert.equal(token.tell.hold(), false)
    const during = await registry.read()
    assert.ok(sumOf(during, 'actor_mailbox_depth', { actor: 'token' }) > 0)
    assert.equal(sumOf(during, 'actor_in_flight', { actor: 'token' }), 1)
    held.resolve()
    await Promise.all([first, refused, others])
    await assert.rejects(token.fail())
    await token.hold()
    const families = await registry.read()
    for (const name of [
      'actor_handled_total',
      'actor_refused_total',
      'actor_failed_total',
      'actor_rejected_total',
      'actor_expired_total',
      'actor_restarts_total',
      'actor_dead_letters_total',
      'actor_wait_seconds_count',
      'actor_run_seconds_count',
      'token_actor_duration_seconds_count',
      'token_actor_success_total',
      'token_actor_errors_total',
    ])
      assert.ok(sumOf(families, name) > 0, `nothing moves ${name}`)
    assert.equal(sumOf(families, 'token_actor_errors_total'), 2)
    await actors.stop({ drain: 0 })
  })

  test('by events, those that are lost too', async () => {
    const registry = new MetricRegistry('')
    const redis = new RedisMetrics(registry)
    const { onPublished, onKept } = addPublishMetrics(registry, () => redis)
    const event = (type: string) =>
      ({ event: { event_type: type, id: type }, attributes: {} }) as EventEnvelope // as far as it is read
    const stuck = Promise.withResolvers<readonly []>()
    const eventing = new Eventing({
      isEnabled: true,
      passes: () => true,
      log: silent,
      queueSize: 1,
      onPublished,
      onKept,
      sinks: [
        {
          name: 'webhook',
          isDurable: false,
          publish: () => stuck.promise,
          health: async () => ({ healthy: true }),
          close: async () => undefined,
        },
      ],
    })
    const outbox = new Outbox({ log: silent, fullRule: 'continue', maxWaiting: 0 })
    addEventQueues(registry, { eventing, outbox })
    eventing.emit(event('token_created'))
    eventing.emit(event('token_created'))
    outbox.withEvents([], [event('token_created')])
    await turn()
    onPublished('redis', [event('token_created')], ['published'], 3)
    onKept('in_memory', 'token_created')
    onKept('in_memory', 'token_created')
    onPublished('webhook', [event('made.up'), event('x')], ['published', { rejected: 'no' }], 3)
    const families = await assertAllMoved(registry)
    assert.equal(sumOf(families, 'events_dropped_total', { backend: 'webhook' }), 1)
    assert.equal(sumOf(families, 'events_waiting', { backend: 'webhook' }), 1)
    assert.equal(sumOf(families, 'events_published_total', { event_type: 'other' }), 2)
    assert.equal(sumOf(families, 'events_published_total', { backend: 'in_memory' }), 2)
    assert.equal(sumOf(families, 'webhook_deliveries_total', { outcome: 'dead' }), 1)
    assert.equal(sumOf(families, 'redis_client_operations_total', { backend: 'events' }), 1)
    stuck.resolve([])
    await eventing.stop(0)
  })

  test('by Redis', async () => {
    const registry = new MetricRegistry('')
    const shared = new RedisMetrics(registry).observed({
      get: async (name: string) => (name === 'here' ? new Uint8Array() : undefined),
      put: () => undefined,
      announce: () => undefined,
    } as unknown as SharedCache) // as far as it is called
    await shared.get('here')
    await shared.get('gone')
    shared.put('x', new Uint8Array(), 1)
    shared.announce(['x'])
    const families = await assertAllMoved(registry)
    for (const outcome of ['hit', 'miss'])
      assert.equal(sumOf(families, 'redis_client_operations_total', { outcome }), 1)
  })

  test('by requests to others', async () => {
    const registry = new MetricRegistry('own_')
    const answers = [204, 999]
    const http = new OutboundMetrics(registry).observed({
      get: async () => {
        throw new OutboundError('timeout', 'no answer')
      },
      post: async () => ({
        status: answers.shift() ?? 0,
        contentType: undefined,
        body: Buffer.of(),
      }),
    } as unknown as GuardedHttp) // as far as it is called
    await assert.rejects(http.get('https://a.example', { accept: '*/*', purpose: 'jwks' }))
    for (let n = 0; n < 2; n++) await http.post('https://a.example', { headers: {}, body: '' })
    const families = await assertAllMoved(registry)
    const statuses = [
      ['jwks', 'timeout'],
      ['webhook', '204'],
      ['webhook', 'other'],
    ] as const
    for (const [peer, status] of statuses) {
      const labels = { peer_service: peer, http_status_code: status }
      assert.equal(sumOf(families, 'own_http_client_requests_total', labels), 1)
    }
    for (const labels of [
      { http_request_method: 'GET', http_response_status_code: '', error_type: 'timeout' },
      { http_request_method: 'POST', http_response_status_code: '204', error_type: '' },
      { http_request_method: 'POST', http_response_status_code: 'other', error_type: 'other' },
    ])
      assert.equal(sumOf(families, 'http_client_request_duration_seconds_count', labels), 1)
  })

  test('by hashing, which waits and refuses', async () => {
    const registry = new MetricRegistry('')
    const turns: (() => void)[] = []
    const hash = () => new Promise<string>((done) => turns.push(() => done('x')))
    const creating = createPasswordHasher({
      atOnce: 1,
      gauge: addHashingMetrics(registry),
      load: async () => ({ hash, verify: async () => true }),
    })
    while (turns.length === 0) await turn()
    turns.shift()?.()
    const hasher = await creating
    const asked = Array.from({ length: 2_001 }, () => hasher.hash('a password'))
    await assert.rejects(hasher.hash('one too many'))
    assert.equal(sumOf(await registry.read(), 'password_hash_waiting'), 2_000)
    turns.shift()?.()
    while (turns.length === 0) await turn()
    await assertAllMoved(registry)
    const all = Promise.all(asked)
    let isDone = false
    void all.then(() => {
      isDone = true
    })
    while (!isDone) {
      turns.shift()?.()
      await turn()
    }
    assert.equal(sumOf(await registry.read(), 'password_hash_duration_seconds_count'), 2_001)
    assert.equal(sumOf(await registry.read(), 'password_hash_waiting'), 0)
  })

  test('by limits and by resilience, when they are bound', async () => {
    const registry = new MetricRegistry('')
    assert.deepEqual(registry.describe(), [])
    const redis = new RedisMetrics(registry)
    const limits = addRateLimitMetrics(registry, () => redis)
    limits.onRemaining?.(3)
    limits.onRejected?.('203.0.0.0/8', 'credentials')
    limits.onRedis?.('take', 'timeout', 0.1)
    addResilienceMetrics(registry, () => ({
      circuits: [{ name: 'storage', state: 'open', trips: 1 }],
      bulkheads: [{ name: 'password_hashing', most: 2, inFlight: 2, rejected: 4 }],
      requests: { inFlight: 9, limit: 90, most: 100, rejected: 5 },
    }))
    const families = await assertAllMoved(registry)
    assert.equal(sumOf(families, 'circuit_breaker_state', { circuit: 'storage' }), 1)
    assert.equal(sumOf(families, 'circuit_breaker_trips_total'), 1)
    assert.equal(sumOf(families, 'bulkhead_rejected_total', { bulkhead: 'password_hashing' }), 4)
    assert.equal(sumOf(families, 'back_pressure_rejected_total'), 5)
    assert.equal(sumOf(families, 'back_pressure_limit'), 90)
    assert.equal(sumOf(families, 'rate_limit_rejected_total', { ip_prefix: '203.0.0.0/8' }), 1)
    assert.equal(sumOf(families, 'rate_limited_total', { bucket: 'credentials' }), 1)
    assert.equal(sumOf(families, 'redis_client_operations_total', { backend: 'rate_limit' }), 1)
    assert.equal(sumOf(families, 'rate_limit_remaining_bucket', { le: '1' }), 0)
    assert.equal(sumOf(families, 'rate_limit_remaining_bucket', { le: '5' }), 1)
  })

  test('by acts that no client can bring about alone', async () => {
    const registry = new MetricRegistry('')
    const acts = new ActMetrics(registry, ['password'])
    acts.clientRefused('assertion')
    acts.tokenRefused('password', 'invalid_grant')
    acts.tokenRefused(undefined, 'invalid_request')
    acts.authorizationRefused('page')
    acts.authorizationRefused('access_denied')
    const families = await registry.read()
    assert.equal(sumOf(families, 'token_requests_refused_total', { grant: 'password' }), 1)
    assert.equal(sumOf(families, 'token_requests_refused_total', { grant: 'other' }), 1)
    assert.equal(sumOf(families, 'client_auth_failures_total', { method: 'assertion' }), 1)
    assert.equal(sumOf(families, 'authorize_requests_total'), 2)
  })
})
