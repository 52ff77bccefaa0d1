import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Envelope } from './message.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

/** Notes the order per key, and whether two messages of one key were ever in progress together. */
class Witness {
  readonly seen: Map<string, number[]>
  readonly overlaps: string[]
  readonly #busy = new Set<string>()
  readonly #pause: () => Promise<void>
  static most = 0

  constructor(seen: Map<string, number[]>, overlaps: string[], pause: () => Promise<void>) {
    this.seen = seen
    this.overlaps = overlaps
    this.#pause = pause
  }

  async handle(message: { number: number }, envelope?: Envelope): Promise<number> {
    const key = envelope?.key ?? ''
    if (this.#busy.has(key)) this.overlaps.push(key)
    this.#busy.add(key)
    Witness.most = Math.max(Witness.most, this.#busy.size)
    this.seen.set(key, [...(this.seen.get(key) ?? []), message.number])
    for (let hop = message.number % 3; hop >= 0; hop--) await this.#pause()
    this.#busy.delete(key)
    return message.number
  }
}

async function thousandAsks(seed: number, lanes: number) {
  const scheduler = new TestScheduler({ seed })
  const system = new ActorSystem({ scheduler })
  const seen = new Map<string, number[]>()
  const overlaps: string[] = []
  Witness.most = 0
  const pool = system.pool('witness', {
    shards: 3,
    lanes,
    create: () => new Witness(seen, overlaps, () => scheduler.hop()),
  })
  const asks = Array.from({ length: 1_000 }, (_, number) =>
    pool.for(`key-${number % 17}`).handle({ number }),
  )
  await scheduler.run()
  return { answers: await Promise.all(asks), seen, overlaps, most: Witness.most, system }
}

describe('order per key', () => {
  for (const seed of [1, 2, 3]) {
    test(`holds over 1000 interleaved asks on lanes that run side by side (seed ${seed})`, async () => {
      const { answers, seen } = await thousandAsks(seed, 8)
      assert.deepEqual(
        answers,
        Array.from({ length: 1_000 }, (_, number) => number),
      )
      assert.equal(seen.size, 17)
      for (const numbers of seen.values()) {
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        )
      }
    })
  }

  test('two messages for one key never overlap, while different keys do', async () => {
    const { overlaps, most } = await thousandAsks(4, 8)
    assert.deepEqual(overlaps, [])
    assert.ok(most > 1, 'keys of one shard are in progress together')
  })

  test('one lane handles one message at a time whatever the key', async () => {
    const { most } = await thousandAsks(5, 1)
    assert.equal(most, 1)
  })

  test('lanes bound how many keys of a shard are in progress', async () => {
    const { most } = await thousandAsks(6, 2)
    assert.equal(most, 2)
  })

  test('a key that waits for a slow message does not hold up another key', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    const gate = Promise.withResolvers<void>()
    const done: string[] = []
    const pool = system.pool('gate', {
      shards: 1,
      lanes: 2,
      create: () => ({
        async slow() {
          await gate.promise
          done.push('slow')
        },
        quick: () => done.push('quick'),
      }),
    })
    const first = pool.for('a').slow()
    const second = pool.for('a').quick()
    const other = pool.for('b').quick()
    await scheduler.run()
    assert.deepEqual(done, ['quick'])
    gate.resolve()
    await scheduler.run()
    await Promise.all([first, second, other])
    assert.deepEqual(done, ['quick', 'slow', 'quick'])
  })
})

describe('the bound of a mailbox', () => {
  const stuck = () => {
    const scheduler = new TestScheduler()
    const letters: string[] = []
    const system = new ActorSystem({
      scheduler,
      onDeadLetter: ({ method, reason }) => letters.push(`${method} ${reason}`),
    })
    const gate = Promise.withResolvers<void>()
    const ref = system.spawn('stuck', {
      mailbox: 3,
      create: () => ({ wait: () => gate.promise, other: () => 'other' }),
    })
    return { scheduler, system, gate, ref, letters }
  }

  test('counts the message in progress and refuses an ask at once', async () => {
    const { scheduler, gate, ref, letters } = stuck()
    const accepted = [ref.wait(), ref.wait(), ref.wait()]
    await scheduler.run()
    await assert.rejects(ref.wait(), {
      name: 'MailboxFull',
      code: 'mailbox_full',
      actor: 'stuck',
      capacity: 3,
    })
    assert.deepEqual(letters, [], 'the asker knows, so there is no dead letter')
    gate.resolve()
    await scheduler.run()
    await Promise.all(accepted)
  })

  test('takes messages again when one was handled', async () => {
    const { scheduler, gate, ref } = stuck()
    const accepted = [ref.wait(), ref.wait(), ref.wait()]
    gate.resolve()
    await scheduler.run()
    await Promise.all(accepted)
    assert.equal(await scheduler.until(ref.other()), 'other')
  })

  test('turns a tell into a dead letter and tells so, without throwing', () => {
    const { ref, letters, system } = stuck()
    assert.deepEqual(
      [1, 2, 3, 4].map(() => ref.tell.wait()),
      [true, true, true, false],
    )
    assert.deepEqual(letters, ['wait full'])
    assert.equal(system.metrics().deadLetters, 1)
  })

  test('a slot of an expired message is free again', async () => {
    const { scheduler, ref } = stuck()
    const asks = [1, 2, 3].map(() => assert.rejects(ref.wait(), { name: 'DeadlineExceeded' }))
    await scheduler.advance(5_000)
    await Promise.all(asks)
    // One handler is still stuck, the two that waited are gone.
    assert.deepEqual([ref.tell.other(), ref.tell.other(), ref.tell.other()], [true, true, false])
  })
})
