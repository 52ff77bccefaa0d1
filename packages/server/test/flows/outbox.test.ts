import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { EventPluginDouble } from '../support/event-plugin.ts'
import { basic } from '../support/flow.ts'
import { TestServer } from '../support/server.ts'

/** Events of a start: the signing key, the client. */
const AT_FIRST = 2
const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }

describe('events for a backend that outlives the process', { timeout: 30_000 }, () => {
  let plugin: EventPluginDouble
  let server: TestServer
  let names = 0

  beforeEach(() => {
    plugin = new EventPluginDouble(`double_${++names}`)
  })
  afterEach(async () => {
    await server[Symbol.asyncDispose]()
    plugin[Symbol.dispose]()
  })

  async function start(env: Record<string, string> = {}) {
    server = await TestServer.start({ ...plugin.env, ...env })
    const { id, secret } = await server.addClient(SERVICE)
    return {
      token: () =>
        server.form(
          '/oauth/token',
          { grant_type: 'client_credentials' },
          { authorization: basic(id, secret) },
        ),
      id,
      secret,
    }
  }

  const waiting = async () => {
    const { outbox } = server.assembly.storage
    const [sink] = await outbox.sinks()
    return (await outbox.end()) - (sink?.cursor ?? 0)
  }

  /** Some databases give events their places a moment after the commit. */
  const untilWaiting = async (count: number) => {
    while ((await waiting()) < count) await pause(5)
    assert.equal(await waiting(), count)
  }

  test('are stored with the grant and delivered once, in their order', async () => {
    const { token, id, secret } = await start()
    for (let n = 0; n < 5; n++) assert.equal((await token()).statusCode, 200)
    const { access_token } = (await token()).json()
    const revocation = { token: access_token }
    await server.form('/oauth/revoke', revocation, { authorization: basic(id, secret) })
    await plugin.took(AT_FIRST + 7)
    const events = plugin.ofOutbox.map(({ event }) => event)
    assert.deepEqual(
      events.map(({ event_type: type }) => type),
      [
        'signing_key_created',
        'client_registered',
        ...Array(6).fill('token_created'),
        'token_revoked',
      ],
    )
    assert.equal(new Set(events.map(({ id: eventId }) => eventId)).size, events.length)
    for (const event of events.slice(1)) assert.equal(event.client_id, id)
    assert.equal(await server.assembly.storage.outbox.end(), events.length)
  })

  test('wait while the backend is down; nothing that the server grants waits with them', async () => {
    const { token } = await start()
    await plugin.took(AT_FIRST)
    plugin.isDown = true
    for (let n = 0; n < 20; n++) assert.equal((await token()).statusCode, 200)
    await untilWaiting(20)
    const { plugins } = (await server.inject({ url: '/events/health' })).json()
    assert.ok(plugins[0].waiting >= 20)
    plugin.isDown = false
    await plugin.took(AT_FIRST + 20)
    const ids = plugin.ofOutbox.map(({ event }) => event.id)
    assert.equal(new Set(ids).size, AT_FIRST + 20)
  })

  test('are delivered before the end of the server, when the backend takes them', async () => {
    const { token } = await start()
    await plugin.took(AT_FIRST)
    await token()
    await server.assembly.stop(5_000)
    assert.equal(plugin.ofOutbox.length, AT_FIRST + 1)
  })

  test('T200 no row no grant: what cannot be told is not granted, with 503 and Retry-After', async () => {
    const { token, id, secret } = await start({ OAUTH2_EVENTS_OUTBOX_MAX_WAITING: '100' })
    const { access_token } = (await token()).json()
    plugin.isDown = true
    let granted = 0
    let reply = await token()
    for (; reply.statusCode === 200 && granted < 200; granted++) reply = await token()
    assert.equal(reply.statusCode, 503)
    assert.equal(reply.json().error, 'temporarily_unavailable')
    assert.ok(reply.headers['retry-after'])
    assert.ok(granted < 101, `${granted} were granted`)
    const revocation = { token: access_token }
    const authorization = basic(id, secret)
    const revoked = await server.form('/oauth/revoke', revocation, { authorization })
    assert.equal(revoked.statusCode, 200, 'what takes away is never refused')
  })

  test('by another rule grants go on when the outbox is full', async () => {
    const { token } = await start({
      OAUTH2_EVENTS_OUTBOX_MAX_WAITING: '100',
      OAUTH2_EVENTS_OUTBOX_WHEN_FULL: 'continue',
    })
    plugin.isDown = true
    for (let n = 0; n < 130; n++) assert.equal((await token()).statusCode, 200)
    assert.ok((await waiting()) <= 101)
  })

  test('a backend in this process needs no outbox, and pays for none', async () => {
    server = await TestServer.start({ OAUTH2_EVENTS_BACKEND: 'in_memory' })
    await server.addClient(SERVICE)
    assert.equal(await server.assembly.storage.outbox.end(), 0)
  })
})
