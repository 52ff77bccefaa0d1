import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { EVENT_PRODUCER, makeEvent } from '@grantd/domain'
import { EventReader } from '../support/event-reader.ts'
import { startLive } from '../support/live-server.ts'

const ADMIN = {
  client_name: 'Console',
  grant_types: ['client_credentials'],
  scope: 'admin read',
}

async function start(env: Record<string, string> = {}) {
  const server = await startLive({ OAUTH2_ADMIN_CLIENT_IDS: 'console', ...env })
  const { id, secret } = await server.addClient(ADMIN, 'console')
  const credentials = { client_id: id, client_secret: secret }
  const tokenOf = async (scope: string): Promise<string> =>
    (await server.token({ grant_type: 'client_credentials', scope, ...credentials })).json()
      .access_token
  const token = await tokenOf('admin')
  const url = `${server.assembly.issuer}/events/stream`
  return {
    server,
    credentials,
    token,
    url,
    tokenOf,
    open: (query = '', headers: Record<string, string> = {}) =>
      EventReader.open(url + query, { authorization: `Bearer ${token}`, ...headers }),
    counts: () => server.assembly.services.events.bus.feed.counts,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

describe('the live stream of events', () => {
  test('sends an event as it happens, with headers that no proxy holds back', async () => {
    await using site = await start()
    const reader = await site.open()
    const { headers, statusCode } = reader.response
    assert.equal(statusCode, 200)
    assert.equal(headers['content-type'], 'text/event-stream')
    assert.equal(headers['x-accel-buffering'], 'no')
    assert.equal(headers['cache-control'], 'no-store, no-transform')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.deepEqual(await reader.next(), { event: 'ready', id: undefined, data: { start: 'now' } })
    await site.tokenOf('read')
    const { id, data } = await reader.find((one) => one.data.event?.event_type === 'token_created')
    assert.match(id ?? '', /^[\w-]{8}-\d+$/)
    assert.deepEqual([data.event.client_id, data.event.metadata.scope], ['console', 'read'])
    const health = (await site.server.inject({ url: '/events/health' })).json()
    assert.equal(health.streams.open, 1)
    reader.leave()
    while (site.counts().open > 0) await setTimeout(5)
    assert.equal(site.counts().ended.left, 1)
  })

  test('sends only what is asked for', async () => {
    await using site = await start()
    const other = await site.server.addClient({ ...ADMIN, client_name: 'Other' }, 'other')
    const readers = {
      type: await site.open('?type=client_deleted,token_created'),
      client: await site.open('?client=other&type=token_created'),
      severity: await site.open('?severity=error,warning'),
      user: await site.open('?user=nobody'),
    }
    for (const reader of Object.values(readers)) await reader.next()
    await site.tokenOf('read')
    const fields = { grant_type: 'client_credentials', client_id: other.id }
    await site.server.token({ ...fields, client_secret: other.secret })
    const clients = [(await readers.type.next()).data, (await readers.type.next()).data]
    assert.deepEqual(
      clients.map(({ event }) => event.client_id),
      ['console', 'other'],
    )
    assert.equal((await readers.client.next()).data.event.client_id, 'other')
    site.server.assembly.http.startDraining()
    for (const name of ['severity', 'user'] as const) {
      const rest = await readers[name].rest()
      assert.deepEqual(
        rest.map(({ event }) => event),
        ['end'],
        name,
      )
    }
  })

  test('goes on after Last-Event-ID, and says when it cannot', async () => {
    await using site = await start({ OAUTH2_EVENTS_STREAM_BUFFER: '100' })
    const created = '?type=token_created'
    const first = await site.open(created)
    await first.next()
    await site.tokenOf('read')
    const { id = '' } = await first.next()
    first.leave()
    await site.tokenOf('admin')
    const second = await site.open(created, { 'last-event-id': id })
    assert.deepEqual((await second.next()).data, { start: 'resumed' })
    assert.equal((await second.next()).data.event.metadata.scope, 'admin')
    for (let n = 0; n < 60; n++) await site.tokenOf('read')
    const third = await site.open(created, { 'last-event-id': id })
    assert.deepEqual((await third.next()).data, { start: 'too_old' })
    assert.equal((await third.next()).data.event.event_type, 'token_created', 'what there is')
    const fourth = await site.open(created, { 'last-event-id': 'AAAAAAAA-7' })
    assert.deepEqual((await fourth.next()).data, { start: 'other_process' })
    for (const reader of [second, third, fourth]) reader.leave()
  })

  test('is for administrators, refuses what it does not understand, and has so much room', async () => {
    await using site = await start({ OAUTH2_EVENTS_STREAM_MAX: '1' })
    const ask = async (headers: Record<string, string>, query = '') => {
      const reply = await fetch(site.url + query, { headers })
      return [reply.status, reply.headers.get('content-type')]
    }
    const admin = { authorization: `Bearer ${site.token}` }
    const json = 'application/json'
    assert.deepEqual(await ask({}), [401, json])
    assert.deepEqual(await ask({ authorization: `Bearer ${await site.tokenOf('read')}` }), [
      403,
      json,
    ])
    assert.deepEqual(await ask({}, `?access_token=${site.token}`), [401, json])
    for (const query of ['?severity=loud', '?type=Not%20A%20Type', '?user=a&user=b']) {
      assert.deepEqual(await ask(admin, query), [400, json], query)
    }
    assert.deepEqual(await ask({ ...admin, 'last-event-id': 'not a place' }), [400, json])
    const reader = await site.open()
    const full = await fetch(site.url, { headers: admin })
    assert.deepEqual([full.status, full.headers.get('retry-after')], [503, '30'])
    assert.equal(site.counts().refused, 1)
    const head = await fetch(site.url, { method: 'HEAD', headers: admin })
    assert.equal(head.status, 503, 'a HEAD is answered like the GET, without a stream')
    reader.leave()
  })

  test('ends soon after its token was revoked', async () => {
    await using site = await start({ OAUTH2_EVENTS_STREAM_HEARTBEAT_SECS: '1' })
    const reader = await site.open('?type=client_deleted')
    await site.server.form('/oauth/revoke', { token: site.token, ...site.credentials })
    const rest = await reader.rest()
    assert.deepEqual(rest.at(-1), { event: 'end', id: undefined, data: { reason: 'token_ended' } })
  })

  test('ends when the server does, which does not wait for it', async () => {
    const site = await start()
    const reader = await site.open()
    await reader.next()
    const stopping = site[Symbol.asyncDispose]()
    const rest = await reader.rest()
    assert.deepEqual(rest.at(-1)?.data, { reason: 'shutting_down' })
    await stopping
    assert.equal(site.counts().open, 0)
  })

  test('is answered while events are turned off', async () => {
    await using site = await start({ OAUTH2_EVENTS_ENABLED: 'false' })
    const reply = await fetch(site.url, { headers: { authorization: `Bearer ${site.token}` } })
    assert.equal(reply.status, 503)
    assert.equal(((await reply.json()) as { error: string }).error, 'eventing_disabled')
  })

  test('a reader that takes nothing is cut off; nobody else waits for it', async () => {
    await using site = await start({
      OAUTH2_EVENTS_STREAM_BUFFER: '100',
      OAUTH2_EVENTS_STREAM_HEARTBEAT_SECS: '1',
    })
    const stuck = connect(Number(new URL(site.url).port), '127.0.0.1')
    stuck.on('error', () => undefined)
    stuck.pause()
    stuck.write(
      `GET /events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${site.token}\r\n\r\n`,
    )
    const quick = await site.open('?type=webhook_test')
    await quick.next()
    while (site.counts().open < 2) await setTimeout(5)
    const { ids } = site.server.assembly.services
    // Larger than what the system keeps for a connection, a little at a time for the one who reads.
    for (let round = 0; site.counts().open === 2; round++) {
      for (let n = 0; n < 20; n++) {
        const origin = { correlationId: crypto.randomUUID(), source: 'task' }
        const stamp = { id: ids.next(), nowMs: Date.now(), producer: EVENT_PRODUCER, origin }
        const metadata = { round: String(round), padding: 'x'.repeat(10_000) }
        site.server.assembly.eventing.emit(makeEvent({ type: 'webhook_test', metadata }, stamp))
      }
      for (let n = 0; n < 20; n++) {
        assert.equal((await quick.next()).data.event.metadata.round, String(round))
      }
    }
    const { stalled, too_slow } = site.counts().ended
    assert.equal(stalled + too_slow, 1)
    stuck.destroy()
    quick.leave()
  })
})
