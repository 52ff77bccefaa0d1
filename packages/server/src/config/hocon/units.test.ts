import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDuration } from './units.ts'

describe('durations', () => {
  const CASES: readonly (readonly [string, number | undefined])[] = [
    ['10s', 10_000],
    ['5 minutes', 300_000],
    ['500ms', 500],
    ['500', 500],
    ['0.5s', 500],
    ['1 hour', 3_600_000],
    ['30 days', 2_592_000_000],
    ['1w', 604_800_000],
    ['2000us', 2],
    ['-1s', undefined],
    ['10 parsecs', undefined],
    ['s', undefined],
    ['', undefined],
  ]
  for (const [text, milliseconds] of CASES) {
    test(`"${text}" is ${milliseconds ?? 'no duration'}`, () =>
      assert.equal(parseDuration(text), milliseconds))
  }

  test('a bare number counts in the unit the caller names', () =>
    assert.equal(parseDuration('5', 's'), 5000))
})
