import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openStorage } from '@grantd/storage'
import { FixedClock } from '@grantd/testkit'
import { silent } from '../../test/support/events.ts'
import { FakeSink } from './fake-sink.fixture.ts'
import { appendAll, numbers } from './outbox.fixture.ts'
import { Relay } from './relay.ts'

const HOUR = 3_600
const KEYS = ['a', 'b', 'c', 'd', 'e']
const EVERY_SECONDS = 5

describe('a backend that is away for an hour', () => {
  test('gets all that happened meanwhile, once and in order, and was not asked too often', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const storage = await openStorage('memory:')
    const clock = new FixedClock(1_700_000_000_000)
    const [away, other] = [new FakeSink('away'), new FakeSink('other')]
    const warnings: string[] = []
    const note = (fields: { backend?: string }, message: string) =>
      warnings.push(`${fields.backend}: ${message}`)
    const log = { info: note, warn: note, error: note }
    const relay = new Relay({ storage, sinks: [away, other], clock, log, owner: 'one' })
    /** What a second of the relay does when nothing really waits. */
    const second = async () => {
      clock.advance(1)
      mock.timers.tick(1_000)
      for (let turn = 0; turn < 8; turn++) await setImmediate()
    }

    await relay.start()
    away.isHealthy = false
    away.refuse = () => ({ retry: 'ECONNREFUSED' })
    let made = 0
    for (let at = 0; at < HOUR; at++) {
      if (at % EVERY_SECONDS === 0) {
        made++
        await appendAll(storage, KEYS, made, made)
        relay.poke()
      }
      await second()
    }
    const events = made * KEYS.length
    assert.equal(away.taken.length, 0)
    assert.equal(other.taken.length, events, 'the other one had them at once')
    assert.ok(away.calls >= HOUR / 6 && away.calls <= HOUR / 4, `${away.calls} calls in an hour`)
    const [waiting] = (await relay.progress()).filter(({ name }) => name === 'away')
    assert.deepEqual([waiting?.waiting, waiting?.isActive], [events, true])
    assert.deepEqual(await storage.outbox.countParked(), { waiting: 0, dead: 0 })

    away.isHealthy = true
    away.refuse = () => undefined
    let seconds = 0
    while ((await relay.backlog()) > 0) {
      await second()
      seconds++
    }
    assert.ok(seconds <= 30, `${seconds} seconds until all were there`)
    for (const key of KEYS) assert.deepEqual(away.numbersOf(key), numbers(1, made), key)
    assert.equal(away.taken.length, events, 'none twice')
    assert.deepEqual(warnings, [
      'away: an event backend does not take events; they wait',
      'away: events of the outbox are delivered again',
    ])
    mock.timers.reset()
    await relay.stop(1)
    await storage.close()
  })

  test('has one call read for it while it is away, once, and is read ahead for again when it is back', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const storage = await openStorage('memory:')
    const clock = new FixedClock(1_700_000_000_000)
    const away = new FakeSink('away')
    const reads: number[] = []
    const outbox: typeof storage.outbox = {
      ...storage.outbox,
      read: async (after, limit) => {
        const page = await storage.outbox.read(after, limit)
        if (page.length > 0) reads.push(page.length)
        return page
      },
    }
    const relay = new Relay({
      storage: { commit: (changes) => storage.commit(changes), outbox },
      sinks: [away],
      clock,
      log: silent,
      owner: 'one',
      settings: { batch: 5 },
    })
    const second = async () => {
      clock.advance(1)
      mock.timers.tick(1_000)
      for (let turn = 0; turn < 8; turn++) await setImmediate()
    }

    away.isHealthy = false
    away.refuse = () => ({ retry: 'ECONNREFUSED' })
    await relay.register()
    await appendAll(storage, KEYS, 1, 4)
    await relay.start()
    for (let at = 0; at < 60; at++) await second()
    assert.ok(away.calls > 5, `${away.calls} calls`)
    assert.deepEqual(reads, [20])

    away.isHealthy = true
    away.refuse = () => undefined
    for (let at = 0; at < 60 && (await relay.backlog()) > 0; at++) await second()
    assert.deepEqual(away.numbersOf('a'), numbers(1, 4))
    assert.equal(reads[1], 15, 'what was let go of meanwhile')
    mock.timers.reset()
    await relay.stop(1)
    await storage.close()
  })
})
