import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CommitResult } from '@grantd/domain'
import { Readiness } from './readiness.ts'

/** A database that does what it is told, and a clock that is moved by hand. */
function setUp() {
  const world = {
    now: 0,
    pings: 0,
    writes: 0,
    lastWrite: undefined as 'committed' | 'failed' | undefined,
    isAway: false,
    isFull: false,
    logged: [] as string[],
  }
  const log = (_fields: object, message: string) => void world.logged.push(message)
  const readiness = new Readiness({
    now: () => world.now,
    log: { warn: log, error: log },
    events: {
      takeLastWrite: () => {
        const last = world.lastWrite
        world.lastWrite = undefined
        return last
      },
    },
    storage: {
      ping: async () => {
        world.pings++
        if (world.isAway) throw new Error('away')
      },
      commit: async (): Promise<CommitResult> => {
        world.writes++
        if (world.isFull) throw new Error('disk full')
        return { outcome: 'committed' }
      },
    },
  })
  return { world, readiness }
}

describe('readiness', () => {
  test('asks the database once a second, however many probes come', async () => {
    const { world, readiness } = setUp()
    const answers = await Promise.all(Array.from({ length: 50 }, () => readiness.check()))
    assert.ok(answers.every((answer) => answer === 'ok'))
    assert.deepEqual([world.pings, world.writes], [1, 1])
    world.now = 999
    await readiness.check()
    assert.equal(world.pings, 1)
    world.now = 1_000
    await readiness.check()
    assert.deepEqual([world.pings, world.writes], [2, 1])
  })

  test('writes when nobody else did for ten seconds', async () => {
    const { world, readiness } = setUp()
    await readiness.check()
    for (world.now = 1_000; world.now < 10_000; world.now += 1_000) await readiness.check()
    assert.equal(world.writes, 1)
    world.now = 10_000
    await readiness.check()
    assert.equal(world.writes, 2)
    world.now = 20_000
    world.lastWrite = 'committed'
    await readiness.check()
    assert.equal(world.writes, 2, 'what a request wrote is proof enough')
    world.now = 21_000
    world.lastWrite = 'failed'
    await readiness.check()
    assert.equal(world.writes, 3, 'what a request could not write is a reason to look')
  })

  test('a database that takes nothing is not ready until a write of ours succeeds', async () => {
    const { world, readiness } = setUp()
    world.isFull = true
    assert.equal(await readiness.check(), 'read_only')
    world.now += 1_000
    assert.equal(await readiness.check(), 'read_only')
    world.isFull = false
    world.now += 1_000
    assert.equal(await readiness.check(), 'ok')
    assert.deepEqual(world.logged, [
      'readiness: the database takes no writes',
      'readiness: the database is back',
    ])
  })

  test('a database that is away is said so once, and is asked again', async () => {
    const { world, readiness } = setUp()
    world.isAway = true
    for (world.now = 0; world.now < 5_000; world.now += 1_000)
      assert.equal(await readiness.check(), 'unavailable')
    assert.equal(world.pings, 5)
    world.isAway = false
    assert.equal(await readiness.check(), 'ok')
    assert.deepEqual(world.logged, [
      'readiness: the database does not answer',
      'readiness: the database is back',
    ])
  })
})
