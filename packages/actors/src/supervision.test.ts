import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Escalation, Failure } from './inspection.ts'
import { type Supervision, Supervisor } from './supervision.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

class Fragile {
  static log: string[] = []
  readonly #name: string
  #count = 0
  constructor(name: string) {
    this.#name = name
    Fragile.log.push(`${name} created`)
  }
  started() {
    Fragile.log.push(`${this.#name} started`)
  }
  restarted(cause: unknown) {
    Fragile.log.push(`${this.#name} restarted by ${(cause as Error).message}`)
  }
  stopped() {
    Fragile.log.push(`${this.#name} stopped`)
  }
  count() {
    return ++this.#count
  }
  crash(): number {
    throw new Error('crash')
  }
  async crashLater(): Promise<number> {
    await Promise.resolve()
    throw new Error('crash later')
  }
  refuse(): number {
    throw new RangeError('no')
  }
}

function world(supervision: Partial<Supervision> = {}) {
  Fragile.log = []
  const scheduler = new TestScheduler({ seed: 7 })
  const failures: Failure[] = []
  const escalations: Escalation[] = []
  const system = new ActorSystem({
    scheduler,
    isRefusal: (error) => error instanceof RangeError,
    onFailure: (failure) => failures.push(failure),
    onEscalation: (escalation) => escalations.push(escalation),
  })
  const pool = system.pool('fragile', {
    shards: 3,
    supervision,
    create: ({ shard }) => new Fragile(`f${shard}`),
  })
  return { scheduler, system, pool, failures, escalations }
}

const fault = { message: 'crash' }

describe('a fault', () => {
  test('restarts its shard with a fresh instance and the others never notice', async () => {
    const { scheduler, pool } = world()
    const [one, two, three] = pool.all()
    assert.ok(one && two && three)
    for (const ref of [one, two, three]) assert.equal(await scheduler.until(ref.count()), 1)
    Fragile.log = []
    await Promise.all([scheduler.run(), assert.rejects(two.crash(), fault)])
    assert.equal(await scheduler.until(one.count()), 2)
    assert.equal(await scheduler.until(three.count()), 2)
    const later = two.count()
    await scheduler.advance(50)
    assert.equal(await later, 1, 'state of the faulty instance is gone')
    assert.deepEqual(Fragile.log, ['f1 stopped', 'f1 created', 'f1 restarted by crash'])
  })

  test('leaves the waiting messages in the mailbox until the restart', async () => {
    const { scheduler, pool } = world()
    const ref = pool.for('any')
    const crash = assert.rejects(ref.crash(), fault)
    const waiting = [ref.count(), ref.count(), ref.count()]
    await scheduler.advance(49)
    await crash
    const stillWaiting = await Promise.race([waiting[0], Promise.resolve('waits')])
    assert.equal(stillWaiting, 'waits')
    await scheduler.advance(1)
    assert.deepEqual(await Promise.all(waiting), [1, 2, 3])
  })

  test('reaches the asker as it was thrown, thrown at once or later', async () => {
    const { scheduler, pool, failures } = world()
    const [one, two] = pool.all()
    assert.ok(one && two)
    const now = assert.rejects(one.crash(), fault)
    const later = assert.rejects(two.crashLater(), { message: 'crash later' })
    await scheduler.run()
    await Promise.all([now, later])
    assert.deepEqual(failures.map((failure) => [failure.method, failure.decision]).toSorted(), [
      ['crash', 'restart'],
      ['crashLater', 'restart'],
    ])
  })

  test('beyond the budget stops the shard and escalates; asks then get ActorStopped', async () => {
    const { scheduler, system, pool, escalations } = world({ restarts: 2 })
    const ref = pool.for('k')
    const crashes = [1, 2, 3].map(() => assert.rejects(ref.crash(), fault))
    const behind = assert.rejects(ref.count(), { name: 'ActorStopped', code: 'actor_stopped' })
    await scheduler.advance(10_000)
    await Promise.all([...crashes, behind])
    assert.deepEqual(
      escalations.map(({ actor, cause }) => [actor, (cause as Error).message]),
      [['fragile', 'crash']],
    )
    await assert.rejects(ref.count(), (error: Error) => {
      assert.equal(error.name, 'ActorStopped')
      assert.equal((error.cause as Error).message, 'crash')
      return true
    })
    const states = system.metrics().actors[0]?.shards.map((shard) => shard.state)
    assert.deepEqual(states?.toSorted(), ['running', 'running', 'stopped'])
  })

  test('with onFault stop ends the shard without escalation', async () => {
    const { scheduler, pool, escalations, failures } = world({ onFault: 'stop' })
    const crash = assert.rejects(pool.for('k').crash(), fault)
    await scheduler.run()
    await crash
    assert.deepEqual(escalations, [])
    assert.equal(failures[0]?.decision, 'stop')
    await assert.rejects(pool.for('k').count(), { name: 'ActorStopped' })
  })

  test('with onFault escalate tells at the first fault', async () => {
    const { scheduler, pool, escalations } = world({ onFault: 'escalate' })
    const crash = assert.rejects(pool.for('k').crash(), fault)
    await scheduler.run()
    await crash
    assert.equal(escalations.length, 1)
  })

  test('lets other messages in progress on the old instance finish before it is stopped', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    const gate = Promise.withResolvers<string>()
    const log: string[] = []
    let instances = 0
    const pool = system.pool('lanes', {
      shards: 1,
      lanes: 2,
      create: () => {
        const id = ++instances
        return {
          wait: () => gate.promise,
          crash: () => {
            throw new Error('crash')
          },
          which: () => id,
          stopped: () => void log.push(`${id} stopped`),
        }
      },
    })
    const slow = pool.for('a').wait()
    const crash = assert.rejects(pool.for('b').crash(), fault)
    await scheduler.advance(50)
    await crash
    assert.equal(await scheduler.until(pool.for('c').which()), 2)
    assert.deepEqual(log, [])
    gate.resolve('finished')
    await scheduler.run()
    assert.equal(await slow, 'finished')
    assert.deepEqual(log, ['1 stopped'])
  })
})

describe('a refusal', () => {
  test('rejects the ask and restarts nothing', async () => {
    const { scheduler, system, pool, failures } = world()
    const ref = pool.for('k')
    assert.equal(await scheduler.until(ref.count()), 1)
    const refused = assert.rejects(ref.refuse(), { name: 'RangeError', message: 'no' })
    await scheduler.run()
    await refused
    assert.equal(await scheduler.until(ref.count()), 2)
    assert.deepEqual(failures, [])
    const total = system.metrics().actors[0]?.total
    assert.deepEqual([total?.refused, total?.failed, total?.restarts], [1, 0, 0])
  })
})

describe('lifecycle hooks', () => {
  test('started runs before the first message, stopped after the last', async () => {
    const { scheduler, system, pool } = world()
    assert.equal(await scheduler.until(pool.for('k').count()), 1)
    await scheduler.until(system.stop())
    assert.deepEqual(Fragile.log.toSorted(), [
      ...['f0 created', 'f0 started', 'f0 stopped'],
      ...['f1 created', 'f1 started', 'f1 stopped'],
      ...['f2 created', 'f2 started', 'f2 stopped'],
    ])
  })

  test('messages wait for a started hook that takes its time', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    let isOpen = false
    const ref = system.spawn('slow start', {
      create: () => ({
        async started() {
          await scheduler.sleep(100)
          isOpen = true
        },
        isOpen: () => isOpen,
      }),
    })
    const answer = ref.isOpen()
    await scheduler.advance(100)
    assert.equal(await answer, true)
  })

  test('a started hook that throws is a fault like any other', async () => {
    const scheduler = new TestScheduler()
    const failures: Failure[] = []
    const system = new ActorSystem({ scheduler, onFailure: (failure) => failures.push(failure) })
    let attempts = 0
    const ref = system.spawn('third time lucky', {
      create: () => ({
        async started() {
          attempts++
          if (attempts < 3) throw new Error('not yet')
        },
        attempts: () => attempts,
      }),
    })
    const answer = ref.attempts()
    await scheduler.advance(50 + 100)
    assert.equal(await answer, 3)
    assert.deepEqual(
      failures.map((failure) => failure.method),
      ['started', 'started'],
    )
  })

  test('a create that throws at a restart counts as a fault; at spawn it is thrown', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    let creations = 0
    const create = () => {
      creations++
      if (creations === 2) throw new Error('cannot create')
      return {
        crash: () => {
          throw new Error('crash')
        },
        creations: () => creations,
      }
    }
    const ref = system.spawn('one', { create })
    const crash = assert.rejects(ref.crash(), fault)
    const answer = ref.creations()
    await scheduler.advance(150)
    await crash
    assert.equal(await answer, 3)
    const broken = () => {
      throw new Error('no database')
    }
    assert.throws(() => system.spawn('two', { create: broken }), { message: 'no database' })
    assert.doesNotThrow(() => system.spawn('two', { create }), 'the name was not taken')
  })
})

describe('the budget', () => {
  const policy: Supervision = {
    onFault: 'restart',
    restarts: 3,
    within: 1_000,
    backoff: { first: 100, max: 300 },
  }

  test('doubles the back-off up to its maximum, then escalates', () => {
    const supervisor = new Supervisor(policy)
    assert.deepEqual(
      [0, 1, 2, 3].map((now) => supervisor.judge(now)),
      [
        { decision: 'restart', delay: 100 },
        { decision: 'restart', delay: 200 },
        { decision: 'restart', delay: 300 },
        { decision: 'escalate', delay: 0 },
      ],
    )
  })

  test('forgets faults that are older than its window', () => {
    const supervisor = new Supervisor(policy)
    for (const now of [0, 600, 1_200, 1_800, 2_400]) {
      assert.equal(supervisor.judge(now).decision, 'restart')
    }
    assert.equal(supervisor.judge(5_000).delay, 100)
  })
})
