import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventEnvelope, EventSink } from '@grantd/domain'
import { manyEvents } from '../../test/support/events.ts'
import { limited } from './rate-limit.ts'

function recording(): EventSink & { readonly calls: (readonly EventEnvelope[])[] } {
  const calls: (readonly EventEnvelope[])[] = []
  return {
    name: 'recording',
    isDurable: true,
    calls,
    health: async () => ({ healthy: true }),
    close: async () => {},
    publish: async (events) => {
      calls.push(events)
      return events.map(() => 'published')
    },
  }
}

describe('rate limit of a backend', () => {
  test('no limit is the sink itself', () => {
    const sink = recording()
    assert.equal(limited(sink, 0), sink)
  })

  test('a burst of one second goes at once, the rest waits for its time, all in order', async () => {
    const sink = recording()
    const slow = limited(sink, 100)
    const events = manyEvents(120)
    const started = performance.now()
    const outcomes = await slow.publish(events)
    const took = performance.now() - started
    assert.ok(took >= 190, `20 events beyond the burst take 200 ms, not ${took}`)
    assert.equal(outcomes.length, 120)
    assert.equal(sink.calls[0]?.length, 100)
    assert.deepEqual(sink.calls.flat(), events)
  })

  test('calls that overlap take turns', async () => {
    const sink = recording()
    const slow = limited(sink, 1_000)
    const events = manyEvents(30)
    await Promise.all([0, 10, 20].map((at) => slow.publish(events.slice(at, at + 10))))
    assert.deepEqual(sink.calls.flat(), events)
  })

  test('closing ends the waiting: what was not sent is to be offered again', async () => {
    const slow = limited(recording(), 1)
    const publishing = slow.publish(manyEvents(3))
    await new Promise(setImmediate)
    await slow.close()
    const [first, ...rest] = await publishing
    assert.equal(first, 'published')
    assert.deepEqual(rest, [{ retry: 'closing' }, { retry: 'closing' }])
  })
})
