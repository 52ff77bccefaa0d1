import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { restartPause } from './restart-plan.ts'

describe('the pause before a worker is started anew', () => {
  test('doubles with each end within a minute, and the sixth is the last', () => {
    const ends: number[] = []
    const pauses = [0, 1, 2, 3, 4, 5].map((second) => {
      ends.push(second * 1_000)
      return restartPause(ends, second * 1_000)
    })
    assert.deepEqual(pauses, [100, 200, 400, 800, 1_600, undefined])
  })

  test('ends of more than a minute ago are forgotten', () => {
    const ends = [0, 1, 2, 3, 4, 61_000]
    assert.equal(restartPause(ends, 61_000), 100)
  })
})
