import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manyEvents } from '../test/support/events.ts'
import { EventRing } from './event-ring.ts'

test('a ring keeps the newest events, newest first', async () => {
  const ring = new EventRing({ name: 'in_memory', size: 4 })
  const events = manyEvents(10)
  await ring.publish(events.slice(0, 3))
  assert.deepEqual(ring.recent(), events.slice(0, 3).toReversed())
  await ring.publish(events.slice(3))
  assert.deepEqual(ring.recent(), events.slice(6).toReversed())
  assert.deepEqual(ring.recent(2), events.slice(8).toReversed())
})
