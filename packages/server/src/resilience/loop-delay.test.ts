import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LoopDelay } from './loop-delay.ts'

/** An event loop on paper: what is due runs when the test says so, each turn as long as it says. */
function paperLoop() {
  const loop = {
    time: 0,
    timers: [] as (() => void)[],
    checks: [] as (() => void)[],
    turn(ms: number) {
      for (const run of loop.timers.splice(0)) run()
      for (const run of loop.checks.splice(0)) run()
      loop.time += ms
    },
  }
  const timers = {
    now: () => loop.time,
    later: (_ms: number, run: () => void) => void loop.timers.push(run),
    afterTurn: (run: () => void) => void loop.checks.push(run),
  }
  return { loop, timers }
}

function notes() {
  const seen: number[] = []
  const watcher = {
    begun: 0,
    begin: () => void watcher.begun++,
    end: (ms: number) => void seen.push(ms),
  }
  return { seen, watcher }
}

describe('the delay of the event loop', () => {
  test('an interval ends with its shortest turn, and nothing runs when nothing comes', () => {
    const { loop, timers } = paperLoop()
    const { seen, watcher } = notes()
    const delay = new LoopDelay(100, watcher, timers)
    delay.notice()
    for (const ms of [40, 30, 5, 40, 40, 40, 40]) {
      delay.notice()
      loop.turn(ms)
    }
    assert.equal(seen.length, 1)
    assert.ok([5, 30, 40].includes(seen[0] ?? 0))
    for (let n = 0; n < 20; n++) loop.turn(50)
    assert.equal(loop.timers.length + loop.checks.length, 0)
    const before = seen.length
    assert.equal(watcher.begun, before, 'no interval lasts through a rest')
    delay.notice()
    assert.equal(watcher.begun, before + 1, 'one begins with what ends the rest')
    for (let n = 0; n < 10; n++) loop.turn(50)
    assert.equal(seen.length, before + 1)
    assert.equal(seen.at(-1), 50)
  })

  test('long turns are measured one after another: a queue that stands is heard of in three', () => {
    const { loop, timers } = paperLoop()
    const { seen, watcher } = notes()
    const delay = new LoopDelay(100, watcher, timers)
    delay.notice()
    for (const ms of [150, 60, 70]) loop.turn(ms)
    assert.deepEqual(seen, [])
    loop.turn(1)
    assert.deepEqual(seen, [60])
  })

  test('a pause, and the turn in which all that came meanwhile is done, are no queue', () => {
    const { loop, timers } = paperLoop()
    const { seen, watcher } = notes()
    const delay = new LoopDelay(100, watcher, timers)
    delay.notice()
    for (const ms of [150, 60, 3, 3]) loop.turn(ms)
    assert.deepEqual(seen, [3])
  })
})
