import assert from 'node:assert/strict'
import { ActorSystem } from '@grantd/actors'
import { TestScheduler } from '@grantd/actors/testing'

const scheduler = new TestScheduler({ seed: 42 })
const system = new ActorSystem({ scheduler })
const lockout = system.spawn('lockout', {
  create: (context) => {
    let failures = 0
    return {
      fail(): number {
        failures++
        context.after(15 * 60_000, () => void failures--)
        return failures
      },
      count: () => failures,
    }
  },
})

assert.equal(await scheduler.until(lockout.fail()), 1)
assert.equal(await scheduler.until(lockout.fail()), 2)
await scheduler.advance(15 * 60_000) // a quarter of an hour, at once
assert.equal(await scheduler.until(lockout.count()), 0)
console.log(scheduler.trace.length, 'events seen')

// prints
// 15 events seen
