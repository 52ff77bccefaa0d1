import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tokenEvent } from '../../test/support/events.ts'
import { keepOrder, reasonOf } from './outcomes.ts'

describe('outcomes', () => {
  test('behind an event that waits, later ones of its key wait too', () => {
    const events = ['a', 'b', 'a', 'b', 'c'].map((client) => tokenEvent(client))
    const outcomes = keepOrder(events, [
      { retry: 'busy' },
      { rejected: 'too large' },
      'published',
      'published',
      'published',
    ])
    assert.deepEqual(
      outcomes.map((one) => (typeof one === 'string' ? one : Object.keys(one)[0])),
      ['retry', 'rejected', 'retry', 'published', 'published'],
    )
  })

  test('a reason never shows the password in an address', () => {
    assert.equal(
      reasonOf(new Error('connect amqp://user:secret@host failed')),
      'connect amqp://host failed',
    )
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), {
      code: 'ECONNREFUSED',
    })
    assert.equal(reasonOf(refused), 'ECONNREFUSED')
    const wrapped = new AggregateError(
      [new Error('sending failed', { cause: refused })],
      'all failed',
    )
    assert.equal(reasonOf(Object.assign(wrapped, { code: 'PLT_KFK_MULTIPLE' })), 'ECONNREFUSED')
  })
})
