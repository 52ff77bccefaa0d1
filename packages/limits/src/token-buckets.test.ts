import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type BucketOptions, TokenBuckets } from './token-buckets.ts'

class Time {
  now = 1_000_000
  readonly nowMs = (): number => this.now
}

function buckets(rule: Partial<BucketOptions> = {}) {
  const time = new Time()
  return {
    time,
    all: new TokenBuckets({ capacity: 5, windowMs: 1_000, nowMs: time.nowMs, ...rule }),
  }
}

const allowed = (all: TokenBuckets, key: string, times: number): number =>
  Array.from({ length: times }, () => all.take(key)).filter(({ isAllowed }) => isAllowed).length

describe('a token bucket', () => {
  test('allows as many at once as it holds, to the one', () => {
    assert.equal(allowed(buckets({ capacity: 10 }).all, 'a', 100), 10)
  })

  test('tells what is left, when the next one may come and when it is full', () => {
    const { all, time } = buckets()
    assert.deepEqual(all.take('a'), {
      isAllowed: true,
      limit: 5,
      remaining: 4,
      retryAfterMs: 0,
      resetMs: 200,
    })
    allowed(all, 'a', 4)
    time.now += 50
    const { isAllowed, remaining, retryAfterMs, resetMs } = all.take('a')
    assert.deepEqual([isAllowed, remaining, retryAfterMs, resetMs], [false, 0, 150, 950])
  })

  test('is refilled evenly: the one that was promised comes at that moment and not before', () => {
    const { all, time } = buckets()
    allowed(all, 'a', 5)
    time.now += 199
    assert.equal(all.take('a').isAllowed, false)
    time.now += 1
    assert.equal(all.take('a').isAllowed, true)
    assert.equal(all.take('a').isAllowed, false)
  })

  test('a refused attempt takes nothing: hammering does not make the wait longer', () => {
    const { all, time } = buckets()
    allowed(all, 'a', 5)
    for (let ms = 0; ms < 199; ms++) {
      time.now++
      assert.equal(all.take('a').isAllowed, false)
    }
    time.now++
    assert.equal(all.take('a').isAllowed, true)
  })

  test('keys have nothing to do with each other', () => {
    const { all } = buckets()
    allowed(all, 'a', 9)
    assert.equal(allowed(all, 'b', 9), 5)
  })

  test('one attempt can be given back, and never more than the bucket holds', () => {
    const { all } = buckets()
    allowed(all, 'a', 5)
    all.giveBack('a')
    assert.equal(allowed(all, 'a', 9), 1)
    for (let n = 0; n < 9; n++) all.giveBack('a')
    all.giveBack('stranger')
    assert.equal(allowed(all, 'a', 9), 5)
  })

  test('waiting is told without taking, and an emptied one has to wait', () => {
    const { all, time } = buckets()
    assert.equal(all.look('a').retryAfterMs, 0)
    assert.deepEqual([all.look('a').isAllowed, all.look('a').remaining], [true, 5])
    assert.equal(all.size, 0, 'a question is not remembered')
    all.empty('a')
    assert.equal(all.look('a').retryAfterMs, 200)
    time.now += 200
    assert.equal(all.look('a').retryAfterMs, 0)
    assert.equal(allowed(all, 'a', 9), 1)
  })

  test('it is quiet when nothing was taken for a window', () => {
    const { all, time } = buckets()
    assert.equal(all.isQuiet, true)
    all.take('a')
    time.now += 999
    assert.equal(all.isQuiet, false)
    time.now++
    assert.equal(all.isQuiet, true)
  })

  test('a rule that no arithmetic holds is refused', () => {
    for (const rule of [
      { capacity: 0 },
      { capacity: 1.5 },
      { windowMs: 0 },
      { windowMs: Number.NaN },
      { maxKeys: 0 },
      { capacity: 1e9, windowMs: 1e9 },
    ]) {
      assert.throws(() => buckets(rule), RangeError)
    }
  })

  // By induction over any schedule: what was allowed in [s, t] ≤ capacity + (t - s) · capacity / window.
  test('no stretch of time gets more than capacity and refill, whatever the schedule', () => {
    const schedule = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 8 })), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(
        schedule,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 3_000 }),
        (steps, capacity, windowMs) => {
          const { all, time } = buckets({ capacity, windowMs })
          const passed: number[] = []
          for (const [pause, attempts] of steps) {
            time.now += pause
            for (let n = 0; n < attempts; n++) if (all.take('a').isAllowed) passed.push(time.now)
          }
          for (let from = 0; from < passed.length; from++) {
            for (let to = from; to < passed.length; to++) {
              const span = (passed[to] ?? 0) - (passed[from] ?? 0)
              // In whole numbers: allowed · window ≤ (window + span) · capacity.
              assert.ok((to - from + 1) * windowMs <= (windowMs + span) * capacity)
            }
          }
        },
      ),
    )
  })

  test('whoever keeps to the rate is never refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 5_000 }),
        (capacity, windowMs) => {
          const { all, time } = buckets({ capacity, windowMs })
          for (let n = 0; n < 3 * capacity; n++) {
            assert.equal(all.take('a').isAllowed, true)
            time.now += Math.ceil(windowMs / capacity)
          }
        },
      ),
    )
  })

  test('what it promises is true: after the wait one passes, a millisecond earlier none', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.nat(10_000),
        (capacity, windowMs, pause) => {
          const { all, time } = buckets({ capacity, windowMs })
          allowed(all, 'a', capacity)
          time.now += pause
          while (all.take('a').isAllowed);
          const wait = all.look('a').retryAfterMs
          time.now += wait - 1
          assert.equal(all.take('a').isAllowed, false)
          time.now += 1
          assert.equal(all.take('a').isAllowed, true)
        },
      ),
    )
  })
})

describe('a clock that is set', () => {
  test('back: nobody gains, nobody waits longer than a window', () => {
    const { all, time } = buckets()
    allowed(all, 'drained', 9)
    all.take('fresh')
    time.now -= 3_600_000
    assert.equal(all.take('drained').isAllowed, false)
    assert.equal(all.look('drained').retryAfterMs, 200)
    assert.equal(allowed(all, 'fresh', 9), 4)
    time.now += 200
    assert.equal(all.look('drained').retryAfterMs, 0)
    assert.equal(allowed(all, 'drained', 9), 1)
  })

  test('back and forth, again and again: never more than a refill of the time that passed forwards', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5_000, max: 500 }), { maxLength: 40 }), (jumps) => {
        const { all, time } = buckets()
        let forwards = 0
        let passed = allowed(all, 'a', 9)
        for (const jump of jumps) {
          time.now += jump
          forwards += Math.max(0, jump)
          passed += allowed(all, 'a', 9)
        }
        assert.ok(passed * 1_000 <= (1_000 + forwards) * 5)
      }),
    )
  })

  test('ahead: a bucket is full and no fuller', () => {
    const { all, time } = buckets()
    allowed(all, 'a', 9)
    time.now += 1e12
    assert.equal(allowed(all, 'a', 9), 5)
  })

  test('fractions of a millisecond neither get lost nor add up', () => {
    const { all, time } = buckets({ capacity: 1_000 })
    allowed(all, 'a', 1_000)
    let passed = 0
    for (let n = 0; n < 1_000; n++) {
      time.now += 0.1
      if (all.take('a').isAllowed) passed++
    }
    assert.ok(passed >= 99 && passed <= 100, `${passed}`)
  })
})

describe('memory', () => {
  test('no more buckets are remembered than allowed', () => {
    const { all } = buckets({ maxKeys: 1_000 })
    for (let n = 0; n < 50_000; n++) all.take(`k${n}`)
    assert.equal(all.size, 1_000)
  })

  test('whoever floods with new keys does not get its emptied bucket back', () => {
    const { all, time } = buckets({ capacity: 100, windowMs: 60_000, maxKeys: 500 })
    allowed(all, 'attacker', 100)
    let admitted = 0
    for (let n = 0; n < 100_000; n++) {
      all.take(`fresh${n}`)
      if (n % 100 === 0) {
        time.now += 1
        if (all.take('attacker').isAllowed) admitted++
      }
    }
    // One second passed in all: at 100 a minute at most two came back.
    assert.ok(admitted <= 2, `${admitted} attempts were won by flooding`)
  })

  test('emptying others to be forgotten costs as many requests as they hold', () => {
    const { all } = buckets({ capacity: 10, maxKeys: 64 })
    allowed(all, 'attacker', 10)
    let spent = 0
    for (let n = 0; all.look('attacker').retryAfterMs > 0; n++)
      spent += allowed(all, `other${n}`, 10)
    assert.ok(spent >= 10 * 63, `${spent} requests were enough`)
  })

  test('full buckets go before any that is in use', () => {
    const { all, time } = buckets({ maxKeys: 16 })
    for (let n = 0; n < 8; n++) all.take(`old${n}`)
    time.now += 1_000
    for (let n = 0; n < 8; n++) allowed(all, `new${n}`, 5)
    for (let n = 0; n < 8; n++) allowed(all, `more${n}`, 5)
    for (let n = 0; n < 8; n++) assert.equal(all.take(`new${n}`).isAllowed, false)
  })

  test('a million keys are quick', { timeout: 20_000 }, () => {
    const { all } = buckets()
    for (let n = 0; n < 1_000_000; n++) all.take(`k${n}`)
    assert.equal(all.size, 65_536)
  })
})
