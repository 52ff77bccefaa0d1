import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shardOf } from './shard-of.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

describe('a keyed pool', () => {
  test('sends the messages of one key to one shard, for ever', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    const pool = system.pool('where', {
      shards: 4,
      create: ({ shard }) => ({ where: () => shard }),
    })
    for (const key of ['a', 'b', 'client-1', 'client-2', '']) {
      const answers = [1, 2, 3].map(() => pool.for(key).where())
      await scheduler.run()
      const expected = shardOf(key, pool.size)
      assert.deepEqual(await Promise.all(answers), [expected, expected, expected])
    }
  })

  test('places keys by a hash that never changes between releases', () => {
    const keys = ['', 'a', 'client-1', 'client-2', '0197f6c2-3b1e-7cc3-98c4-dc0c0c07398f', 'ключ']
    assert.deepEqual(
      keys.map((key) => shardOf(key, 1024)),
      [11, 435, 761, 328, 739, 376],
    )
  })

  test('spreads similar keys evenly', () => {
    for (const shards of [2, 4, 7, 16]) {
      const counts = new Array<number>(shards).fill(0)
      for (let key = 0; key < 16_000; key++) {
        const shard = shardOf(`client-${key}`, shards)
        counts[shard] = (counts[shard] ?? 0) + 1
      }
      const fair = 16_000 / shards
      for (const count of counts) assert.ok(Math.abs(count - fair) < fair * 0.15, `${counts}`)
    }
  })
})

describe('a round-robin pool', () => {
  const world = (lanes?: number) => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    let running = 0
    let most = 0
    const pool = system.pool('hash', {
      shards: 3,
      routing: 'round-robin',
      lanes,
      create: ({ shard }) => ({
        async hash() {
          most = Math.max(most, ++running)
          await scheduler.sleep(10)
          running--
          return shard
        },
      }),
    })
    return { scheduler, system, pool, most: () => most }
  }

  test('rotates over its shards', async () => {
    const { scheduler, pool } = world()
    const answers = Array.from({ length: 7 }, () => pool.next().hash())
    await scheduler.advance(100)
    assert.deepEqual(await Promise.all(answers), [0, 1, 2, 0, 1, 2, 0])
  })

  test('rejects what waits when its time to drain is over', async () => {
    const { scheduler, system, pool } = world(2)
    const answers = Promise.allSettled(Array.from({ length: 12 }, () => pool.next().hash()))
    const end = system.stop({ drain: 15 })
    await scheduler.advance(15)
    await end
    const reasons = (await answers).map((answer) =>
      answer.status === 'rejected' ? (answer.reason as Error).name : answer.status,
    )
    assert.equal(reasons.filter((reason) => reason === 'fulfilled').length, 6)
    assert.equal(reasons.filter((reason) => reason === 'ActorStopped').length, 6)
    assert.equal(system.metrics().actors[0]?.total.depth, 0)
  })

  test('keeps no order: lanes of a shard are filled by any messages', async () => {
    const { scheduler, pool, most } = world(2)
    const answers = Array.from({ length: 12 }, () => pool.next().hash())
    await scheduler.advance(20)
    await Promise.all(answers)
    assert.equal(most(), 6)
  })
})
