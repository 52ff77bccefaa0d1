import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Stopwatch } from './metrics.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

describe('metrics', () => {
  test('count what was handled, refused, failed, expired and turned away, per shard and in total', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({
      scheduler,
      isRefusal: (error) => error instanceof RangeError,
    })
    const pool = system.pool('busy', {
      shards: 2,
      mailbox: 5,
      deadline: 40,
      create: () => ({
        work: (ms: number) => scheduler.sleep(ms),
        refuse() {
          throw new RangeError('no')
        },
        crash() {
          throw new Error('crash')
        },
      }),
    })
    const [one, two] = pool.all()
    assert.ok(one && two)
    const outcomes = Promise.allSettled([
      ...[one.work(10), one.work(10), one.refuse(), one.crash(), one.work(0), one.work(0)],
      ...[two.work(50), two.work(0)],
    ])
    await scheduler.advance(5)
    const during = system.metrics().actors[0]?.shards
    assert.deepEqual(
      during?.map((shard) => [shard.depth, shard.inFlight, shard.oldest]),
      [
        [4, 1, 5_000],
        [1, 1, 5_000],
      ],
    )
    await scheduler.advance(200)
    await outcomes
    const metrics = system.metrics().actors[0]
    const summary = metrics?.shards.map((shard) => ({
      handled: shard.handled,
      refused: shard.refused,
      failed: shard.failed,
      full: shard.full,
      expired: shard.expired,
      restarts: shard.restarts,
      depth: shard.depth,
    }))
    assert.deepEqual(summary, [
      // The last accepted message expires during the back-off of 50 ms.
      { handled: 2, refused: 1, failed: 1, full: 1, expired: 1, restarts: 1, depth: 0 },
      // The first expires in progress and is handled all the same, the second never starts.
      { handled: 1, refused: 0, failed: 0, full: 0, expired: 2, restarts: 0, depth: 0 },
    ])
    assert.equal(metrics?.total.handled, 3)
    assert.equal(metrics?.total.expired, 3)
    assert.equal(metrics?.shards[0]?.wait.max, 20_000)
    assert.equal(metrics?.shards[0]?.run.sum, 20_000)
    assert.equal(metrics?.total.run.max, 50_000)
    assert.equal(metrics?.total.run.count, 5)
  })

  test('show the keys that have something to do, and nothing of a key that has not', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    const pool = system.pool('keys', {
      shards: 1,
      lanes: 8,
      deadline: 50,
      create: () => ({ touch: () => scheduler.sleep(100) }),
    })
    const total = () => system.metrics().actors[0]?.total
    const asks = Promise.allSettled(
      Array.from({ length: 500 }, (_, key) => pool.for(`${key % 100}`).touch()),
    )
    await scheduler.run()
    assert.deepEqual([total()?.keys, total()?.inFlight, total()?.depth], [100, 8, 492])
    await scheduler.advance(50)
    assert.deepEqual([total()?.keys, total()?.inFlight, total()?.depth], [8, 8, 0])
    await scheduler.advance(50)
    assert.deepEqual([total()?.keys, total()?.inFlight, total()?.depth], [0, 0, 0])
    await asks
  })
})

describe('a stopwatch', () => {
  test('sorts durations into buckets of powers of two microseconds', () => {
    const stopwatch = new Stopwatch()
    for (const us of [0, 0.5, 1, 2, 3, 4, 1_000, 1e12]) stopwatch.record(us / 1_000)
    const { count, max, buckets } = stopwatch.read()
    assert.equal(count, 8)
    assert.equal(max, 1e12)
    assert.deepEqual(
      buckets.flatMap((number, index) => (number > 0 ? [[index, number]] : [])),
      [
        [0, 2],
        [1, 1],
        [2, 2],
        [3, 1],
        [10, 1],
        [25, 1],
      ],
    )
  })
})
