import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { batch } from './batch.ts'
import type { Inspection } from './inspection.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

/** A busy little world: pools, batches, tells between actors, faults, refusals and deadlines. */
async function traceOf(seed: number): Promise<Inspection[]> {
  const scheduler = new TestScheduler({ seed })
  const system = new ActorSystem({
    scheduler,
    isRefusal: (error) => error instanceof RangeError,
  })
  const events = system.spawn('events', {
    create: () => ({ publish: batch({ max: 8 }, (names: readonly string[]) => names) }),
  })
  const tokens = system.pool('tokens', {
    shards: 3,
    lanes: 4,
    deadline: 200,
    create: (context) => ({
      started: () => void context.every(30, () => scheduler.hop()),
      async rotate(n: number) {
        await scheduler.hop()
        if (n % 13 === 0) throw new RangeError('reused')
        if (n % 29 === 0) throw new Error('crash')
        await scheduler.hop()
        events.tell.publish(`rotated ${n}`)
      },
    }),
  })
  const asks = Array.from({ length: 100 }, (_, n) => tokens.for(`family-${n % 9}`).rotate(n))
  const outcome = Promise.allSettled(asks)
  await scheduler.advance(500)
  await outcome
  const end = system.stop()
  await scheduler.advance(100)
  await end
  return scheduler.trace
}

const messagesOf = (trace: readonly Inspection[]) =>
  trace.map(({ kind, id, at, actor, shard, key }) => `${at} ${actor}#${shard} ${key} ${id} ${kind}`)

describe('the test scheduler', () => {
  test('replays the same trace for the same seed', async () => {
    const [one, two] = [await traceOf(11), await traceOf(11)]
    assert.ok(one.length > 300)
    assert.deepEqual(one, two)
  })

  test('finds other interleavings with other seeds', async () => {
    const traces = new Set<string>()
    for (const seed of [1, 2, 3, 4, 5]) traces.add(messagesOf(await traceOf(seed)).join('\n'))
    assert.equal(traces.size, 5)
  })

  test('stands still until it is advanced, then stops at each timer on the way', async () => {
    const scheduler = new TestScheduler()
    const log: number[] = []
    scheduler.timer(20, () => log.push(scheduler.now()))
    scheduler.timer(10, () => {
      log.push(scheduler.now())
      scheduler.timer(5, () => log.push(scheduler.now()))
    })
    const cancel = scheduler.timer(12, () => log.push(-1))
    cancel()
    await scheduler.run()
    assert.deepEqual(log, [])
    await scheduler.advance(100)
    assert.deepEqual(log, [10, 15, 20])
    assert.equal(scheduler.now(), 100)
  })

  test('says so when a promise cannot settle without time passing', async () => {
    const scheduler = new TestScheduler()
    await assert.rejects(scheduler.until(scheduler.sleep(10)), /still pending/)
  })
})
