import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ConcurrencyGate } from './concurrency-gate.ts'

describe('a concurrency gate', () => {
  test('the lower the rank, the sooner it is closed', () => {
    const gate = new ConcurrencyGate({ most: 10, shares: [1, 0.8, 0.5] })
    for (let n = 0; n < 5; n++) assert.ok(gate.tryEnter(2))
    assert.equal(gate.tryEnter(2), false)
    for (let n = 0; n < 3; n++) assert.ok(gate.tryEnter(1))
    assert.equal(gate.tryEnter(1), false)
    for (let n = 0; n < 2; n++) assert.ok(gate.tryEnter(0))
    assert.equal(gate.tryEnter(0), false)
    assert.equal(gate.rejected, 3)
    gate.leave()
    assert.ok(gate.tryEnter(0))
  })

  test('every rank keeps room for one, whatever the bound', () => {
    const gate = new ConcurrencyGate({ most: 1, shares: [1, 0.5] })
    assert.ok(gate.tryEnter(1))
    assert.equal(gate.tryEnter(0), false)
  })

  test('the peak is that of the time since it was asked for', () => {
    const gate = new ConcurrencyGate({ most: 9, shares: [1] })
    gate.tryEnter(0)
    gate.tryEnter(0)
    gate.leave()
    assert.equal(gate.takePeak(), 2)
    assert.equal(gate.takePeak(), 1)
  })

  test('never more at once than the bound, and what comes first is never behind the others', () => {
    const step = fc.record({ enter: fc.boolean(), rank: fc.nat(3), limit: fc.nat(200) })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step), (most, steps) => {
        const gate = new ConcurrencyGate({ most, shares: [1, 0.9, 0.75, 0.5] })
        let inside = 0
        for (const { enter, rank, limit } of steps) {
          gate.limit = limit
          if (enter) {
            if (gate.tryEnter(rank)) inside++
            else if (rank > 0 && inside < gate.limit) assert.ok(gate.tryEnter(0) && ++inside)
          } else if (inside > 0) {
            gate.leave()
            inside--
          }
          assert.equal(gate.inFlight, inside)
          assert.ok(inside <= most)
        }
      }),
    )
  })
})
