import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { manyEvents, silent, tokenEvent } from '../../test/support/events.ts'
import type { WebhookHttp } from './backend.ts'
import { openSinks } from './registry.ts'
import { isWebhook, type WebhookSink, webhook } from './webhook.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const FORMER = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
const NOW = Date.UTC(2026, 0, 15)

type Request = Parameters<WebhookHttp['post']>[1]

/** A sink whose receiver answers with the next of `statuses`, an error for null, 200 when none is left. */
async function receiver(statuses: (number | null)[] = [], previous_secret?: string) {
  const requests: Request[] = []
  const http: WebhookHttp = {
    post: async (_url, request) => {
      requests.push(request)
      const status = statuses.length > 0 ? statuses.shift() : 200
      if (typeof status !== 'number') throw new Error('no answer')
      return { status }
    },
  }
  const limit = { max_per_sec: 0 }
  const [sink] = await openSinks([webhook], {
    settings: {
      memory_size: 1,
      redis: { ...limit, url: '', stream: '', maxlen: 0 },
      kafka: { ...limit, brokers: [], topic: '' },
      rabbit: { ...limit, url: '', exchange: '', routing_key: '' },
      webhook: { ...limit, urls: ['https://hooks.example/a'], secret: SECRET, previous_secret },
    },
    log: silent,
    http,
    encode: (event) => ({ contentType: 'application/json', body: JSON.stringify(event) }),
    nowMs: () => NOW,
  })
  assert.ok(sink !== undefined && isWebhook(sink))
  return { sink: sink as WebhookSink, requests }
}

function signature(secret: string, request: Request): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const { 'webhook-id': id, 'webhook-timestamp': at } = request.headers
  const signed = createHmac('sha256', key).update(`${id}.${at}.${request.body}`)
  return `v1,${signed.digest('base64')}`
}

describe('Standard Webhooks 1.0', () => {
  test('a post names the event, the time, and is signed over both and the body', async () => {
    const { sink, requests } = await receiver()
    const event = tokenEvent()
    assert.deepEqual(await sink.publish([event]), ['published'])
    const [request] = requests
    assert.ok(request)
    assert.equal(request.headers['webhook-id'], event.event.id)
    assert.equal(request.headers['webhook-timestamp'], String(NOW / 1_000))
    assert.equal(request.headers['webhook-signature'], signature(SECRET, request))
    assert.deepEqual(JSON.parse(request.body), event)
  })

  test('the signature of the specification’s example', async () => {
    const { signedHeaders } = await import('./signature.ts')
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      atSeconds: 1_614_265_330,
      body: '{"test": 2432232314}',
    }
    assert.equal(
      signedHeaders(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])['webhook-signature'],
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  test('while a secret is rotated, both sign', async () => {
    const { sink, requests } = await receiver([], FORMER)
    await sink.publish([tokenEvent()])
    const [request] = requests
    assert.ok(request)
    assert.equal(
      request.headers['webhook-signature'],
      `${signature(SECRET, request)} ${signature(FORMER, request)}`,
    )
  })

  const answers: readonly [title: string, status: number | null, outcome: string, log: string][] = [
    ['201', 201, 'published', 'delivered'],
    ['no answer', null, 'retry', 'retry'],
    ['a redirect', 302, 'retry', 'retry'],
    ['404, which a deployment mends', 404, 'retry', 'retry'],
    ['429', 429, 'retry', 'retry'],
    ['500', 500, 'retry', 'retry'],
    ['400, which is about the event', 400, 'rejected', 'dead'],
    ['410', 410, 'rejected', 'dead'],
  ]
  for (const [title, status, outcome, logged] of answers) {
    test(`${title}: ${outcome}`, async () => {
      const { sink } = await receiver([status])
      const [got] = await sink.publish([tokenEvent()])
      assert.equal(typeof got === 'string' ? got : Object.keys(got ?? {})[0], outcome)
      const [delivery] = sink.deliveries.log(10)
      assert.deepEqual([delivery?.outcome, delivery?.status], [logged, status])
      assert.equal((await sink.health()).healthy, logged !== 'retry')
    })
  }

  test('the events of one key are posted one after another, and wait behind a failure', async () => {
    const { sink, requests } = await receiver([200, 500])
    const events = Array.from({ length: 4 }, (_, index) => tokenEvent('app', index))
    const outcomes = await sink.publish(events)
    assert.deepEqual(
      outcomes.map((one) => typeof one === 'string'),
      [true, false, false, false],
    )
    assert.equal(requests.length, 2)
    await sink.publish(events.slice(1))
    assert.deepEqual(
      requests.map(({ headers }) => headers['webhook-id']),
      [0, 1, 1, 2, 3].map((index) => events[index]?.event.id),
    )
  })

  test('a refused event is kept until it is delivered after all', async () => {
    const { sink } = await receiver([422])
    const [event = tokenEvent()] = manyEvents(1)
    await sink.publish([event])
    assert.deepEqual(sink.deliveries.dead(), [event])
    assert.deepEqual(await sink.publish([event]), ['published'])
    assert.deepEqual(sink.deliveries.dead(), [])
    assert.deepEqual(
      sink.deliveries.log(10).map(({ outcome }) => outcome),
      ['delivered', 'dead'],
    )
  })
})
