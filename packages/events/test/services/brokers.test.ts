import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type EventEnvelope, type EventSink, eventKey } from '@grantd/domain'
import { Eventing } from '@grantd/events'
import { freePort } from '@grantd/testkit/ports'
import { BROKERS, type Broker, limitRabbitMemory } from '../support/brokers.ts'
import { manyEvents, silent, tokenEvent } from '../support/events.ts'
import { openSink } from '../support/sinks.ts'

/** Per key, the first arrival of each event must come in the order in which they were made. */
function checkOrder(arrived: readonly EventEnvelope[]): { readonly duplicates: number } {
  const seen = new Set<string>()
  const last = new Map<string, number>()
  let duplicates = 0
  for (const envelope of arrived) {
    const { id, metadata } = envelope.event
    if (seen.has(id)) {
      duplicates++
      continue
    }
    seen.add(id)
    const sequence = Number(metadata.sequence)
    assert.equal(sequence, (last.get(eventKey(envelope)) ?? -1) + 1, 'order of a key')
    last.set(eventKey(envelope), sequence)
  }
  return { duplicates }
}

function eventingOn({ sink }: Broker): Eventing {
  const options = { isEnabled: true, passes: () => true, sinks: [sink], log: silent }
  return new Eventing({ ...options, queueSize: 100_000, batchSize: 50 })
}

const DEAD: Readonly<Record<keyof typeof BROKERS, (port: number) => ReturnType<typeof openSink>>> =
  {
    redis: (port) => openSink('redis', { redis: { url: `redis://127.0.0.1:${port}` } }),
    rabbit: (port) => openSink('rabbit', { rabbit: { url: `amqp://127.0.0.1:${port}` } }),
    kafka: (port) => openSink('kafka', { kafka: { brokers: [`127.0.0.1:${port}`] } }),
  }

for (const name of Object.keys(BROKERS) as (keyof typeof BROKERS)[]) {
  describe(`a real broker: ${name}`, () => {
    test('takes events whole and in order', async () => {
      await using broker = await BROKERS[name]()
      const events = manyEvents(500)
      const outcomes = await broker.sink.publish(events)
      assert.deepEqual(new Set(outcomes), new Set(['published']))
      assert.deepEqual(await broker.sink.health(), { healthy: true })
      const arrived = await broker.read(events.length)
      const byId = new Map(arrived.map((envelope) => [envelope.event.id, envelope]))
      for (const event of events) assert.deepEqual(byId.get(event.event.id), event)
      assert.deepEqual(checkOrder(arrived), { duplicates: 0 })
    })

    test('is restarted under load: nothing is lost, the order of each key holds', async (t) => {
      await using broker = await BROKERS[name]()
      const eventing = eventingOn(broker)
      const made = manyEvents(1_000)
      for (const event of made) eventing.emit(event)
      let isUp = false
      const restarting = broker.restart().finally(() => {
        isUp = true
      })
      // A few at a time, so that many calls meet the broker on its way down and up.
      while (!isUp) {
        const some = manyEvents(14, made.length)
        for (const event of some) eventing.emit(event)
        made.push(...some)
        await setTimeout(20)
      }
      await restarting
      const arrived = await untilDelivered(eventing, () => broker.read(made.length))
      const { duplicates } = checkOrder(arrived)
      t.diagnostic(`${made.length} events, ${duplicates} duplicates`)
      assert.ok(duplicates <= made.length / 100, `${duplicates} duplicates`)
      await eventing.stop(1_000)
    })

    test('hangs: a call ends with "again", nobody else waits, nothing is lost', async () => {
      await using broker = await BROKERS[name]()
      const before = tokenEvent('app', 0)
      assert.deepEqual(await broker.sink.publish([before]), ['published'])
      try {
        await broker.freeze()
        const asked = performance.now()
        assert.equal((await broker.sink.health()).healthy, false)
        assert.ok(performance.now() - asked < 1_500, 'health answers within a second or so')
        const [outcome] = await broker.sink.publish([tokenEvent('app', 1)])
        assert.ok(typeof outcome === 'object' && 'retry' in outcome, JSON.stringify(outcome))
      } finally {
        broker.thaw()
      }
      const after = tokenEvent('app', 2)
      const eventing = eventingOn(broker)
      eventing.emit(after)
      const wanted = new Set([before.event.id, after.event.id])
      const arrived = await untilDelivered(eventing, () => broker.read(2))
      for (const { event } of arrived) wanted.delete(event.id)
      assert.ok(wanted.size <= 1, 'what was answered with "again" may be there too')
      await eventing.stop(1_000)
    })

    test('cannot be reached: health and calls say so, without an address', async () => {
      const port = await freePort()
      const sink = await DEAD[name](port)
      const { healthy, detail } = await sink.health()
      assert.equal(healthy, false)
      assert.ok(detail !== undefined && !detail.includes('://'), String(detail))
      const [outcome] = await sink.publish([tokenEvent()])
      assert.ok(typeof outcome === 'object' && 'retry' in outcome)
      await sink.close()
    })
  })
}

/** Reads when nothing waits any more. */
async function untilDelivered<Read>(eventing: Eventing, read: () => Promise<Read>): Promise<Read> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const { plugins } = await eventing.health()
    if (plugins.every(({ waiting }) => waiting === 0)) return read()
    assert.ok(performance.now() < deadline, `${plugins[0]?.waiting} events still wait`)
    await setTimeout(20)
  }
}

/** Offers events until the broker takes them, as the relay does; resolves to how often it refused. */
async function offer(sink: EventSink, events: readonly EventEnvelope[]): Promise<number> {
  for (let refusals = 0; ; refusals++) {
    const outcomes = await sink.publish(events)
    if (outcomes.every((outcome) => outcome === 'published')) return refusals
    for (const outcome of outcomes) {
      assert.ok(typeof outcome === 'object' && 'retry' in outcome, JSON.stringify(outcome))
      assert.match(outcome.retry, /short of memory or disk/)
    }
    await setTimeout(20)
  }
}

describe('RabbitMQ short of memory', () => {
  test('is told from one that is dead: it is asked again without filling its connection', async () => {
    await using broker = await BROKERS.rabbit()
    const before = manyEvents(7)
    await offer(broker.sink, before)
    const during = manyEvents(7, 7)
    await limitRabbitMemory('1MB')
    let offering: Promise<number>
    try {
      // The alarm is raised when the broker looks at its memory the next time.
      while ((await broker.sink.health()).healthy) await broker.sink.publish(before)
      const { healthy, detail } = await broker.sink.health()
      assert.deepEqual([healthy, /short of memory or disk/.test(detail ?? '')], [false, true])
      offering = offer(broker.sink, during)
      const [outcome] = await broker.sink.publish(before)
      assert.ok(typeof outcome === 'object' && 'retry' in outcome)
    } finally {
      await limitRabbitMemory('1GB')
    }
    assert.ok((await offering) > 0)
    const arrived = await broker.read(14)
    const ids = arrived.map(({ event }) => event.id)
    for (const { event } of during) {
      assert.equal(ids.filter((id) => id === event.id).length, 1, 'nothing was sent twice')
    }
  })
})
