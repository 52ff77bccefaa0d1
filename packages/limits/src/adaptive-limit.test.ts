import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AdaptiveLimit } from './adaptive-limit.ts'

const SETTINGS = { most: 1_000, least: 64, leastPressed: 32, targetMs: 10 }

describe('an adaptive limit', () => {
  test('falls from what was at work, not from what was allowed', () => {
    const limit = new AdaptiveLimit(SETTINGS)
    assert.equal(limit.observe(11, 200), 160)
  })

  test('falls as far as the delay is too long, but not on one word to less than a quarter', () => {
    const falling = (delayMs: number) => new AdaptiveLimit(SETTINGS).observe(delayMs, 400)
    assert.deepEqual([12, 20, 25, 40, 1_000].map(falling), [320, 200, 160, 100, 100])
  })

  test('a flood that comes at once is held in two intervals', () => {
    // As above, 0.1 ms for each; 1,000 are let in at first.
    const limit = new AdaptiveLimit(SETTINGS)
    for (let n = 0; n < 2; n++) limit.observe(limit.limit * 0.1, limit.limit)
    assert.ok(limit.limit <= 100, String(limit.limit))
    const pressed = new AdaptiveLimit(SETTINGS)
    for (let n = 0; n < 2; n++) pressed.press(true, pressed.limit * 0.1, pressed.limit)
    assert.ok(pressed.limit <= 100, 'also where more came than are ever let in')
  })

  test('a slow machine with little to do refuses nobody', () => {
    const limit = new AdaptiveLimit(SETTINGS)
    for (let n = 0; n < 100; n++) limit.observe(500, 64)
    assert.equal(limit.limit, 1_000)
  })

  test('finds the point where more work only waits, and comes back when it is over', () => {
    // A server that needs 0.1 ms for each: 100 at once are 10 ms.
    const limit = new AdaptiveLimit(SETTINGS)
    const seen: number[] = []
    for (let n = 0; n < 200; n++) {
      const atWork = Math.min(limit.limit, 5_000)
      seen.push(limit.observe(atWork * 0.1, atWork))
    }
    assert.ok(seen.slice(50).every((each) => each >= 64 && each <= 110))
    for (let n = 0; n < 120; n++) limit.observe(1, 20)
    assert.equal(limit.limit, 1_000)
  })

  test('while some are turned away, as few are let in as keep the processor busy', () => {
    const limit = new AdaptiveLimit(SETTINGS)
    const busyFrom = 40
    const seen = Array.from({ length: 100 }, () =>
      limit.press(limit.limit >= busyFrom, 1, limit.limit),
    )
    assert.ok(seen.slice(50).every((each) => each >= 32 && each <= busyFrom + 8))
    for (let n = 0; n < 20; n++) limit.press(true, 1, limit.limit)
    assert.equal(limit.limit, 32)
    assert.equal(limit.observe(1, 20), 40, 'and more as soon as nobody is')
    assert.equal(
      limit.observe(100, 40),
      64,
      'however slow the machine is, the usual floor holds again',
    )
  })

  test('stays between its bounds, whatever is observed', () => {
    const observed = fc.record({
      delay: fc.double({ min: 0, max: 1e6, noNaN: true }),
      peak: fc.nat(10_000),
      isPressed: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.array(observed), (most, all) => {
        const limit = new AdaptiveLimit({ ...SETTINGS, most })
        for (const { delay, peak, isPressed } of all) {
          const now = isPressed ? limit.press(delay > 10, delay, peak) : limit.observe(delay, peak)
          assert.ok(now <= most && now >= Math.min(32, most))
        }
      }),
    )
  })
})
