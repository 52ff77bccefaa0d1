import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseParameters } from './parameters.ts'

function pairs(text: string): (readonly [string, string])[] {
  const parsed = parseParameters(text)
  assert.ok(parsed.ok, `refused: ${text}`)
  return [...parsed.params]
}

const wellFormed = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((s) => !s.includes('\0'))

describe('the one parameter parser', () => {
  test('reads what URLSearchParams writes, and drops empty values', () => {
    const list = fc.array(fc.tuple(wellFormed, wellFormed), { maxLength: 20 })
    fc.assert(
      fc.property(list, (given) => {
        const text = new URLSearchParams(given).toString()
        const expected = new Map<string, string[]>()
        for (const [name, value] of new URLSearchParams(text)) {
          if (value !== '') expected.set(name, [...(expected.get(name) ?? []), value])
        }
        assert.deepEqual(
          pairs(text),
          [...expected].flatMap(([name, values]) => values.map((value) => [name, value])),
        )
      }),
    )
  })

  test('never throws and never reads another value than URLSearchParams, whatever the text', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '=', '&', '%', '+', '4', '1', 'C', '3', 'é'),
      maxLength: 60,
    })
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseParameters(given)
        if (!parsed.ok) return
        const reference = new URLSearchParams(given)
        for (const name of parsed.params.names) {
          const expected = reference.getAll(name).filter((value) => value !== '')
          assert.deepEqual(parsed.params.all(name), expected)
        }
      }),
    )
  })

  for (const text of [
    'a=%',
    'a=%4',
    'a=%zz',
    'a=%ff',
    'a=%c0%80',
    'a=%ed%a0%80',
    '%00=a',
    'a=%00',
    'a=\0',
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseParameters(text).ok, false)
    })
  }

  test('T48 refuses the 101st parameter and names over 128 characters', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `p${n}=1`).join('&')
    assert.equal(parseParameters(many(100)).ok, true)
    assert.equal(parseParameters(many(101)).ok, false)
    assert.equal(parseParameters(`${'n'.repeat(129)}=1`).ok, false)
  })

  test('T48 __proto__ and constructor are names like any other', () => {
    assert.deepEqual(pairs('__proto__=x&constructor=y'), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    assert.equal(({} as { x?: string }).x, undefined)
  })

  test('T9 repeated names are reported, but for resource', () => {
    const parsed = parseParameters('a=1&a=2&resource=x&resource=y')
    assert.ok(parsed.ok)
    assert.deepEqual(parsed.params.duplicates, ['a'])
  })
})
