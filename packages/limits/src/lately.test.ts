import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Lately } from './lately.ts'

function lately(maxPairs = 100) {
  const time = { now: 0 }
  return { time, noted: new Lately({ periodMs: 1_000, maxPairs, nowMs: () => time.now }) }
}

describe('what was noted lately', () => {
  test('is known for a period at least and for two at most', () => {
    const { time, noted } = lately()
    time.now = 999
    noted.note('late in its period', 'here')
    time.now = 1_998
    assert.equal(noted.has('late in its period', 'here'), true)
    time.now = 3_000
    assert.equal(noted.has('late in its period', 'here'), false)
  })

  test('stays known as long as it is noted again', () => {
    const { time, noted } = lately()
    for (; time.now < 10_000; time.now += 900) {
      noted.note('a', 'here')
      assert.equal(noted.has('a', 'here'), true)
    }
    assert.equal(noted.has('b', 'here'), false)
    assert.equal(noted.has('a', 'elsewhere'), false)
  })

  test('is gone after a long silence', () => {
    const { time, noted } = lately()
    noted.note('a', 'here')
    time.now = 2_000
    assert.equal(noted.has('a', 'here'), false)
  })

  test('is forgotten early rather than without end', () => {
    const { noted } = lately(10)
    for (let n = 0; n < 1_000; n++) noted.note(`k${n}`, 'here')
    assert.equal(noted.has('k0', 'here'), false)
    assert.equal(noted.has('k999', 'here'), true)
  })

  test('a clock that is set back forgets, and keeps nothing for longer', () => {
    const { time, noted } = lately()
    time.now = 500
    noted.note('a', 'here')
    time.now = -1_000_000
    assert.equal(noted.has('a', 'here'), false)
    noted.note('b', 'here')
    assert.equal(noted.has('b', 'here'), true)
  })
})
