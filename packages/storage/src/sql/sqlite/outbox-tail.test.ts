import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { epochSeconds, type OutboxEvent, type Storage } from '@grantd/domain'
import { openStorage } from '../../registry.ts'
import { OutboxTail } from './outbox-tail.ts'
import { temporaryFolder } from './testing.ts'

const eventOf = (payload: string): OutboxEvent => ({
  key: 'k',
  payload,
  createdAt: epochSeconds(1_700_000_000),
})
const appendOf = (payload: string) => ({ kind: 'outbox.append', event: eventOf(payload) }) as const
const append = (storage: Storage, ...payloads: readonly string[]) =>
  storage.commit(payloads.map(appendOf))
const payloadsOf = (entries: readonly OutboxEvent[] | undefined) =>
  entries?.map(({ payload }) => payload)

describe('the tail of the outbox', () => {
  test('gives what follows a place, and nothing about places outside of it', () => {
    const tail = new OutboxTail()
    assert.equal(tail.read(0, 10), undefined)
    tail.add([appendOf('4'), appendOf('5')], 5)
    tail.add([appendOf('6')], 6)
    assert.deepEqual(payloadsOf(tail.read(3, 2)), ['4', '5'])
    assert.deepEqual(payloadsOf(tail.read(5, 10)), ['6'])
    assert.equal(tail.read(2, 10), undefined, 'place 3 may be stored')
    assert.equal(tail.read(6, 10), undefined, 'something may be stored behind it')
    tail.add([appendOf('8')], 8)
    assert.equal(tail.read(5, 10), undefined, 'place 7 is of another process')
    assert.deepEqual(payloadsOf(tail.read(7, 10)), ['8'])
    tail.trim(9)
    assert.equal(tail.read(7, 10), undefined)
  })

  test('is bounded, and kept for who follows it', () => {
    const tail = new OutboxTail()
    for (let seq = 1; seq <= 20_000; seq++) {
      tail.add([appendOf(String(seq))], seq)
      if (seq % 100 === 0) assert.equal(tail.read(seq - 1, 10)?.length, 1)
    }
    assert.equal(tail.read(1, 10), undefined)
    assert.deepEqual(payloadsOf(tail.read(19_998, 10)), ['19999', '20000'])
    for (let seq = 20_001; seq <= 25_000; seq++) tail.add([appendOf(String(seq))], seq)
    assert.equal(tail.read(24_999, 10), undefined, 'nobody asked for so long')
    tail.follow()
    tail.add([appendOf('25001')], 25_001)
    assert.deepEqual(payloadsOf(tail.read(25_000, 10)), ['25001'])
  })

  test('says the same as the file, whoever wrote it, whatever was refused or removed', async () => {
    using folder = temporaryFolder()
    const url = `sqlite:${folder.path('a.db')}`
    const [one, other] = [await openStorage(url), await openStorage(url)]
    await using _ = {
      async [Symbol.asyncDispose]() {
        await Promise.all([one.close(), other.close()])
      },
    }
    const written: string[] = []
    let last = 0
    for (let round = 0; round < 40; round++) {
      const writer = round % 7 === 3 ? other : one
      const payloads = [`${round} first "quoted"\u2028`, `${round} ${'long '.repeat(60)}\n`]
      const results = await Promise.all([
        append(writer, payloads[0] ?? ''),
        writer.commit([
          appendOf('never'),
          { kind: 'outbox.release', sink: 'nobody', owner: 'nobody' },
        ]),
        append(writer, payloads[1] ?? ''),
      ])
      assert.equal(results[1]?.outcome, 'refused')
      written.push(...payloads)
      if (round % 10 === 9) {
        await one.commit([{ kind: 'outbox.addSink', sink: `s${round}`, cursor: last }])
        await one.commit([
          { kind: 'outbox.trim', before: epochSeconds(2_000_000_000), limit: 5 },
          { kind: 'outbox.removeSink', sink: `s${round}` },
        ])
      }
      for (const after of [0, last, last + 1]) {
        const [mine, stored] = [await one.outbox.read(after, 7), await other.outbox.read(after, 7)]
        assert.deepEqual(mine, stored, `round ${round}, after ${after}`)
      }
      last = await one.outbox.end()
    }
    assert.deepEqual(payloadsOf(await one.outbox.read(last - 4, 10)), written.slice(-4))
  })
})
