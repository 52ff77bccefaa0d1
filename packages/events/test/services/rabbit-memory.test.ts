import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { EventEnvelope, EventSink } from '@grantd/domain'
import { BROKERS, limitRabbitMemory } from '../support/brokers.ts'
import { manyEvents } from '../support/events.ts'

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
