import assert from 'node:assert/strict'
import { test } from 'node:test'
import TypeBox from 'typebox'
import { Type } from './schema.ts'

/** Every builder, with options and without, beside a field that is optional. */
function everything(make: typeof Type) {
  const list = make.Array(make.String(), { default: [] })
  return make.Object(
    {
      text: make.String({ description: 'x', enum: ['a', 'b'] }),
      again: make.Optional(list),
      list,
      whole: make.Integer({ minimum: 1 }),
      half: make.Number(),
      flag: make.Optional(make.Boolean({ default: false })),
      fixed: make.Literal('Bearer', { description: 'y' }),
      one: make.Literal(1),
      either: make.Union([make.Integer(), make.Null()], { description: 'z' }),
      map: make.Record(make.String(), make.String(), { description: 'm' }),
      narrow: make.Unsafe(make.String({ enum: ['a'] })),
      none: make.Object({}),
      allOptional: make.Object({ a: make.Optional(make.Null()) }, { additionalProperties: false }),
    },
    { title: 'everything' },
  )
}

test('what is built is what TypeBox builds', () => {
  assert.deepEqual(
    JSON.parse(JSON.stringify(everything(Type))),
    JSON.parse(JSON.stringify(everything(TypeBox))),
  )
})

test('a schema that is optional in one place is not so in another', () => {
  const text = Type.String()
  const schema = Type.Object({ a: Type.Optional(text), b: text })
  assert.deepEqual(schema.required, ['b'])
})
