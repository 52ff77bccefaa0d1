import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageReader } from './server-sent-events.ts'

const STREAM = `retry: 3000

event: ready
data: {"start":"now"}

id: a-1
data: {"n":1}

: still here

id: a-2
data: {"n":
data: 2}

`

test('messages are the same wherever the text is cut', () => {
  for (let length = 1; length <= STREAM.length; length++) {
    const reader = new MessageReader()
    const messages = []
    for (let at = 0; at < STREAM.length; at += length) {
      messages.push(...reader.push(STREAM.slice(at, at + length)))
    }
    assert.deepEqual(messages, [
      { event: 'ready', id: undefined, data: '{"start":"now"}' },
      { event: 'message', id: 'a-1', data: '{"n":1}' },
      { event: 'message', id: 'a-2', data: '{"n":\n2}' },
    ])
  }
})

test('a message without an end is not kept for ever', () => {
  const reader = new MessageReader()
  assert.throws(() => {
    for (let n = 0; n < 20; n++) reader.push('x'.repeat(65_536))
  }, /no end/)
})
