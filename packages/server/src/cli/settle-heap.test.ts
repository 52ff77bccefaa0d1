import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settleHeap } from './settle-heap.ts'

test('settling gives garbage back and leaves no collector for others to call', () => {
  const garbage = new WeakRef({ of: 'the start' })
  // A WeakRef keeps its target for the rest of the turn that made or read it.
  return new Promise<void>((done) => setImmediate(done)).then(() => {
    settleHeap()
    assert.equal(garbage.deref(), undefined)
    assert.equal('gc' in globalThis, false)
  })
})
