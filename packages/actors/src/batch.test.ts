import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { batch, refuse } from './batch.ts'
import type { Envelope } from './message.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

interface Row {
  readonly id: number
}

class Writer {
  readonly calls: number[][] = []
  readonly #commit: () => Promise<void>

  constructor(commit: () => Promise<void> = () => Promise.resolve()) {
    this.#commit = commit
  }

  readonly write = batch({ max: 4 }, async (rows: readonly Row[]) => {
    this.calls.push(rows.map((row) => row.id))
    await this.#commit()
    return rows.map((row) => `row ${row.id}`)
  })

  readonly pick = batch({ max: 8 }, (ids: readonly number[]) =>
    ids.map((id) => (id % 2 === 0 ? id : refuse(new RangeError(`${id} is odd`)))),
  )

  readonly miscount = batch({ max: 8 }, (ids: readonly number[]) => ids.slice(1))

  readonly explode = batch({ max: 8 }, (_ids: readonly number[]): number[] => {
    throw new Error('disk full')
  })

  count(): number {
    this.calls.push([])
    return this.calls.length
  }
}

function world(commit?: (scheduler: TestScheduler) => Promise<void>) {
  const scheduler = new TestScheduler()
  const system = new ActorSystem({
    scheduler,
    isRefusal: (error) => error instanceof RangeError,
  })
  const writer = new Writer(commit && (() => commit(scheduler)))
  const ref = system.spawn('writer', { create: () => writer })
  return { scheduler, system, writer, ref }
}

const ids = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('a batch member', () => {
  test('takes all waiting messages of a turn, at most max, and keeps the order of results', async () => {
    const { scheduler, writer, ref } = world()
    const answers = ids(1, 10).map((id) => ref.write({ id }))
    await scheduler.run()
    assert.deepEqual(
      await Promise.all(answers),
      ids(1, 10).map((id) => `row ${id}`),
    )
    assert.deepEqual(writer.calls, [ids(1, 4), ids(5, 8), ids(9, 10)])
  })

  test('gathers what arrives while the former call is in progress', async () => {
    const { scheduler, writer, ref } = world((virtual) => virtual.sleep(10))
    const first = ref.write({ id: 1 })
    await scheduler.advance(5)
    const second = ref.write({ id: 2 })
    await scheduler.run()
    const third = ref.write({ id: 3 })
    await scheduler.advance(15)
    await Promise.all([first, second, third])
    assert.deepEqual(writer.calls, [[1], [2, 3]])
  })

  test('waits for the end of the turn, or with gather burst only for the current code', async () => {
    for (const [gather, expected] of [
      ['turn', [[1, 2]]] as const,
      ['burst', [[1], [2]]] as const,
    ]) {
      const scheduler = new TestScheduler()
      const system = new ActorSystem({ scheduler })
      const calls: number[][] = []
      const ref = system.spawn('writer', {
        create: () => ({
          write: batch({ max: 4, gather }, (rows: readonly number[]) => {
            calls.push([...rows])
            return rows
          }),
        }),
      })
      ref.tell.write(1)
      // Another event of the same turn: it comes after the dispatch of the first message.
      for (let hop = 0; hop < 9; hop++) await scheduler.until(scheduler.hop())
      ref.tell.write(2)
      await scheduler.run()
      assert.deepEqual(calls, expected, gather)
    }
  })

  test('takes nothing past a message of another method', async () => {
    const { scheduler, writer, ref } = world()
    const answers = [ref.write({ id: 1 }), ref.count(), ref.write({ id: 2 }), ref.write({ id: 3 })]
    await scheduler.run()
    await Promise.all(answers)
    assert.deepEqual(writer.calls, [[1], [], [2, 3]])
  })

  test('may refuse single messages of a call', async () => {
    const { scheduler, system, ref } = world()
    const answers = Promise.allSettled([1, 2, 3, 4].map((id) => ref.pick(id)))
    await scheduler.run()
    assert.deepEqual(
      (await answers).map((answer) =>
        answer.status === 'fulfilled' ? answer.value : (answer.reason as Error).message,
      ),
      ['1 is odd', 2, '3 is odd', 4],
    )
    const total = system.metrics().actors[0]?.total
    assert.deepEqual([total?.handled, total?.refused, total?.failed], [2, 2, 0])
  })

  test('that throws rejects every asker of the call and counts as one fault', async () => {
    const { scheduler, system, ref } = world()
    const answers = [1, 2].map((id) => assert.rejects(ref.explode(id), { message: 'disk full' }))
    await scheduler.advance(50)
    await Promise.all(answers)
    const total = system.metrics().actors[0]?.total
    assert.deepEqual([total?.failed, total?.restarts], [2, 1])
  })

  test('that gives the wrong number of results is at fault', async () => {
    const { scheduler, ref } = world()
    const message = 'batch miscount gave 1 results, not 2 results, one for each message in order'
    const answers = [1, 2].map((id) => assert.rejects(ref.miscount(id), { message }))
    await scheduler.run()
    await Promise.all(answers)
  })

  test('never sees a message that expired while it waited for the former call', async () => {
    const { scheduler, writer, ref } = world((virtual) => virtual.sleep(100))
    const slow = ref.write({ id: 1 })
    await scheduler.run()
    const late = assert.rejects(ref.with({ deadline: 50 }).write({ id: 2 }), {
      name: 'DeadlineExceeded',
    })
    const patient = ref.write({ id: 3 })
    await scheduler.advance(200)
    await Promise.all([slow, late, patient])
    assert.deepEqual(writer.calls, [[1], [3]])
  })

  test('refuses limits that make no sense', () => {
    assert.throws(() => batch({ max: 0 }, () => []), RangeError)
    assert.throws(() => batch({ max: 1, inFlight: 0.5 }, () => []), RangeError)
  })
})

describe('a batch member on lanes', () => {
  function keyed(inFlight: number) {
    const scheduler = new TestScheduler({ seed: 5 })
    const system = new ActorSystem({ scheduler })
    const calls: string[] = []
    let most = 0
    let running = 0
    const pool = system.pool('writer', {
      shards: 1,
      lanes: 16,
      create: () => ({
        write: batch(
          { max: 100, inFlight },
          async (rows: readonly number[], envelopes: readonly Envelope[]) => {
            most = Math.max(most, ++running)
            calls.push(rows.map((row, index) => `${envelopes[index]?.key}${row}`).join(' '))
            await scheduler.sleep(10)
            running--
            return rows
          },
        ),
        read: () => 'read',
      }),
    })
    return { scheduler, system, calls, pool, most: () => most }
  }

  test('gathers over keys, each key in its order', async () => {
    const { scheduler, calls, pool } = keyed(1)
    const answers = [1, 2].flatMap((row) => ['a', 'b', 'c'].map((key) => pool.for(key).write(row)))
    await scheduler.advance(10)
    assert.deepEqual(await Promise.all(answers), [1, 1, 1, 2, 2, 2])
    assert.deepEqual(calls, ['a1 a2 b1 b2 c1 c2'])
  })

  test('has one call in progress, while other methods and keys go on', async () => {
    const { scheduler, calls, pool, most } = keyed(1)
    const first = pool.for('a').write(1)
    await scheduler.run()
    const rest = [pool.for('b').write(2), pool.for('c').write(3)]
    assert.equal(await scheduler.until(pool.for('d').read()), 'read')
    await scheduler.advance(20)
    await Promise.all([first, ...rest])
    assert.deepEqual(calls, ['a1', 'b2 c3'])
    assert.equal(most(), 1)
  })

  test('may have more calls in progress when asked to', async () => {
    const { scheduler, calls, pool, most } = keyed(2)
    const answers = [pool.for('a').write(1)]
    await scheduler.run()
    answers.push(pool.for('b').write(2))
    await scheduler.run()
    answers.push(pool.for('c').write(3), pool.for('d').write(4))
    await scheduler.advance(20)
    await Promise.all(answers)
    assert.deepEqual(calls, ['a1', 'b2', 'c3 d4'])
    assert.equal(most(), 2)
  })
})
