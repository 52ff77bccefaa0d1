import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { arrayLiteral, bound, storedText, textFromStored } from './values.ts'

describe('values of PostgreSQL', () => {
  test('any text comes back, and is stored without U+0000', () => {
    const text = fc.string({ unit: fc.constantFrom('\u0000', '\u0001', 'a', 'b', '"', '\\', 'æ') })
    fc.assert(
      fc.property(text, (value) => {
        assert.ok(!storedText(value).includes('\u0000'))
        assert.equal(textFromStored(storedText(value)), value)
      }),
    )
  })

  test('two texts never meet in one stored form', () => {
    const text = fc.string({ unit: fc.constantFrom('\u0000', '\u0001', 'a', 'b') })
    fc.assert(
      fc.property(text, text, (a, b) => assert.equal(storedText(a) === storedText(b), a === b)),
    )
  })

  test('a column of many rows is one array', () => {
    assert.equal(arrayLiteral('bigint', [1, null, -3]), '{1,NULL,-3}')
    assert.equal(arrayLiteral('bytea', ['AP8', null]), String.raw`{"\\x00ff",NULL}`)
    assert.equal(
      arrayLiteral('text', ['', 'NULL', '{",\\}', null]),
      String.raw`{"","NULL","{\",\\}",NULL}`,
    )
  })

  test('bytes are bound as bytes, text as text', () => {
    assert.deepEqual(bound('AP8', true), Buffer.from([0, 255]))
    assert.equal(bound('AP8', false), 'AP8')
    assert.deepEqual([bound(null, true), bound(7, false)], [null, 7])
  })
})
