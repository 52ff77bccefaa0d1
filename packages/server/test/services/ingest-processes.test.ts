// Two processes on one database: whichever of them a stranger asks, only the server tells its own events.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { EVENT_PRODUCER } from '@grantd/domain'
import { freePort } from '@grantd/testkit/ports'
import { PrivateRedis } from '@grantd/testkit/redis'
import { ServerProcess, Site } from '../crash/server-process.ts'

const STREAM = 'events'
const OUR_TYPES = ['token_revoked', 'user_authenticated', 'client_registered']

test('T197 on every process a stranger tells own types only, and both write into one stream', async () => {
  await using open = new AsyncDisposableStack()
  const redis = open.use(await PrivateRedis.start())
  using site = await Site.create({
    OAUTH2_EVENTS_BACKEND: 'redis',
    OAUTH2_EVENTS_REDIS_URL: redis.url,
    OAUTH2_EVENTS_REDIS_STREAM: STREAM,
    OAUTH2_EVENTS_FILTER_MODE: 'include',
    OAUTH2_EVENTS_TYPES: ['order_placed', ...OUR_TYPES].join(','),
    OAUTH2_EVENTS_PUBLIC_INGEST: 'true',
  })
  const a = open.use(await ServerProcess.start(site))
  const b = open.use(await ServerProcess.start(site, { port: await freePort() }))

  const tell = async (server: ServerProcess, type: string, producer = 'shop') => {
    const event = { id: randomUUID(), event_type: type, timestamp: new Date().toISOString() }
    const common = { severity: 'info', user_id: null, client_id: null, metadata: {}, error: null }
    const body = { event: { ...event, ...common }, producer, produced_at: event.timestamp }
    const reply = await fetch(`http://127.0.0.1:${server.port}/events/ingest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    await reply.arrayBuffer()
    return reply.status
  }

  for (const server of [a, b]) {
    for (const type of OUR_TYPES) assert.equal(await tell(server, type), 401, type)
    assert.equal(await tell(server, 'order_placed', EVENT_PRODUCER), 401)
    assert.equal(await tell(server, 'order_placed'), 202)
  }
  const told = async () => {
    const [, length = ''] = /:(\d+)/.exec(await redis.command(`XLEN ${STREAM}`)) ?? []
    return Number(length)
  }
  while ((await told()) < 2) await new Promise((resolve) => setImmediate(resolve))
  await Promise.all([a.stop(), b.stop()])
  assert.equal(await told(), 2, 'nothing that was refused is in the stream')
})
