import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Context } from './context.ts'
import type { Ref } from './ref.ts'
import type { Cancel } from './scheduler.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

class Clockwork {
  readonly #context: Context
  readonly #log: string[]
  readonly #scheduler: TestScheduler
  readonly #self: Ref<Clockwork>
  #cancel: Cancel = () => {}

  constructor(context: Context, scheduler: TestScheduler, log: string[]) {
    this.#context = context
    this.#scheduler = scheduler
    this.#log = log
    this.#self = context.self<Clockwork>()
  }

  remind(ms: number): void {
    this.#cancel = this.#context.after(ms, () => this.note('reminded'))
  }

  repeat(ms: number): void {
    this.#cancel = this.#context.every(ms, () => this.note('tick'))
  }

  async slowly(takes: { every: number; work: number }): Promise<void> {
    this.#cancel = this.#context.every(takes.every, async () => {
      this.note('begin')
      await this.#scheduler.sleep(takes.work)
      this.note('end')
    })
  }

  async busy(ms: number): Promise<void> {
    await this.#scheduler.sleep(ms)
    this.note('free')
  }

  cancel(): void {
    this.#cancel()
  }

  chain(count: number): void {
    this.note(`link ${count}`)
    if (count > 1) this.#self.tell.chain(count - 1)
  }

  crash(): void {
    throw new Error('crash')
  }

  where(): string {
    return `${this.#context.name}#${this.#context.shard}`
  }

  note(what: string): void {
    this.#log.push(`${this.#scheduler.now()} ${what}`)
  }
}

function world() {
  const scheduler = new TestScheduler()
  const log: string[] = []
  const system = new ActorSystem({ scheduler })
  const create = (context: Context) => new Clockwork(context, scheduler, log)
  const ref = system.spawn('clockwork', { create })
  return { scheduler, log, system, ref, create }
}

describe('timers of an actor', () => {
  test('fire once, at their time on the virtual clock', async () => {
    const { scheduler, log, ref } = world()
    ref.tell.remind(100)
    await scheduler.advance(99)
    assert.deepEqual(log, [])
    await scheduler.advance(500)
    assert.deepEqual(log, ['100 reminded'])
  })

  test('repeat until they are cancelled', async () => {
    const { scheduler, log, ref } = world()
    ref.tell.repeat(10)
    await scheduler.advance(35)
    ref.tell.cancel()
    await scheduler.advance(100)
    assert.deepEqual(log, ['10 tick', '20 tick', '30 tick'])
  })

  test('are messages: they wait until the one in progress is done', async () => {
    const { scheduler, log, ref } = world()
    ref.tell.remind(10)
    ref.tell.busy(50)
    await scheduler.advance(60)
    assert.deepEqual(log, ['50 free', '50 reminded'])
  })

  test('skip ticks while the former one is in progress, rather than pile up', async () => {
    const { scheduler, log, ref } = world()
    ref.tell.slowly({ every: 10, work: 25 })
    await scheduler.advance(70)
    assert.deepEqual(log, ['10 begin', '35 end', '40 begin', '65 end', '70 begin'])
  })

  test('end with a restart, also those that repeat', async () => {
    const { scheduler, log, ref } = world()
    ref.tell.repeat(10)
    ref.tell.busy(15)
    ref.tell.crash()
    await scheduler.advance(1_000)
    assert.deepEqual(log, ['15 free'])
  })

  test('end with a restart though the one that fired already waits', async () => {
    const { scheduler, log, ref } = world()
    ref.tell.remind(10)
    ref.tell.busy(15)
    ref.tell.crash()
    await scheduler.advance(1_000)
    assert.deepEqual(log, ['15 free'])
  })

  test('end with the system', async () => {
    const { scheduler, log, ref, system } = world()
    ref.tell.repeat(10)
    await scheduler.advance(10)
    await scheduler.until(system.stop())
    await scheduler.advance(100)
    assert.deepEqual(log, ['10 tick'])
    assert.equal(system.metrics().deadLetters, 0)
  })

  test('refuse spans that setTimeout would turn into none', async () => {
    const { scheduler, system } = world()
    const ref = system.spawn('far', {
      create: (context) => ({ far: () => void context.after(2 ** 31, () => {}) }),
    })
    const far = assert.rejects(ref.far(), { name: 'RangeError' })
    await scheduler.run()
    await far
  })
})

describe('the context', () => {
  test('lets an actor tell itself', async () => {
    const { scheduler, log, ref } = world()
    ref.tell.chain(3)
    await scheduler.run()
    assert.deepEqual(log, ['0 link 3', '0 link 2', '0 link 1'])
  })

  test('knows the name and the shard', async () => {
    const { scheduler, system, create } = world()
    const pool = system.pool('pooled', { shards: 2, create })
    const places = Promise.all(pool.all().map((ref) => ref.where()))
    await scheduler.run()
    assert.deepEqual(await places, ['pooled#0', 'pooled#1'])
  })
})
