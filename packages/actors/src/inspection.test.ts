import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Inspection } from './inspection.ts'
import type { Envelope, TraceContext } from './message.ts'
import { ActorSystem } from './system.ts'
import { TestScheduler } from './testing.ts'

describe('inspection', () => {
  test('sees each message once at each step, with its outcome', async () => {
    const scheduler = new TestScheduler()
    const events: Inspection[] = []
    const system = new ActorSystem({
      scheduler,
      isRefusal: (error) => error instanceof RangeError,
      inspect: (event) => events.push(event),
    })
    const ref = system.spawn('seen', {
      mailbox: 4,
      create: () => ({
        good: () => scheduler.sleep(10),
        refuse() {
          throw new RangeError('no')
        },
        crash() {
          throw new Error('crash')
        },
      }),
    })
    const asks = Promise.allSettled([
      ref.good(),
      ref.refuse(),
      ref.with({ deadline: 5 }).good(),
      ref.crash(),
      ref.good(),
    ])
    await scheduler.advance(20)
    await asks
    const stories = Map.groupBy(events, (event) => event.id)
    assert.deepEqual(
      [...stories.values()].map((story) => story.map((event) => event.kind).join(' ')),
      [
        'enqueued started finished',
        'enqueued started refused',
        'enqueued dead',
        'enqueued started failed',
        'dead',
      ],
    )
    assert.deepEqual(
      events.find((event) => event.kind === 'finished'),
      {
        ...{ kind: 'finished', id: 1, actor: 'seen', shard: 0, key: '', method: 'good' },
        ...{ at: 10, run: 10 },
      },
    )
    const dead = events.filter((event) => event.kind === 'dead')
    assert.deepEqual(
      dead.map((event) => event.reason),
      ['full', 'expired'],
    )
  })
})

describe('trace context', () => {
  test('arrives with the message, through asks, tells and batches, and can be passed on', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    const traces: (TraceContext | undefined)[] = []
    const second = system.spawn('second', {
      create: () => ({
        note: (_message: string, envelope?: Envelope) => void traces.push(envelope?.trace),
      }),
    })
    const first = system.spawn('first', {
      create: () => ({
        note(message: string, envelope?: Envelope) {
          traces.push(envelope?.trace)
          second.with({ trace: envelope?.trace }).tell.note(message)
        },
      }),
    })
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
    await scheduler.until(first.with({ trace }).note('hello'))
    await scheduler.until(first.note('without'))
    await scheduler.run()
    assert.deepEqual(traces, [trace, trace, undefined, undefined])
  })

  test('comes in an envelope with key and times', async () => {
    const scheduler = new TestScheduler()
    const system = new ActorSystem({ scheduler })
    const pool = system.pool('enveloped', {
      shards: 2,
      deadline: 30,
      create: () => ({
        open: (_message: null, { key, enqueuedAt, deadlineAt, trace }: Envelope) => ({
          ...{ key, enqueuedAt, deadlineAt, trace },
        }),
      }),
    })
    await scheduler.advance(12)
    assert.deepEqual(await scheduler.until(pool.for('k').open(null)), {
      ...{ key: 'k', enqueuedAt: 12, deadlineAt: 42, trace: undefined },
    })
  })
})
