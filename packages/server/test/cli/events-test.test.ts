import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, test } from 'node:test'
import { Place } from './cli.ts'

const PLUGIN = path.resolve(import.meta.dirname, '../../../events/examples/file-backend.ts')

describe('grantd events test', () => {
  test('says of each backend what became of the event; exit 1 when one did not take it', async () => {
    const received: string[] = []
    const receiver = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => received.push(chunk.toString()))
      request.on('end', () => response.writeHead(received.length === 1 ? 204 : 500).end())
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    using place = new Place({
      OAUTH2_EVENTS_BACKEND: 'in_memory,webhook,file',
      OAUTH2_EVENTS_PLUGINS: PLUGIN,
      OAUTH2_EVENTS_WEBHOOK_URLS: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      OAUTH2_EVENTS_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 5).toString('base64')}`,
    })
    const { event_id, results } = await place.json<{
      event_id: string
      results: { backend: string; outcome: string }[]
    }>(['events', 'test', '--dev'])
    assert.deepEqual(
      results.map(({ backend, outcome }) => [backend, outcome]),
      [
        ['in_memory', 'not tried'],
        ['webhook', 'published'],
        ['file', 'published'],
      ],
    )
    const [body = ''] = received
    const { event, attributes } = JSON.parse(body)
    assert.deepEqual([event.id, event.event_type], [event_id, 'webhook_test'])
    assert.equal(attributes.source, 'cli')
    const { code, stdout } = await place.run(['events', 'test', '--dev'])
    assert.equal(code, 1)
    assert.match(stdout, /webhook +not now +\d+ +the receiver answered 500/)
    receiver.close()
  })

  test('says so when events are turned off', async () => {
    using place = new Place({ OAUTH2_EVENTS_ENABLED: 'false' })
    const { code, stderr } = await place.run(['events', 'test', '--dev'])
    assert.equal(code, 1)
    assert.match(stderr, /OAUTH2_EVENTS_ENABLED=true/)
  })
})
