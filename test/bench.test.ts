import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { finding } from '../bench/finding.ts'
import { p99Of } from '../bench/load.ts'
import { HELP, isChosen, readOptions } from '../bench/options.ts'
import { median, rounded, shuffled } from '../bench/statistics.ts'

describe('the benchmark', () => {
  test('without options it measures enough rounds for a figure worth keeping', () => {
    const options = readOptions([])
    assert.ok(typeof options === 'object' && options.rounds >= 7)
    assert.deepEqual(options.only, [])
  })

  test('every option is in the help text', () => {
    for (const name of ['rounds', 'seconds', 'connections', 'only', 'quick', 'name', 'list']) {
      assert.ok(HELP.includes(`--${name}`), name)
    }
    assert.equal(readOptions(['--help']), 'help')
    assert.equal(readOptions(['--list']), 'list')
  })

  test('an option that makes no sense is refused by name', () => {
    assert.throws(() => readOptions(['--rounds', 'many']), /--rounds takes a whole number/)
    assert.throws(() => readOptions(['--name', '../x']), /--name/)
    assert.throws(() => readOptions(['--fast']), /--fast/)
  })

  test('--only takes parts of names', () => {
    assert.ok(isChosen({ name: 'code-exchange' }, { only: ['refresh', 'code'] }))
    assert.ok(!isChosen({ name: 'documents' }, { only: ['refresh'] }))
    assert.ok(isChosen({ name: 'documents' }, { only: [] }))
    const soak = { name: 'soak', byNameOnly: true } as const
    assert.ok(!isChosen(soak, { only: [] }))
    assert.ok(!isChosen(soak, { only: ['so'] }))
    assert.ok(isChosen(soak, { only: ['start', 'soak'] }))
  })

  test('the median of an even number is the middle of the two in the middle', () => {
    assert.equal(median([9, 1, 5]), 5)
    assert.equal(median([4, 1, 3, 2]), 2.5)
    assert.ok(Number.isNaN(median([])))
    assert.deepEqual([...shuffled([1, 2, 3])].sort(), [1, 2, 3])
    assert.equal(rounded(0.123456), 0.123)
  })

  test('the p99 of several slices is that of all their requests, not a mean of theirs', () => {
    const slice = (requests: number, slow: number, ms: number) => ({
      requests,
      shares: [
        ...Array.from({ length: slow }, () => ({ requests: requests / 1_000, ms })),
        ...Array.from({ length: 1_000 - slow }, () => ({ requests: requests / 1_000, ms: 5 })),
      ],
    })
    assert.equal(p99Of([slice(1_000, 9, 50), slice(1_000, 0, 0)]), 5)
    assert.equal(p99Of([slice(1_000, 20, 50), slice(1_000, 0, 0)]), 50)
    assert.equal(p99Of([slice(1_000, 20, 50), slice(3_000, 11, 30)]), 30)
    const stalled = [slice(200, 1_000, 300), ...Array.from({ length: 7 }, () => slice(1_000, 0, 0))]
    assert.equal(p99Of(stalled), 300, 'a short slice in which all waited is more than a hundredth')
    assert.ok(Number.isNaN(p99Of([])))
  })

  test('a bound is met or missed by the measured value, not by the rounded one', () => {
    const common = { scenario: 's', what: 'w', unit: 'ratio' } as const
    assert.equal(finding({ ...common, value: 0.1999, bound: { atLeast: 0.2 } }).isMet, false)
    assert.equal(finding({ ...common, value: 25, bound: { atMost: 25 } }).isMet, true)
    assert.equal(finding({ ...common, value: Number.NaN, bound: { atMost: 25 } }).isMet, false)
  })
})
