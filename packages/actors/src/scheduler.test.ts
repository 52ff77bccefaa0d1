import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SystemScheduler } from './scheduler.ts'
import { ActorSystem } from './system.ts'

describe('the scheduler of a running process', () => {
  test('lets I/O and timers through while actors keep each other busy', async () => {
    const system = new ActorSystem()
    let isOver = false
    const ping = system.spawn('ping', { create: () => ({ ball: (n: number) => n + 1 }) })
    setImmediate(() => {
      isOver = true
    })
    let rallies = 0
    // Without a yield this loop lives on microtasks alone and would never end.
    while (!isOver) rallies = await ping.ball(rallies)
    assert.ok(rallies > 0)
    await system.stop()
  })

  test('runs deferred tasks after the current code, in order, and turns after them', async () => {
    const scheduler = new SystemScheduler()
    const log: string[] = []
    await new Promise<void>((resolve) => {
      scheduler.turn(() => {
        log.push('turn')
        resolve()
      })
      scheduler.defer(() => log.push('first'))
      scheduler.defer(() => log.push('second'))
      log.push('now')
    })
    assert.deepEqual(log, ['now', 'first', 'second', 'turn'])
  })

  test('fires timers in order and not when cancelled', async () => {
    const scheduler = new SystemScheduler()
    const log: string[] = []
    await new Promise<void>((resolve) => {
      const cancel = scheduler.timer(1, () => log.push('cancelled'))
      scheduler.timer(2, () => log.push('kept'), true)
      scheduler.timer(3, resolve, true)
      cancel()
      cancel()
    })
    assert.deepEqual(log, ['kept'])
  })
})
