import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Batch, batch, refuse } from './batch.ts'
import type { Envelope } from './message.ts'
import type { HandlerNames, Ref } from './ref.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

class Base {
  inherited(): string {
    return 'inherited'
  }
}

class Many extends Base {
  readonly plain = 42
  started(): void {}
  stopped(): void {}
  restarted(_cause: unknown): void {}
  none(): boolean {
    return true
  }
  maybe(message?: string): string {
    return message ?? 'nothing'
  }
  async later(message: { n: number }, _envelope: Envelope): Promise<number> {
    return message.n
  }
  readonly arrow = (message: number): number => message + 1
  readonly all = batch({ max: 9 }, async (messages: readonly Date[]) =>
    messages.map((date) => (date.getTime() > 0 ? date.getTime() : refuse(new Error('too early')))),
  )
  get derived(): string {
    throw new Error('a getter is not looked at')
  }
}

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Fails the type check, not the test, when a reference has other types than its actor. */
function typesHold(ref: Ref<Many>): Equal<HandlerNames<Many>, Names>[] {
  const results: [
    Promise<boolean>,
    Promise<string>,
    Promise<number>,
    Promise<number>,
    Promise<number>,
    boolean,
  ] = [
    ref.none(),
    ref.maybe(),
    ref.later({ n: 1 }),
    ref.arrow(1),
    ref.all(new Date()),
    ref.tell.all(new Date()),
  ]
  // @ts-expect-error a message of another type
  results.push(ref.later({ n: 'one' }))
  // @ts-expect-error hooks are not messages
  ref.started?.()
  return [true]
}
type Names = 'inherited' | 'none' | 'maybe' | 'later' | 'arrow' | 'all'

describe('a reference', () => {
  const world = () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    return { scheduler, system, ref: system.spawn('many', { create: () => new Many() }) }
  }

  test('has prototype methods, inherited ones, own functions and batch members', async () => {
    const { scheduler, ref } = world()
    assert.equal(await scheduler.until(ref.inherited()), 'inherited')
    assert.equal(await scheduler.until(ref.none()), true)
    assert.equal(await scheduler.until(ref.maybe()), 'nothing')
    assert.equal(await scheduler.until(ref.maybe('something')), 'something')
    assert.equal(await scheduler.until(ref.later({ n: 3 })), 3)
    assert.equal(await scheduler.until(ref.arrow(1)), 2)
    assert.equal(await scheduler.until(ref.all(new Date(5))), 5)
    for (const name of ['inherited', 'none', 'arrow', 'all'] satisfies Names[]) {
      assert.equal(typeof ref.tell[name], 'function')
    }
  })

  test('has neither hooks nor data nor getters', () => {
    const { ref } = world()
    for (const name of ['started', 'stopped', 'restarted', 'plain', 'derived']) {
      assert.equal(name in ref, false, name)
    }
    assert.equal(typeof typesHold, 'function')
  })

  test('takes batch members from the prototype too', async () => {
    const { scheduler, system } = world()
    class Late {
      declare readonly all: Batch<number, number>
    }
    const all = batch({ max: 2 }, (messages: readonly number[]) => messages)
    Object.defineProperty(Late.prototype, 'all', { value: all })
    const ref = system.spawn('late', { create: () => new Late() })
    assert.equal(await scheduler.until(ref.all(7)), 7)
  })

  test('is not a promise, and an actor cannot make it one', () => {
    const { system, ref } = world()
    assert.equal('then' in ref, false)
    for (const name of ['then', 'tell', 'with']) {
      assert.throws(
        () => system.spawn('bad', { create: () => ({ [name]: () => 1 }) }),
        (error: Error) => error instanceof TypeError && error.message.includes(`"${name}"`),
      )
    }
  })

  test('keeps what with() said unless it is said again', async () => {
    const { scheduler, system } = world()
    const ref = system.spawn('echo', {
      create: () => ({
        open: (_: null, { trace, deadlineAt }: Envelope) => [trace?.traceparent, deadlineAt],
      }),
    })
    const traced = ref.with({ trace: { traceparent: 't' } })
    assert.deepEqual(await scheduler.until(traced.open(null)), ['t', 5_000])
    assert.deepEqual(await scheduler.until(traced.with({ deadline: 9 }).open(null)), ['t', 9])
  })
})
