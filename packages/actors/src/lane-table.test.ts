import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { LaneTable } from './lane-table.ts'
import { Lane } from './mailbox.ts'

describe('the table of lanes', () => {
  test('finds what a Map would find, whatever comes and goes', () => {
    // Few keys that come again, and many more than there are buckets.
    const key = fc.oneof(fc.constantFrom('', 'a', 'b'), fc.nat(2_000).map(String))
    const step = fc.record({ key, isAdded: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3_000, size: 'max' }), (steps) => {
        const table = new LaneTable()
        const map = new Map<string, Lane>()
        for (const { key, isAdded } of steps) {
          const found = table.get(key)
          assert.equal(found, map.get(key))
          if (isAdded && found === undefined) {
            const lane = new Lane(key)
            table.add(lane)
            map.set(key, lane)
          }
          if (!isAdded && found !== undefined) {
            table.delete(found)
            map.delete(key)
          }
          assert.equal(table.size, map.size)
        }
        assert.deepEqual(new Set(table.values()), new Set(map.values()))
      }),
      { numRuns: 50 },
    )
  })

  test('what left it leads to nobody, and leaves once', () => {
    const table = new LaneTable()
    const lanes = Array.from({ length: 2_000 }, (_, number) => new Lane(`key-${number}`))
    for (const lane of lanes) table.add(lane)
    for (const lane of lanes) {
      table.delete(lane)
      table.delete(lane)
    }
    assert.equal(table.size, 0)
    assert.deepEqual(
      lanes.filter(({ nextInBucket }) => nextInBucket !== undefined),
      [],
    )
  })
})
