import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HoconError } from './error.ts'
import { parseHocon } from './read.ts'
import { durationOf, parseDuration, parseSize, sizeOf } from './units.ts'
import type { HoconScalar } from './value.ts'

function scalar(text: string): HoconScalar {
  const value = parseHocon(`a = ${text}`).fields.get('a')
  assert.ok(value?.kind === 'scalar')
  return value
}

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

  test('a value that is none is refused at its origin', () => {
    assert.equal(durationOf(scalar('10 s')), 10_000)
    assert.throws(
      () => durationOf(scalar('soon')),
      (error) => error instanceof HoconError && error.origin.column === 5,
    )
  })
})

describe('sizes', () => {
  const CASES: readonly (readonly [string, number | undefined])[] = [
    ['512 MiB', 536_870_912],
    ['10kB', 10_000],
    ['1k', 1024],
    ['7', 7],
    ['1 gigabyte', 1e9],
    ['1 ms', undefined],
    ['big', undefined],
  ]
  for (const [text, bytes] of CASES) {
    test(`"${text}" is ${bytes ?? 'no size'}`, () => assert.equal(parseSize(text), bytes))
  }

  test('a value that is none is refused at its origin', () => {
    assert.equal(sizeOf(scalar('1KiB')), 1024)
    assert.throws(() => sizeOf(scalar('big')), HoconError)
  })
})
