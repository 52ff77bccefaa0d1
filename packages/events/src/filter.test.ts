import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFilter, type FilterMode } from './filter.ts'

describe('filter', () => {
  const cases: readonly [mode: FilterMode, listed: boolean, other: boolean][] = [
    ['allow_all', true, true],
    ['include', true, false],
    ['exclude', false, true],
  ]
  for (const [mode, listed, other] of cases) {
    test(mode, () => {
      const passes = createFilter(mode, ['token_created'])
      assert.equal(passes('token_created'), listed)
      assert.equal(passes('token_validated'), other)
    })
  }

  test('include with an empty list lets nothing out', () => {
    assert.equal(createFilter('include', [])('token_created'), false)
  })
})
