import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import type { EventEnvelope } from '@grantd/domain'
import { manyEvents, silent, tokenEvent } from '../../test/support/events.ts'
import { backendOfPlugin, sinkOfPlugin } from './plugin.ts'

describe('backends of your own', () => {
  test('a plugin gets whole envelopes in order', async () => {
    const got: EventEnvelope[] = []
    const sink = sinkOfPlugin({ name: 'mine', emit: async (event) => void got.push(event) })
    const events = manyEvents(3)
    assert.deepEqual(await sink.publish(events), ['published', 'published', 'published'])
    assert.deepEqual(got, events)
    assert.deepEqual(await sink.health(), { healthy: true })
  })

  test('what a plugin changes of an event is its own matter', async () => {
    const events = manyEvents(2)
    const before = structuredClone(events)
    const emit = async ({ event, attributes }: EventEnvelope) => {
      Object.assign(event, { user_id: 'nobody' })
      Object.assign(event.metadata, { more: 'x' })
      Object.assign(attributes, { source: 'x' })
      throw new Error('busy')
    }
    await sinkOfPlugin({ name: 'mine', emit }).publish(events)
    assert.deepEqual(events, before)
  })

  test('a rejection is offered again with all behind it; a permanent one is given up', async () => {
    const failures = [Object.assign(new Error('never'), { permanent: true }), new Error('busy')]
    const sink = sinkOfPlugin({
      name: 'mine',
      emit: async () => {
        const failure = failures.shift()
        if (failure !== undefined) throw failure
      },
    })
    const outcomes = await sink.publish([tokenEvent('a'), tokenEvent('b'), tokenEvent('c')])
    assert.deepEqual(outcomes, [
      { rejected: 'never' },
      { retry: 'busy' },
      { retry: 'an earlier event waits' },
    ])
  })

  test('one that does not answer is not healthy until it does, unless it says so itself', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    let answers = false
    const emit = () => (answers ? Promise.resolve() : new Promise<void>(() => undefined))
    const silent = sinkOfPlugin({ name: 'silent', emit })
    const sure = sinkOfPlugin({ name: 'sure', emit, healthCheck: async () => true })
    const late = { retry: 'silent did not answer in 5000 ms' }

    const offered = Promise.all([silent.publish([tokenEvent()]), sure.publish([tokenEvent()])])
    mock.timers.tick(5_000)
    assert.deepEqual((await offered)[0], [late])
    assert.deepEqual(await silent.health(), { healthy: false, detail: late.retry })
    assert.deepEqual(await sure.health(), { healthy: true })

    answers = true
    assert.deepEqual(await silent.publish([tokenEvent()]), ['published'])
    assert.deepEqual(await silent.health(), { healthy: true })
  })

  test('a health check that fails is not healthy', async () => {
    const healthCheck = async () => {
      throw new Error('no route')
    }
    const sink = sinkOfPlugin({ name: 'mine', emit: async () => {}, healthCheck })
    assert.deepEqual(await sink.health(), { healthy: false, detail: 'no route' })
  })

  for (const [title, exported] of [
    ['nothing', undefined],
    ['no emit', { name: 'mine' }],
    ['no name', { emit() {} }],
    ['a name that the setting could not say', { name: 'My Backend', emit() {} }],
  ] as const) {
    test(`refuses ${title}`, () => {
      assert.throws(() => backendOfPlugin(exported, silent), /must export `plugin`/)
    })
  }
})
