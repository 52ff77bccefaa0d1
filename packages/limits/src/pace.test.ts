import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { Pace } from './pace.ts'

function paced(t: TestContext, longestMs = 1_000) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const pace = new Pace({ perTick: 2, tickMs: 10, longestMs }, () => Date.now())
  const gone: number[] = []
  const go = (number: number) => {
    const wait = pace.next()
    if (wait === undefined) gone.push(number)
    else void wait.then(() => gone.push(number))
  }
  const tick = async (ms = 10) => {
    t.mock.timers.tick(ms)
    await Promise.resolve()
  }
  return { pace, gone, go, tick }
}

describe('a pace', () => {
  test('few go at once, more go in turn, so many in each tick', async (t) => {
    const { gone, go, tick, pace } = paced(t)
    for (let n = 1; n <= 7; n++) go(n)
    assert.deepEqual(gone, [1, 2])
    await tick()
    assert.deepEqual(gone, [1, 2, 3, 4])
    go(8)
    await tick()
    await tick()
    assert.deepEqual(gone, [1, 2, 3, 4, 5, 6, 7, 8])
    assert.equal(pace.held, 0)
    await tick()
    go(9)
    assert.equal(gone.at(-1), 9, 'at once again')
  })

  test('a flood lets nobody wait for longer than the longest', async (t) => {
    const { gone, go, tick } = paced(t, 50)
    for (let n = 1; n <= 1_000; n++) go(n)
    for (let n = 0; n < 5; n++) await tick()
    assert.equal(gone.length, 1_000)
  })
})
