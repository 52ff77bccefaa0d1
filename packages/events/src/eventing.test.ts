import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  DraftEvent,
  type EventEnvelope,
  type EventSink,
  IdMaker,
  type PublishOutcome,
  systemRandom,
} from '@grantd/domain'
import { manyEvents, silent, tokenEvent } from '../test/support/events.ts'
import { EventRing } from './event-ring.ts'
import { Eventing } from './eventing.ts'

interface TestSink extends EventSink {
  readonly taken: EventEnvelope[]
  readonly calls: number[]
}

function sinkThat(
  publish: (events: readonly EventEnvelope[]) => Promise<readonly PublishOutcome[]>,
  more: Partial<EventSink> = {},
): TestSink {
  const taken: EventEnvelope[] = []
  const calls: number[] = []
  return {
    name: 'test',
    isDurable: false,
    health: async () => ({ healthy: true }),
    close: async () => {},
    ...more,
    taken,
    calls,
    async publish(events) {
      calls.push(events.length)
      const outcomes = await publish(events)
      taken.push(...events.filter((_, index) => outcomes[index] === 'published'))
      return outcomes
    },
  }
}

const takesAll = async (events: readonly EventEnvelope[]) => events.map(() => 'published' as const)
const hangs = () => new Promise<never>(() => undefined)

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  collect()
}

function eventing(sinks: readonly EventSink[], more = {}): Eventing {
  return new Eventing({ isEnabled: true, passes: () => true, sinks, log: silent, ...more })
}

describe('eventing', () => {
  test('delivers in nobody’s context, whoever told of the first event', async () => {
    const request = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const sink = sinkThat(async (events) => {
      seen.push(request.getStore())
      return takesAll(events)
    })
    const bus = eventing([sink])
    request.run('a request', () => bus.emit(tokenEvent()))
    await bus.stop(1_000)
    assert.deepEqual(seen, [undefined])
  })

  test('a backend that hangs delays only itself, and nobody waits for it', async () => {
    const dead = sinkThat(hangs, { name: 'dead' })
    const live = sinkThat(takesAll, { name: 'live' })
    const bus = eventing([dead, live])
    const events = manyEvents(1_000)
    for (const event of events) assert.equal(bus.emit(event), undefined)
    while (live.taken.length < events.length) await setImmediate()
    await bus.stop(50)
    assert.deepEqual(live.taken, events)
  })

  test('an event is made when a backend looks at it, once for all of them', async () => {
    let made = 0
    const ids = new IdMaker({
      clock: { nowMs: () => ++made },
      random: systemRandom,
    })
    const [memory, broker] = [new EventRing({ name: 'memory', size: 4 }), sinkThat(takesAll)]
    const origin = { correlationId: 'c-1', source: 'http' }
    const kept = eventing([memory])
    for (let nth = 0; nth < 6; nth++) {
      const metadata = { nth: String(nth) }
      kept.emit(new DraftEvent({ type: 'client_validated', metadata }, 1_000, origin, ids))
    }
    assert.equal(made, 0, 'nobody has looked yet')
    const recent = memory.recent(3)
    assert.equal(made, 3)
    assert.deepEqual(
      recent.map(({ event }) => event.metadata.nth),
      ['5', '4', '3'],
    )
    assert.ok((recent[0]?.event.id ?? '') > (recent[1]?.event.id ?? ''), 'ids in their order')
    assert.deepEqual(memory.recent(3), recent)
    const both = eventing([memory, broker])
    both.emit(new DraftEvent({ type: 'client_validated' }, 2_000, origin, ids))
    await both.stop(1_000)
    assert.deepEqual(broker.taken, memory.recent(1))
    assert.equal(broker.taken[0]?.correlation_id, 'c-1')
  })

  test('the queue of a backend is bounded; what finds no room is counted', async () => {
    const bus = eventing([sinkThat(hangs)], { queueSize: 100 })
    for (const event of manyEvents(150)) bus.emit(event)
    const { plugins } = await bus.health()
    assert.deepEqual(plugins, [{ name: 'test', healthy: true, waiting: 100, dropped: 50 }])
    assert.equal(bus.hasRoom(), false)
    await bus.stop(0)
  })

  test('what waits behind a call that hangs is no burden for the garbage collector', async (t) => {
    const { promise: called, resolve: answer } = Promise.withResolvers<void>()
    const sink = sinkThat(async (events) => {
      await called
      return takesAll(events)
    })
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const bus = eventing([sink], { batchSize: 20 })
    const ids: string[] = []
    const references: WeakRef<EventEnvelope>[] = []
    while (ids.length < 500) {
      for (const event of manyEvents(10, ids.length)) {
        ids.push(event.event.id)
        references.push(new WeakRef(event))
        bus.emit(event)
      }
      mock.timers.tick(10)
      await setImmediate()
    }
    mock.timers.reset()
    collectGarbage()
    const objects = references.filter((reference) => reference.deref() !== undefined).length
    assert.ok(objects <= 50, `${objects} of 500 events are still objects`)
    assert.equal(bus.counts()[0]?.waiting, 500)
    answer()
    while (sink.taken.length < 500) await setImmediate()
    assert.deepEqual(
      sink.taken.map(({ event }) => event.id),
      ids,
    )
    await bus.stop(1_000)
    assert.deepEqual(bus.counts(), [{ name: 'test', waiting: 0, published: 500, dropped: 0 }])
  })

  test('events that wait go out together', async () => {
    const sink = sinkThat(takesAll)
    const bus = eventing([sink], { batchSize: 60 })
    for (const event of manyEvents(100)) bus.emit(event)
    await bus.stop(1_000)
    assert.deepEqual(sink.calls, [60, 40])
  })

  test('what a backend could not take is offered again, alone and in order', async () => {
    const refusals = [2, 1]
    const sink = sinkThat(async (events) => {
      const from = refusals.shift()
      return events.map((_, index) =>
        from === undefined || index < from ? 'published' : { retry: 'busy' },
      )
    })
    const bus = eventing([sink])
    const events = manyEvents(5)
    for (const event of events) bus.emit(event)
    while (sink.taken.length < 5) await setImmediate()
    await bus.stop(1_000)
    assert.deepEqual(sink.taken, events)
    assert.deepEqual(sink.calls, [5, 3, 2])
  })

  test('an event refused for good is dropped and counted; the others go on', async () => {
    const sink = sinkThat(async (events) =>
      events.map((_, index) => (index === 1 ? { rejected: 'too large' } : 'published')),
    )
    const bus = eventing([sink])
    for (const event of manyEvents(3)) bus.emit(event)
    while (sink.taken.length < 2) await setImmediate()
    const { plugins } = await bus.health()
    assert.deepEqual([plugins[0]?.waiting, plugins[0]?.dropped], [0, 1])
    await bus.stop(1_000)
  })

  test('the end does not wait for a backend that is down, and counts what it loses', async () => {
    const lost: object[] = []
    const sink = sinkThat(async (events) => events.map(() => ({ retry: 'down' })))
    const log = { ...silent, error: (fields: object) => void lost.push(fields) }
    const bus = eventing([sink], { log })
    for (const event of manyEvents(10)) bus.emit(event)
    await bus.stop(30_000)
    assert.deepEqual(lost, [{ backend: 'test', events: 10 }])
  })

  test('with an outbox, durable backends get audit events from there alone', async () => {
    const durable = sinkThat(takesAll, { name: 'durable', isDurable: true })
    const memory = sinkThat(takesAll, { name: 'memory' })
    const bus = eventing([durable, memory], { hasOutbox: true })
    const audit = tokenEvent()
    const telemetry = {
      ...audit,
      event: { ...audit.event, event_type: 'token_validated' },
    }
    // What others sent in is in nobody's outbox, even of a type that is ours.
    const sentIn = { ...tokenEvent(), attributes: { source: 'ingest' } }
    bus.emit(audit)
    bus.emit(telemetry)
    bus.emit(sentIn)
    await bus.stop(1_000)
    assert.deepEqual(durable.taken, [telemetry, sentIn])
    assert.deepEqual(memory.taken, [audit, telemetry, sentIn])
  })

  test('a backend that does not say how it is, is not healthy; it is asked once a second', async () => {
    let asked = 0
    let now = 0
    const sink = sinkThat(takesAll, {
      health: async () => {
        asked++
        return { healthy: asked > 1 }
      },
    })
    const bus = eventing([sink], { nowMs: () => now })
    const ask = async () => (await bus.health()).plugins[0]?.healthy
    assert.deepEqual([await ask(), await ask()], [false, false])
    now = 1_000
    assert.equal(await ask(), true)
    assert.equal(asked, 2)
    await bus.stop(0)
  })

  test('an attempt by hand counts like any other, and a test event is seen by who watches', async () => {
    const seen: unknown[][] = []
    const refusing = sinkThat(async () => [{ rejected: 'no' }], { name: 'refusing' })
    const taking = sinkThat(takesAll, { name: 'taking' })
    const bus = eventing([refusing, taking], {
      onPublished: (...told: unknown[]) => seen.push(told.slice(0, 3)),
    })
    const reader = bus.feed.open({ filter: {}, wake: () => undefined })
    const event = tokenEvent()
    await bus.test(event)
    assert.deepEqual(seen, [
      ['refusing', [event], [{ rejected: 'no' }]],
      ['taking', [event], ['published']],
    ])
    const entry = reader?.next()
    assert.equal(typeof entry === 'object' && entry.envelope, event)
    await bus.stop(0)
  })
})
