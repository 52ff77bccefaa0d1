import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { after, type OutboxEntry, type Storage } from '@grantd/domain'
import { assertFrozen, refuse, suiteOn, write } from './harness.ts'
import { anAuditRecord, BEFORE, LATER, NOW, unique } from './samples.ts'
import { anEvent, aParkedEvent } from './samples-outbox.ts'
import type { ConformanceTarget } from './suite.ts'

/** Events wait in the order of their commits, and each sink goes through them at its own pace. */
export function outboxSuite(target: ConformanceTarget): void {
  suiteOn(target, 'outbox', (storage) => {
    test('events read back in the order of their commits, after any place', async () => {
      const start = await storage().outbox.end()
      const events = Array.from({ length: 5 }, () => anEvent())
      for (const event of events) await write(storage(), { kind: 'outbox.append', event })
      const read = await storage().outbox.read(start, 100)
      assert.deepEqual(read.map(withoutPlace), events)
      for (const entry of read) assertFrozen(entry)
      const places = read.map(({ seq }) => seq)
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      )
      assert.equal(await storage().outbox.end(), places.at(-1))
      assert.deepEqual(await storage().outbox.read(places[1] ?? 0, 2), read.slice(2, 4))
    })

    test('events of one unit stand in its order', async () => {
      const start = await storage().outbox.end()
      const events = Array.from({ length: 50 }, () => anEvent({ key: 'one' }))
      await write(storage(), ...events.map((event) => ({ kind: 'outbox.append', event }) as const))
      assert.deepEqual((await storage().outbox.read(start, 100)).map(withoutPlace), events)
    })

    test('a unit that is refused leaves no event', async () => {
      const start = await storage().outbox.end()
      const advance = { sink: unique('absent'), epoch: 0, from: 0, to: 1 }
      await refuse(
        storage(),
        1,
        { kind: 'outbox.append', event: anEvent() },
        { kind: 'outbox.advance', ...advance },
      )
      assert.deepEqual(await storage().outbox.read(start, 100), [])
    })

    test('a reader beside many writers misses nothing, repeats nothing, and keeps order per key', async () => {
      await assertGapless(storage(), [storage()])
    })

    test('a sink begins where it is told, once', async () => {
      const sink = unique('sink')
      await write(storage(), { kind: 'outbox.addSink', sink, cursor: 7 })
      await write(storage(), { kind: 'outbox.addSink', sink, cursor: 9 })
      const found = await sinkNamed(storage(), sink)
      assert.deepEqual(found, { name: sink, cursor: 7, epoch: 0, owner: '', leaseUntil: 0 })
      assertFrozen(found)
      await write(storage(), { kind: 'outbox.removeSink', sink })
      assert.equal(await sinkNamed(storage(), sink), undefined)
    })

    test('a lease belongs to one owner until it ends; a change of owner grows the epoch', async () => {
      const sink = await aSink(storage())
      const lease = { kind: 'outbox.lease', sink, at: NOW, until: LATER } as const
      await write(storage(), { ...lease, owner: 'a' })
      await refuse(storage(), 0, { ...lease, owner: 'b' })
      await write(storage(), { ...lease, owner: 'a', until: after(LATER, 1) })
      const { epoch, owner, leaseUntil } = (await sinkNamed(storage(), sink)) ?? {}
      assert.deepEqual([epoch, owner, leaseUntil], [1, 'a', LATER + 1])
      await write(storage(), { ...lease, owner: 'b', at: after(LATER, 1) })
      assert.equal((await sinkNamed(storage(), sink))?.epoch, 2)
      await refuse(storage(), 0, { kind: 'outbox.release', sink, owner: 'a' })
      await write(storage(), { kind: 'outbox.release', sink, owner: 'b' })
      await write(storage(), { ...lease, owner: 'c' })
      assert.equal((await sinkNamed(storage(), sink))?.epoch, 3)
    })

    test('who lost the lease cannot move the cursor, nor anything else in that unit', async () => {
      const sink = await aSink(storage())
      const lease = { kind: 'outbox.lease', sink, at: NOW } as const
      await write(storage(), { ...lease, owner: 'a', until: NOW })
      await write(storage(), { ...lease, owner: 'b', until: LATER })
      const parked = aParkedEvent(sink)
      await refuse(
        storage(),
        0,
        { kind: 'outbox.advance', sink, epoch: 1, from: 0, to: 5 },
        { kind: 'outbox.park', parked },
      )
      assert.deepEqual(await storage().outbox.parked(sink, 10), [])
      await write(storage(), { kind: 'outbox.advance', sink, epoch: 2, from: 0, to: 5 })
      await refuse(storage(), 0, { kind: 'outbox.advance', sink, epoch: 2, from: 0, to: 6 })
      assert.equal((await sinkNamed(storage(), sink))?.cursor, 5)
    })

    test('a rewind moves the cursor back and takes the lease away', async () => {
      const sink = await aSink(storage())
      const lease = { kind: 'outbox.lease', sink, at: NOW, until: LATER } as const
      await write(storage(), { ...lease, owner: 'a' })
      await write(storage(), { kind: 'outbox.advance', sink, epoch: 1, from: 0, to: 5 })
      await write(storage(), { kind: 'outbox.rewind', sink, cursor: 2 })
      await refuse(storage(), 0, { kind: 'outbox.advance', sink, epoch: 1, from: 5, to: 6 })
      await write(storage(), { ...lease, owner: 'b' })
      const { cursor, epoch } = (await sinkNamed(storage(), sink)) ?? {}
      assert.deepEqual([cursor, epoch], [2, 3])
      await refuse(storage(), 0, { kind: 'outbox.rewind', sink: unique('absent'), cursor: 2 })
    })

    test('parked events are tried, given up, revived and let go', async () => {
      const sink = await aSink(storage())
      const first = aParkedEvent(sink, { seq: 3 })
      const second = aParkedEvent(sink, { seq: 4, attempts: 0, error: undefined })
      for (const parked of [second, first]) await write(storage(), { kind: 'outbox.park', parked })
      const found = await storage().outbox.parked(sink, 10)
      assert.deepEqual(found, [first, second])
      for (const parked of found) assertFrozen(parked)
      const attempt = { sink, seq: 3, seen: 1, attempts: 2, nextAttemptAt: LATER, error: 'again' }
      const attempted = { kind: 'outbox.attempted', ...attempt, deadAt: undefined } as const
      await write(storage(), attempted)
      await refuse(storage(), 0, attempted)
      const before = await storage().outbox.countParked()
      await write(storage(), { ...attempted, seen: 2, attempts: 10, deadAt: NOW })
      const counts = await storage().outbox.countParked()
      assert.deepEqual([counts.waiting, counts.dead], [before.waiting - 1, before.dead + 1])
      const dead = { ...first, attempts: 10, nextAttemptAt: LATER, error: 'again', deadAt: NOW }
      assert.deepEqual(await storage().outbox.deadLetters({ sink, limit: 10 }), [dead])
      assert.deepEqual(await storage().outbox.deadLetters({ sink, after: 3, limit: 10 }), [])
      assert.deepEqual(await storage().outbox.parked(sink, 10), [second])
      await refuse(storage(), 0, { kind: 'outbox.revive', sink, seq: 4, at: NOW })
      await write(storage(), { kind: 'outbox.revive', sink, seq: 3, at: NOW })
      const [revived] = await storage().outbox.parked(sink, 10)
      assert.deepEqual(revived, { ...dead, attempts: 0, nextAttemptAt: NOW, deadAt: undefined })
      for (const seq of [3, 4]) await write(storage(), { kind: 'outbox.unpark', sink, seq })
      assert.deepEqual(await storage().outbox.parked(sink, 10), [])
    })
  })

  suiteOn(target, 'a trim of the outbox', (storage) => {
    test('takes what every sink has passed and what is old enough, in bounded steps', async () => {
      const old = Array.from({ length: 10 }, () => anEvent({ createdAt: BEFORE }))
      const young = [anEvent(), anEvent()]
      for (const event of [...old, ...young])
        await write(storage(), { kind: 'outbox.append', event })
      const places = (await storage().outbox.read(0, 100)).map(({ seq }) => seq)
      await write(storage(), { kind: 'outbox.addSink', sink: 'fast', cursor: places.at(-1) ?? 0 })
      await write(storage(), { kind: 'outbox.addSink', sink: 'slow', cursor: places[5] ?? 0 })
      const left = async () => (await storage().outbox.read(0, 100)).map(({ seq }) => seq)
      await write(storage(), { kind: 'outbox.trim', before: NOW, limit: 2 })
      assert.deepEqual(await left(), places.slice(2))
      for (let n = 0; n < 9; n++) {
        await write(storage(), { kind: 'outbox.trim', before: NOW, limit: 2 })
      }
      assert.deepEqual(await left(), places.slice(6))
      await write(storage(), { kind: 'outbox.removeSink', sink: 'slow' })
      await write(storage(), { kind: 'outbox.trim', before: NOW, limit: 100 })
      assert.deepEqual(await left(), places.slice(10))
      await write(storage(), { kind: 'outbox.trim', before: LATER, limit: 100 })
      assert.deepEqual(await left(), [])
      const end = await storage().outbox.end()
      assert.equal(end, places.at(-1))
      await write(storage(), { kind: 'outbox.append', event: anEvent() })
      assert.ok(((await left())[0] ?? 0) > end, 'no place is given twice')
    })

    test('without any sink takes what is old enough', async () => {
      await write(storage(), { kind: 'outbox.removeSink', sink: 'fast' })
      await storage().outbox.read(0, 1)
      await write(storage(), { kind: 'outbox.trim', before: LATER, limit: 100 })
      assert.deepEqual(await storage().outbox.read(0, 100), [])
    })
  })

  const { openAgain } = target
  if (openAgain === undefined) return
  suiteOn(target, 'outbox across two connections', (storage) => {
    test('a reader misses nothing of either, and keeps order per key', async () => {
      const second = await openAgain.call(target)
      try {
        await assertGapless(storage(), [storage(), second])
        await assertGapless(second, [storage(), second])
      } finally {
        await second.close()
      }
    })

    test('two that read at once see the same places', async () => {
      const second = await openAgain.call(target)
      try {
        const start = await storage().outbox.end()
        const events = Array.from({ length: 300 }, () => anEvent())
        await Promise.all(
          events.map((event, n) =>
            write(n % 2 === 0 ? storage() : second, { kind: 'outbox.append', event }),
          ),
        )
        await Promise.all([storage().outbox.read(start, 1), second.outbox.read(start, 1)])
        const [here, there] = await Promise.all(
          [storage(), second].map((each) => each.outbox.read(start, 1_000)),
        )
        assert.equal(here?.length, events.length)
        assert.deepEqual(here, there)
      } finally {
        await second.close()
      }
    })
  })
}

const withoutPlace = ({ key, payload, createdAt }: OutboxEntry) => ({ key, payload, createdAt })

async function sinkNamed(storage: Storage, name: string) {
  return (await storage.outbox.sinks()).find((sink) => sink.name === name)
}

async function aSink(storage: Storage): Promise<string> {
  const sink = unique('sink')
  await write(storage, { kind: 'outbox.addSink', sink, cursor: 0 })
  return sink
}

const WRITERS = 8
const ROUNDS = 40

/** Each writer waits for its own commits; a reader follows by cursor meanwhile and must see them all. */
async function assertGapless(reader: Storage, writers: readonly Storage[]): Promise<void> {
  const start = await reader.outbox.end()
  const mark = unique('run')
  let isWriting = true
  const writing = Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const storage = writers[writer % writers.length] ?? reader
      for (let round = 0; round < ROUNDS; round++) {
        const event = anEvent({ key: `${mark} ${writer}`, payload: JSON.stringify({ round }) })
        // Units with and without a guard take different ways through a group commit.
        const record = anAuditRecord()
        const also = round % 2 === 0 ? [] : [{ kind: 'audit.insert', record } as const]
        await write(storage, ...also, { kind: 'outbox.append', event })
      }
    }),
  ).finally(() => {
    isWriting = false
  })
  const seen = new Map<string, number[]>()
  for (let cursor = start, isLast = false; !isLast; ) {
    await setImmediate() // reads may be answered without a turn of the loop, in which nobody else writes
    isLast = !isWriting
    for (let page = await reader.outbox.read(cursor, 50); page.length > 0; ) {
      for (const { seq, key, payload } of page) {
        assert.ok(seq > cursor)
        cursor = seq
        seen.set(key, [...(seen.get(key) ?? []), JSON.parse(payload).round])
      }
      page = await reader.outbox.read(cursor, 50)
    }
  }
  await writing
  const inOrder = Array.from({ length: ROUNDS }, (_, round) => round)
  assert.equal(seen.size, WRITERS)
  for (const rounds of seen.values()) assert.deepEqual(rounds, inOrder)
}
