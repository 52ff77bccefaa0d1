import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DeadLetter, Failure } from './inspection.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

function world() {
  const scheduler = new TestScheduler({ seed: 3 })
  const log: string[] = []
  const letters: DeadLetter[] = []
  const failures: Failure[] = []
  const system = new ActorSystem({
    scheduler,
    onDeadLetter: (letter) => letters.push(letter),
    onFailure: (failure) => failures.push(failure),
  })
  const ref = system.spawn('worker', {
    create: () => ({
      async work(takes: number) {
        await scheduler.sleep(takes)
        log.push(`worked ${takes}`)
        return takes
      },
      stopped: () => void log.push('stopped'),
    }),
  })
  return { scheduler, system, ref, log, letters, failures }
}

const stopped = { name: 'ActorStopped' }

describe('stop', () => {
  test('refuses new work, drains what waits, then runs stopped()', async () => {
    const { scheduler, system, ref, log } = world()
    const accepted = [ref.work(100), ref.work(200)]
    const end = system.stop({ drain: 1_000 })
    await assert.rejects(ref.work(1), stopped)
    assert.equal(ref.tell.work(1), false)
    await scheduler.advance(300)
    assert.deepEqual(await Promise.all(accepted), [100, 200])
    await end
    assert.deepEqual(log, ['worked 100', 'worked 200', 'stopped'])
  })

  test('rejects what is left when the time is over, waiting or in progress', async () => {
    const { scheduler, system, ref, log, letters } = world()
    const inProgress = assert.rejects(ref.work(2_000), stopped)
    const waiting = assert.rejects(ref.work(1), stopped)
    const end = system.stop({ drain: 1_000 })
    await scheduler.advance(1_000)
    await Promise.all([inProgress, waiting, end])
    assert.deepEqual(log, ['stopped'])
    assert.deepEqual(
      letters.map(({ message, reason }) => [message, reason]),
      [[1, 'stopped']],
    )
  })

  test('overtakes the backlog when drain is 0', async () => {
    const { scheduler, system, ref, log } = world()
    const backlog = [1, 2, 3].map((takes) => assert.rejects(ref.work(takes), stopped))
    await scheduler.until(system.stop({ drain: 0 }))
    await Promise.all(backlog)
    await scheduler.advance(10)
    assert.deepEqual(log, ['stopped'])
  })

  test('called again with less time hurries', async () => {
    const { scheduler, system, ref } = world()
    const slow = assert.rejects(ref.work(60_000), stopped)
    const patient = system.stop({ drain: 100_000 })
    await scheduler.run()
    await scheduler.until(system.stop({ drain: 0 }))
    await Promise.all([slow, patient])
  })

  test('ends a shard that waits for its restart', async () => {
    const { scheduler, system } = world()
    let instances = 0
    const ref = system.spawn('faulty', {
      create: () => {
        instances++
        return {
          crash() {
            throw new Error('crash')
          },
        }
      },
    })
    const crash = assert.rejects(ref.crash(), { message: 'crash' })
    await scheduler.run()
    await crash
    await scheduler.until(system.stop())
    await scheduler.advance(1_000)
    assert.equal(instances, 1)
    const states = system.metrics().actors.map((actor) => actor.shards[0]?.state)
    assert.deepEqual(states, ['stopped', 'stopped'])
  })

  test('lets an actor tell those created before it while it drains', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    const heard: string[] = []
    const events = system.spawn('events', {
      create: () => ({ publish: (event: string) => void heard.push(event) }),
    })
    const tokens = system.spawn('tokens', {
      create: () => ({
        async revoke(id: string) {
          await scheduler.sleep(10)
          events.tell.publish(`revoked ${id}`)
        },
      }),
    })
    tokens.tell.revoke('t1')
    const end = system.stop({ drain: 1_000 })
    await scheduler.advance(10)
    await end
    assert.deepEqual(heard, ['revoked t1'])
  })

  test('does not wait for ever for a stopped hook', async () => {
    const { scheduler, system, failures } = world()
    system.spawn('clinging', {
      create: () => ({ stopped: () => new Promise<void>(() => {}) }),
    })
    const end = system.stop({ drain: 0 })
    await scheduler.advance(5_000)
    await end
    assert.deepEqual(
      failures.map(({ actor, method }) => [actor, method]),
      [['clinging', 'stopped']],
    )
  })

  test('leaves no timer behind, also where a shard was given up before', async () => {
    const { scheduler, system } = world()
    const ref = system.spawn('given up', {
      supervision: { onFault: 'stop' },
      create: () => ({
        crash() {
          throw new Error('crash')
        },
      }),
    })
    ref.with({ deadline: Number.POSITIVE_INFINITY }).tell.crash()
    await scheduler.run()
    await scheduler.until(system.stop())
    assert.equal(scheduler.pendingTimers, 0)
  })

  test('of one actor frees its name and leaves the others alone', async () => {
    const { scheduler, system, ref } = world()
    const create = () => ({ hello: () => 'hello' })
    system.spawn('guest', { create })
    assert.throws(() => system.spawn('guest', { create }), /already an actor named "guest"/)
    await scheduler.until(system.stopOne('guest'))
    const guest = system.spawn('guest', { create })
    assert.equal(await scheduler.until(guest.hello()), 'hello')
    assert.equal(ref.tell.work(1), true)
  })

  test('leaves no way to spawn', async () => {
    const { scheduler, system } = world()
    await scheduler.until(system.stop())
    assert.throws(() => system.spawn('late', { create: () => ({}) }), stopped)
  })
})

describe('spawn', () => {
  test('refuses numbers that make no sense', () => {
    const { system } = world()
    const create = () => ({})
    assert.throws(() => system.spawn('a', { create, mailbox: 0 }), RangeError)
    assert.throws(() => system.spawn('a', { create, deadline: -1 }), RangeError)
    assert.throws(() => system.pool('a', { create, shards: 1.5 }), RangeError)
    assert.throws(() => system.pool('a', { create, shards: 1, lanes: 0 }), RangeError)
  })
})

describe('a tell', () => {
  test('never throws, whatever the handler, the hooks or the system do', async () => {
    const scheduler = new TestScheduler()
    const angry = () => {
      throw new Error('a hook that throws')
    }
    const system = new ActorSystem({
      scheduler,
      isRefusal: angry,
      inspect: angry,
      onDeadLetter: angry,
      onFailure: angry,
      onEscalation: angry,
    })
    const ref = system.spawn('angry', { mailbox: 1, create: () => ({ handle: angry }) })
    assert.equal(ref.tell.handle(), true)
    assert.equal(ref.tell.handle(), false)
    await scheduler.run()
    await scheduler.until(system.stop())
    assert.equal(ref.tell.handle(), false)
    assert.equal(system.metrics().deadLetters, 2)
  })
})
