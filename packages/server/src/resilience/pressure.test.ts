import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Interval, Pressure } from './pressure.ts'

const MOST = 1_000
const CALM: Interval = { shortestMs: 0, busy: 0.2, stayMs: 1, peak: 5, isPressed: false }

/** A server on paper, in which each request takes `eachMs` of the event loop, and all of one step are answered in one. */
function flooded(connections: number, eachMs: number) {
  const pressure = new Pressure(MOST)
  let limit = MOST
  return () => {
    const peak = Math.min(limit * 0.9, connections)
    const stayMs = peak * eachMs * 0.55 // counted from when its body is there
    const isPressed = connections > limit * 0.9
    limit = pressure.limitAfter({ shortestMs: 0, busy: 0.98, stayMs, peak, isPressed })
    return limit
  }
}

describe('the bound under pressure', () => {
  test('a flood is held in the first interval that sees it, and as few as suffice come in soon after', () => {
    for (const connections of [350, 400, 880, 5_000]) {
      const next = flooded(connections, 0.1)
      assert.ok(next() <= connections / 3, `${connections}: the first`)
      const seen = Array.from({ length: 10 }, next)
      assert.equal(seen.at(-1), 45, `${connections}: ${seen}`)
    }
  })

  test('it is held on a machine four times as slow too, and nobody is refused where few come', () => {
    const next = flooded(400, 0.4)
    assert.ok(next() <= 100)
    const few = flooded(60, 0.4)
    assert.equal(few(), MOST)
  })

  test('a database that takes its time is no queue, while the event loop has time left', () => {
    const pressure = new Pressure(MOST)
    const slow = { shortestMs: 0, busy: 0.85, stayMs: 400, peak: 800, isPressed: false }
    for (let n = 0; n < 20; n++) assert.equal(pressure.limitAfter(slow), MOST)
  })

  test('that some were turned away before the event loop was busy does not make the first word a weak one', () => {
    const pressure = new Pressure(MOST)
    const seen = { shortestMs: 0, stayMs: 20, peak: 400, isPressed: true }
    assert.equal(pressure.limitAfter({ ...seen, busy: 0.8 }), MOST)
    assert.equal(pressure.limitAfter({ ...seen, busy: 1 }), 100)
  })

  test('later in a flood a long stay takes a fifth and no more: it may be the database', () => {
    const pressure = new Pressure(MOST)
    const far = { shortestMs: 0, busy: 0.95, stayMs: 18, isPressed: true }
    const first = pressure.limitAfter({ ...far, peak: 400 })
    assert.ok(first < 200)
    assert.ok(pressure.limitAfter({ ...far, peak: first }) >= first * 0.79)
  })

  test('the bound comes back when all is calm', () => {
    const pressure = new Pressure(MOST)
    pressure.limitAfter({ shortestMs: 0, busy: 1, stayMs: 40, peak: 400, isPressed: true })
    let limit = 0
    for (let n = 0; n < 120; n++) limit = pressure.limitAfter(CALM)
    assert.equal(limit, MOST)
  })
})
