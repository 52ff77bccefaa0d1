import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { EventSink, Storage } from '@grantd/domain'
import { openStorage } from '@grantd/storage'
import { FixedClock } from '@grantd/testkit'
import { FakeSink } from './fake-sink.fixture.ts'
import { appendAll, appendOf, eventOf, numbers } from './outbox.fixture.ts'
import { Relay } from './relay.ts'

const KEYS = ['a', 'b', 'c']
const START_MS = 1_700_000_000_000

describe('relay', { timeout: 20_000 }, () => {
  let storage: Storage
  let clock: FixedClock
  let sink: FakeSink
  let warnings: string[]
  const relays: Relay[] = []

  beforeEach(async () => {
    storage = await openStorage('memory:')
    clock = new FixedClock(START_MS)
    sink = new FakeSink()
    warnings = []
  })

  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop(1)))
    await storage.close()
  })

  function relayOf(sinks: readonly EventSink[] = [sink], owner = 'one'): Relay {
    const note = (_fields: object, message: string) => warnings.push(message)
    const log = { info: note, warn: note, error: note }
    const settings = { batch: 10, lingerMs: 0, pollMs: 5, leaseSeconds: 15 }
    const relay = new Relay({ storage, sinks, clock, log, owner, settings })
    relays.push(relay)
    return relay
  }

  /** Turns of the loop until `holds`; the relay wakes by itself every few milliseconds. */
  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await setImmediate()
  }

  test('delivers every event once and in order per key', async () => {
    const relay = relayOf()
    await relay.start()
    await appendAll(storage, KEYS, 1, 50)
    relay.poke()
    await sink.took(150)
    for (const key of KEYS) assert.deepEqual(sink.numbersOf(key), numbers(1, 50))
    await until(async () => (await relay.backlog()) === 0)
    assert.equal(sink.taken.length, 150)
  })

  test('a sink that is new begins with what comes now, a known one where it was', async () => {
    await appendAll(storage, ['a'], 1, 5)
    const relay = relayOf()
    await relay.start()
    await relay.stop(1_000)
    await appendAll(storage, ['a'], 6, 9)
    await relayOf().start()
    await sink.took(4)
    assert.deepEqual(sink.numbersOf('a'), numbers(6, 9))
  })

  test('while a backend is away events wait, and no time makes them dead', async () => {
    sink.isHealthy = false
    sink.refuse = () => ({ retry: 'connection refused' })
    const relay = relayOf()
    await relay.start()
    await appendAll(storage, KEYS, 1, 20)
    await until(() => sink.calls >= 5)
    assert.equal(await relay.backlog(), 60)
    assert.deepEqual(await storage.outbox.countParked(), { waiting: 0, dead: 0 })
    assert.equal(warnings.length, 1, 'said once')
    sink.refuse = () => undefined
    await sink.took(60)
    for (const key of KEYS) assert.deepEqual(sink.numbersOf(key), numbers(1, 20))
  })

  test('T202 a slow or dead sink delays only itself', async () => {
    const dead = new FakeSink('dead')
    dead.isHealthy = false
    dead.refuse = () => ({ retry: 'no answer' })
    const relay = relayOf([dead, sink])
    await relay.start()
    await appendAll(storage, KEYS, 1, 20)
    await sink.took(60)
    const waiting = async (name: string) =>
      (await relay.progress()).find((one) => one.name === name)?.waiting
    await until(async () => (await waiting('fake')) === 0)
    assert.equal(await waiting('dead'), 60)
  })

  test('T202 a poison event parks its key, others go on; after ten tries it is a dead letter', async () => {
    sink.refuse = ({ event }) =>
      event.client_id === 'b' && event.metadata.n === '3' ? { rejected: 'too large' } : undefined
    const relay = relayOf()
    await relay.start()
    await appendAll(storage, KEYS, 1, 3)
    await until(async () => (await storage.outbox.countParked()).waiting === 1)
    await appendAll(storage, KEYS, 4, 20)
    await until(async () => (await relay.backlog()) === 0)
    assert.deepEqual(sink.numbersOf('a'), numbers(1, 20))
    assert.deepEqual(sink.numbersOf('b'), [1, 2])
    for (let tries = 0; (await storage.outbox.countParked()).dead === 0; tries++) {
      assert.ok(tries < 4_000, 'it was not given up')
      clock.advance(30)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await sink.took(20 + 19 + 20)
    assert.deepEqual(sink.numbersOf('b'), [1, 2, ...numbers(4, 20)])
    const [letter] = await storage.outbox.deadLetters({ limit: 10 })
    assert.deepEqual([letter?.attempts, letter?.error, letter?.key], [10, 'too large', 'b'])
    sink.refuse = () => undefined
    const { seq = 0 } = letter ?? {}
    await storage.commit([
      {
        kind: 'outbox.revive',
        sink: sink.name,
        seq,
        at: Math.floor(clock.nowMs() / 1_000) as never,
      },
    ])
    clock.advance(10)
    await sink.took(20 + 20 + 20)
    assert.equal(sink.numbersOf('b').at(-1), 3)
    await until(async () => (await storage.outbox.countParked()).waiting === 0)
  })

  test('an event that a working backend keeps putting off is parked, not waited for', async () => {
    sink.refuse = ({ event }) =>
      event.client_id === 'b' && event.metadata.n === '1' ? { retry: 'leader unknown' } : undefined
    const relay = relayOf()
    await relay.start()
    await appendAll(storage, KEYS, 1, 30)
    await until(async () => (await relay.backlog()) === 0)
    assert.deepEqual(sink.numbersOf('a'), numbers(1, 30))
    assert.deepEqual(sink.numbersOf('b'), [])
    sink.refuse = () => undefined
    for (let seconds = 0; sink.taken.length < 90; seconds++) {
      assert.ok(seconds < 1_000, 'the parked events were not delivered')
      clock.advance(5)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    assert.deepEqual(sink.numbersOf('b'), numbers(1, 30))
  })

  test('of two processes one delivers; the other goes on where it stopped', async () => {
    const other = new FakeSink()
    const first = relayOf([sink], 'one')
    await first.start()
    await appendAll(storage, ['a'], 1, 10)
    await sink.took(10)
    const second = relayOf([other], 'two')
    await second.start()
    await appendAll(storage, ['a'], 11, 20)
    await sink.took(20)
    assert.equal(other.taken.length, 0)
    await first.stop(1_000)
    await appendAll(storage, ['a'], 21, 30)
    await other.took(10)
    assert.deepEqual(other.numbersOf('a'), numbers(21, 30))
  })

  test('a process that vanished is replaced when its lease has ended', async () => {
    const at = Math.floor(START_MS / 1_000)
    await storage.commit([
      { kind: 'outbox.addSink', sink: sink.name, cursor: 0 },
      {
        kind: 'outbox.lease',
        sink: sink.name,
        owner: 'gone',
        at: at as never,
        until: (at + 15) as never,
      },
    ])
    await relayOf().start()
    await storage.commit([appendOf(eventOf('a', 1))])
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(sink.taken.length, 0)
    clock.advance(16)
    await sink.took(1)
  })

  test('what every sink has is trimmed; a history keeps it', async () => {
    const relay = relayOf()
    await relay.start()
    for (let n = 0; n < 15; n++) await appendAll(storage, KEYS, n * 50 + 1, n * 50 + 50)
    await until(async () => (await relay.backlog()) === 0)
    const kept = await storage.outbox.read(0, 10_000)
    assert.ok(kept.length < 1_260, `${kept.length} of 2250 are kept`)
  })

  test('a rewind delivers again what is stored, in order', async () => {
    const relay = relayOf()
    await relay.start()
    await appendAll(storage, ['a'], 1, 10)
    await sink.took(10)
    const [third] = (await storage.outbox.read(2, 1)) ?? []
    await until(async () => (await relay.backlog()) === 0)
    await storage.commit([
      { kind: 'outbox.rewind', sink: sink.name, cursor: (third?.seq ?? 0) - 1 },
    ])
    await appendAll(storage, ['a'], 11, 11)
    await until(() => sink.taken.length > 11 && sink.numbersOf('a').at(-1) === 11)
    assert.deepEqual(sink.numbersOf('a').slice(-9), numbers(3, 11))
  })
})
