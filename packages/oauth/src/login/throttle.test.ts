import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openStorage } from '@grantd/storage'
import { FixedClock } from '@grantd/testkit'
import { countAttempt, giveBack } from './throttle.ts'

describe('attempts that were no failures', () => {
  test('are all taken back, also when they are taken back at once', async (t) => {
    const clock = new FixedClock()
    const storage = await openStorage('memory:', { clock })
    t.after(() => storage.close())
    // Only what the throttle reads.
    const settings = { loginMaxAttempts: 10, loginWindow: 900 } as Parameters<
      typeof countAttempt
    >[1]['settings']
    const ports = { storage, clock, settings }
    const people = [1, 2, 3, 4, 5]
    for (const _ of people) assert.equal(await countAttempt('network:a', ports), 0)
    await Promise.all(people.map(() => giveBack('network:a', storage)))
    assert.equal(await storage.throttles.find('network:a'), undefined)
  })
})
