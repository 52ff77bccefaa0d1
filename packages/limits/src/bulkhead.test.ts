import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Bulkhead } from './bulkhead.ts'
import { WaitingRoom } from './waiting-room.ts'

describe('a bulkhead', () => {
  test('refuses what is too much, at once, and counts it', () => {
    const bulkhead = new Bulkhead('login', 2)
    assert.deepEqual(
      [1, 2, 3].map(() => bulkhead.tryEnter()),
      [true, true, false],
    )
    bulkhead.leave()
    assert.ok(bulkhead.tryEnter())
    assert.equal(bulkhead.inFlight, 2)
    assert.equal(bulkhead.rejected, 1)
    assert.throws(() => new Bulkhead('none', 0), RangeError)
  })
})

function room(options: { atOnce?: number; seats?: number; patienceMs?: number } = {}) {
  const clock = { now: 0 }
  const made = new WaitingRoom({
    name: 'hashing',
    atOnce: 1,
    seats: 10,
    patienceMs: 1_000,
    ...options,
    now: () => clock.now,
    refusal: () => new Error('busy'),
  })
  const order: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) =>
    made.run(() => {
      order.push(name)
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
    })
  return { made, clock, order, ends, work }
}

describe('a waiting room', () => {
  test('whoever came first is served first', async () => {
    const { order, ends, work } = room()
    const all = ['a', 'b', 'c'].map(work)
    for (const name of ['a', 'b', 'c']) {
      ends.get(name)?.()
      await all.shift()
    }
    assert.deepEqual(order, ['a', 'b', 'c'])
  })

  test('when the first has waited for half of the patience, the last is served first', async () => {
    const { clock, order, ends, work } = room()
    const all = new Map(['a', 'b', 'c'].map((name) => [name, work(name)]))
    clock.now = 501
    ends.get('a')?.()
    await all.get('a')
    ends.get('c')?.()
    await all.get('c')
    ends.get('b')?.()
    await all.get('b')
    assert.deepEqual(order, ['a', 'c', 'b'])
  })

  test('who has waited too long is refused, and never worked for', async () => {
    const { clock, order, ends, work, made } = room()
    const first = work('a')
    const late = work('b')
    const refused = assert.rejects(late, /busy/)
    clock.now = 1_000
    ends.get('a')?.()
    await first
    await refused
    assert.deepEqual(order, ['a'])
    assert.equal(made.inFlight, 0)
    assert.equal(made.rejected, 1)
  })

  test('who waits behind work that does not end is refused as well', async () => {
    const made = new WaitingRoom({
      name: 'hashing',
      atOnce: 1,
      seats: 10,
      patienceMs: 20,
      now: () => performance.now(),
      refusal: () => new Error('busy'),
    })
    const stuck = Promise.withResolvers<void>()
    const awake = setInterval(() => undefined, 1_000) // the room's own timer keeps no process alive
    const working = made.run(() => stuck.promise)
    await assert.rejects(
      made.run(async () => undefined),
      /busy/,
    )
    clearInterval(awake)
    stuck.resolve()
    await working
    assert.equal(made.inFlight, 0)
  })

  test('without a seat it is refused at once; a failed work makes room', async () => {
    const { work, made, ends } = room({ seats: 1 })
    const first = work('a')
    const second = work('b')
    await assert.rejects(work('c'), /busy/)
    assert.equal(made.waiting, 1)
    ends.get('a')?.()
    await first
    ends.get('b')?.()
    await second
    await assert.rejects(
      made.run(() => Promise.reject(new Error('no hash'))),
      /no hash/,
    )
    assert.equal(made.inFlight, 0)
  })
})
