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
    gate.leave(0)
    assert.ok(gate.tryEnter(0))
  })

  test('a limit of the moment is for each rank and what is more urgent: others wait outside of it', () => {
    const gate = new ConcurrencyGate({ most: 100, shares: [1, 0.9, 0.5] })
    for (let n = 0; n < 50; n++) assert.ok(gate.tryEnter(2))
    gate.limit = 10
    assert.equal(gate.tryEnter(2), false)
    for (let n = 0; n < 9; n++) assert.ok(gate.tryEnter(1))
    assert.equal(gate.tryEnter(1), false)
    assert.ok(gate.tryEnter(0))
  })

  test('who is expected is reckoned with, by rank, until that is forgotten', () => {
    const gate = new ConcurrencyGate({ most: 10, shares: [1, 0.5] })
    for (let n = 0; n < 5; n++) assert.ok(gate.expect(1))
    assert.equal(gate.expect(1), false)
    for (let n = 0; n < 5; n++) assert.ok(gate.expect(0))
    assert.equal(gate.expect(0), false)
    assert.deepEqual([gate.inFlight, gate.rejected], [0, 2])
    assert.ok(gate.tryEnter(1), 'who comes in is not kept out by those who may')
    gate.forgetExpected()
    for (let n = 0; n < 4; n++) assert.ok(gate.expect(1))
    assert.equal(gate.expect(1), false)
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
    gate.leave(0)
    assert.equal(gate.takePeak(), 2)
    assert.equal(gate.takePeak(), 1)
  })

  test('never more at once than the bound, and what comes first is never behind the others', () => {
    const step = fc.record({ enter: fc.boolean(), rank: fc.nat(3), limit: fc.nat(200) })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step), (most, steps) => {
        const gate = new ConcurrencyGate({ most, shares: [1, 0.9, 0.75, 0.5] })
        const inside: number[] = []
        for (const { enter, rank, limit } of steps) {
          gate.limit = limit
          if (enter) {
            const vital = inside.filter((each) => each === 0).length
            if (gate.tryEnter(rank)) inside.push(rank)
            else if (vital < gate.limit && inside.length < most) {
              assert.ok(gate.tryEnter(0), 'the others do not keep out what comes first')
              inside.push(0)
            }
          } else {
            const left = inside.shift()
            if (left !== undefined) gate.leave(left)
          }
          assert.equal(gate.inFlight, inside.length)
          assert.ok(inside.length <= most)
        }
      }),
    )
  })
})
