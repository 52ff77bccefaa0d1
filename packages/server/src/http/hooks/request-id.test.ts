import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequestId } from './request-id.ts'

test('a request id is a random UUID of its own, whichever batch it comes from', () => {
  const ids = Array.from({ length: 1_000 }, newRequestId)
  for (const id of ids) {
    assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  }
  assert.equal(new Set(ids).size, ids.length)
  // Each digit that is random takes every value: none is left over from the batch before.
  const places = Array.from({ length: 36 }, (_, at) => at).filter(
    (at) => ![8, 13, 14, 18, 19, 23].includes(at),
  )
  for (const at of places) assert.equal(new Set(ids.map((id) => id[at])).size, 16, `digit ${at}`)
})
