import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { batch } from './batch.ts'
import type { DeadLetter } from './inspection.ts'
import { type Cancel, LONGEST_TIMER } from './scheduler.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

class CountingScheduler extends TestScheduler {
  timers = 0
  override timer(ms: number, task: () => void): Cancel {
    this.timers++
    assert.ok(ms <= LONGEST_TIMER)
    return super.timer(ms, task)
  }
}

function world() {
  const scheduler = new CountingScheduler()
  const letters: DeadLetter[] = []
  const system = new ActorSystem({ scheduler, onDeadLetter: (letter) => letters.push(letter) })
  const handled: string[] = []
  const ref = system.spawn('worker', {
    deadline: 1_000,
    create: () => ({
      async work(message: { name: string; takes: number }) {
        handled.push(message.name)
        await scheduler.sleep(message.takes)
        return message.name
      },
    }),
  })
  return { scheduler, system, letters, handled, ref }
}

const exceeded = { name: 'DeadlineExceeded', code: 'deadline_exceeded' }

describe('an ask with a deadline', () => {
  test('rejects when it passes, though the handler runs on', async () => {
    const { scheduler, ref, handled } = world()
    const slow = assert.rejects(ref.work({ name: 'slow', takes: 1_500 }), {
      ...exceeded,
      started: true,
      message: 'worker.work was not answered before its deadline',
    })
    await scheduler.advance(1_000)
    await slow
    const next = ref.work({ name: 'next', takes: 0 })
    await scheduler.advance(499)
    assert.deepEqual(handled, ['slow'], 'the lane stays busy until the handler settles')
    await scheduler.advance(1)
    assert.equal(await next, 'next')
  })

  test('is never handled when it expires while it waits, and becomes a dead letter', async () => {
    const { scheduler, ref, handled, letters, system } = world()
    const slow = ref.with({ deadline: 5_000 }).work({ name: 'slow', takes: 2_000 })
    const late = assert.rejects(ref.work({ name: 'late', takes: 0 }), {
      ...exceeded,
      started: false,
    })
    await scheduler.advance(3_000)
    await late
    assert.equal(await slow, 'slow')
    assert.deepEqual(handled, ['slow'])
    assert.deepEqual(
      letters.map(({ method, reason, message }) => [method, reason, message]),
      [['work', 'expired', { name: 'late', takes: 0 }]],
    )
    assert.equal(system.metrics().actors[0]?.total.expired, 1)
  })

  test('takes its deadline from with() before that of the actor', async () => {
    const { scheduler, ref } = world()
    const short = assert.rejects(
      ref.with({ deadline: 10 }).work({ name: 'a', takes: 50 }),
      exceeded,
    )
    await scheduler.advance(10)
    await short
  })

  test('of no time left is refused at once', async () => {
    const { ref, handled } = world()
    for (const deadline of [0, -5, Number.NaN]) {
      await assert.rejects(ref.with({ deadline }).work({ name: 'a', takes: 0 }), exceeded)
    }
    assert.deepEqual(handled, [])
  })

  test('of Infinity waits for ever, one of a year arms no timer that is too long', async () => {
    const { scheduler, ref } = world()
    const forever = ref.with({ deadline: Number.POSITIVE_INFINITY }).work({ name: 'a', takes: 1e9 })
    const year = ref.with({ deadline: 31_536_000_000 }).work({ name: 'b', takes: 0 })
    await scheduler.advance(1e9)
    assert.deepEqual(await Promise.all([forever, year]), ['a', 'b'])
  })

  test('costs no timer of its own: one is armed for all asks of the same span', async () => {
    const { scheduler, system } = world()
    const ref = system.spawn('quick', { deadline: 700, create: () => ({ echo: (n: number) => n }) })
    const asks = Array.from({ length: 500 }, (_, index) => ref.echo(index))
    await scheduler.run()
    await Promise.all(asks)
    assert.equal(scheduler.timers, 1)
    await scheduler.advance(700)
    assert.equal(scheduler.timers, 1, 'an empty queue arms nothing')
  })

  test('expires each message at its own time though they share a queue', async () => {
    const { scheduler, system } = world()
    const ref = system.spawn('mute', { deadline: 100, create: () => ({ hang: () => forever() }) })
    const expired: string[] = []
    const ask = (name: string) => ref.hang().catch(() => expired.push(name))
    const first = ask('first')
    await scheduler.advance(60)
    const second = ask('second')
    await scheduler.advance(40)
    assert.deepEqual(expired, ['first'])
    await scheduler.advance(59)
    assert.deepEqual(expired, ['first'])
    await scheduler.advance(1)
    assert.deepEqual(expired, ['first', 'second'])
    await Promise.all([first, second])
  })
})

describe('a message that is late because the event loop was held up', () => {
  class HeldUp extends TestScheduler {
    lag = 0
    override now(): number {
      return super.now() + this.lag
    }
  }

  test('is not handled although its timer has not fired yet, alone or in a batch', async () => {
    const scheduler = new HeldUp()
    const system = new ActorSystem({ scheduler })
    const handled: string[] = []
    const ref = system.spawn('held up', {
      deadline: 100,
      create: () => ({
        single: (name: string) => handled.push(name),
        many: batch({ max: 9 }, (names: readonly string[]) =>
          names.map((name) => handled.push(name)),
        ),
      }),
    })
    const late = ['single', 'many'] as const
    const asks = late.map((name) => assert.rejects(ref[name](`late ${name}`), exceeded))
    const patient = ref.with({ deadline: 1_000 }).many('patient')
    scheduler.lag = 100
    await scheduler.run()
    await Promise.all([...asks, patient])
    assert.deepEqual(handled, ['patient'])
  })
})

describe('a tell', () => {
  test('waits for ever unless it is given a deadline', async () => {
    const { scheduler, ref, handled, letters } = world()
    ref.tell.work({ name: 'slow', takes: 3_000 })
    ref.tell.work({ name: 'patient', takes: 0 })
    ref.with({ deadline: 500 }).tell.work({ name: 'hasty', takes: 0 })
    await scheduler.advance(3_000)
    assert.deepEqual(handled, ['slow', 'patient'])
    assert.deepEqual(
      letters.map((letter) => letter.reason),
      ['expired'],
    )
  })
})

function forever(): Promise<void> {
  return new Promise(() => {})
}
