// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how HOCON writes substitutions
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { HoconError } from './error.ts'
import { parseHocon } from './read.ts'
import { toPlain } from './value.ts'

const pieces = fc.constantFrom(
  ...'a b.c __proto__ constructor = : += { } [ ] , # // $ ${ ${? ${a} ${?b.c} ${?a[]} " """ \\ \n'.split(
    ' ',
  ),
  ' ',
  '\n',
  '1e5',
  'null',
  'include ',
  '"x"',
  'é',
)
const hoconLike = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''))

describe('HOCON properties', () => {
  test('whatever the text, nothing but HoconError is thrown and no prototype is touched', () => {
    const before = Reflect.ownKeys(Object.prototype).length
    const property = fc.property(fc.oneof(hoconLike, fc.string({ unit: 'binary' })), (text) => {
      try {
        toPlain(parseHocon(text, { env: { a: 'x', a_0: 'y' } }))
      } catch (error) {
        assert.ok(error instanceof HoconError, String(error))
      }
      assert.equal(Reflect.ownKeys(Object.prototype).length, before)
    })
    fc.assert(property, { numRuns: 5000 })
  })

  test('JSON is HOCON: every JSON value is read as the same value', () => {
    const property = fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify({ value })
      assert.equal(JSON.stringify(toPlain(parseHocon(text))), text)
    })
    fc.assert(property, { numRuns: 1000 })
  })

  test('JSON with line breaks and indentation is read as the same value', () => {
    const property = fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object)
      const pretty = JSON.stringify(object, null, 2)
      assert.equal(JSON.stringify(toPlain(parseHocon(pretty))), text)
    })
    fc.assert(property, { numRuns: 500 })
  })
})
