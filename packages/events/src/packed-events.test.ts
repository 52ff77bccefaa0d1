import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventEnvelope } from '@grantd/domain'
import { manyEvents, tokenEvent } from '../test/support/events.ts'
import { inBatches, PackedEvents } from './packed-events.ts'

describe('packed events', () => {
  test('are the same events when they are unpacked, whatever others sent in', () => {
    const odd = tokenEvent('ключ \u0000 "quoted" \u2028 \ud83d\ude00 \ud800 alone')
    const events = [...manyEvents(3), odd]
    const packed = new PackedEvents(events)
    assert.equal(packed.length, 4)
    assert.deepEqual(packed.unpack(), events)
  })

  test('take nothing of the pool of small buffers, of which each would keep all as long as it waits', () => {
    const events = manyEvents(1)
    while (Buffer.allocUnsafe(8).byteOffset > Buffer.poolSize / 2); // room for all of this in one
    const before = Buffer.allocUnsafe(8)
    const packed = new PackedEvents(events)
    const after = Buffer.allocUnsafe(8)
    assert.equal(after.byteOffset - before.byteOffset, 8)
    assert.deepEqual(packed.unpack(), events)
  })

  test('go out in batches of one size with those beside them, in order', () => {
    const events = manyEvents(10)
    const groups = [events.slice(0, 3), new PackedEvents(events.slice(3, 8)), events.slice(8)]
    const batches = [...inBatches(groups, 4)]
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [4, 4, 2],
    )
    assert.deepEqual(batches.flat(), events)
    assert.deepEqual([...inBatches([], 4)], [])
  })

  test('are unpacked when their turn comes, no sooner', () => {
    let unpacked = 0
    class Watched extends PackedEvents {
      override unpack(): readonly EventEnvelope[] {
        unpacked++
        return super.unpack()
      }
    }
    const groups = Array.from({ length: 3 }, () => new Watched(manyEvents(2)))
    const batches = inBatches(groups, 2)
    assert.equal(batches.next().value?.length, 2)
    assert.equal(unpacked, 1)
    assert.equal([...batches].length, 2)
    assert.equal(unpacked, 3)
  })
})
