import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TObject } from 'typebox'
import { Type } from '../schema.ts'
import { grant } from './grant.ts'

const withParameters = (parameters: TObject) => () =>
  grant({ type: 'example', spec: 'none', parameters, redeem: () => Promise.reject(new Error()) })

describe('the parameters of a grant', () => {
  test('are text, needed or not', () => {
    const parameters = Type.Object({ code: Type.String(), scope: Type.Optional(Type.String()) })
    assert.equal(withParameters(parameters)().parameters, parameters)
  })

  test('of another type, or with a rule that nobody would check, are refused at the start', () => {
    for (const schema of [Type.Integer(), Type.String({ maxLength: 9 }), Type.Array(Type.String())])
      assert.throws(withParameters(Type.Object({ code: schema })), /must check code itself/)
  })
})
