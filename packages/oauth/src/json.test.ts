import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readJsonText } from './json.ts'

describe('JSON from outside', () => {
  test('T42 a member named twice is refused, at any depth', () => {
    for (const text of ['{"a":1,"a":2}', '{"b":[{"a":1,"\\u0061":2}]}', '{"":0,"":0}'])
      assert.deepEqual(readJsonText(text, 8), { problem: 'repeated' }, text)
  })

  test('colons and quotes inside of texts mean nothing', () => {
    const value = { a: ':', 'b:"c': ['{"x":1,"x":2}', '\\":'], c: '"' }
    assert.deepEqual(readJsonText(JSON.stringify(value), 8), { value })
  })

  test('T21 depth, __proto__ and what is no JSON', () => {
    assert.deepEqual(readJsonText('[[[1]]]', 2), { problem: 'too_deep' })
    assert.deepEqual(readJsonText('['.repeat(100_000), 8), { problem: 'too_deep' })
    assert.deepEqual(readJsonText('{"a":{"__proto__":1}}', 8), { problem: 'proto' })
    assert.deepEqual(readJsonText('{', 8), { problem: 'malformed' })
  })

  test('whatever JSON writes is read back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value)
        const read = readJsonText(text, 16)
        if ('problem' in read) assert.equal(read.problem, 'proto')
        else assert.deepEqual(read.value, JSON.parse(text))
      }),
    )
  })
})
