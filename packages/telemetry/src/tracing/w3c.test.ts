import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSampler } from './sampler.ts'
import { formatTraceparent, parseTraceparent } from './w3c.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('W3C Trace Context', () => {
  test('reads what it writes', () => {
    for (const isSampled of [true, false]) {
      const text = formatTraceparent(TRACE, SPAN, isSampled)
      const expected = { traceId: TRACE, spanId: SPAN, isSampled, tracestate: undefined }
      assert.deepEqual(parseTraceparent(text), expected)
    }
    assert.equal(parseTraceparent(`00-${TRACE}-${SPAN}-03`, 'a=1,b=2')?.tracestate, 'a=1,b=2')
  })

  for (const broken of [
    undefined,
    '',
    'canary',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01\n`,
    [`00-${TRACE}-${SPAN}-01`],
  ]) {
    test(`${JSON.stringify(broken)} counts as absent`, () => {
      assert.equal(parseTraceparent(broken), undefined)
    })
  }

  for (const state of ['', 'a=1\r\nb: 2', `a=${'x'.repeat(512)}`, 'ä=1', 7]) {
    test(`the state ${JSON.stringify(state).slice(0, 20)} is dropped, its trace is not`, () => {
      const found = parseTraceparent(`00-${TRACE}-${SPAN}-01`, state)
      assert.equal(found?.traceId, TRACE)
      assert.equal(found?.tracestate, undefined)
    })
  }
})

describe('sampling', () => {
  const parent = (isSampled: boolean) => ({
    traceId: TRACE,
    spanId: SPAN,
    isSampled,
    tracestate: undefined,
  })

  test('parent-based samplers follow a caller, the others do not', () => {
    assert.equal(createSampler('parentbased_always_on', 1)(TRACE, parent(false)), false)
    assert.equal(createSampler('parentbased_always_off', 1)(TRACE, parent(true)), true)
    assert.equal(createSampler('parentbased_traceidratio', 0)(TRACE, parent(true)), true)
    assert.equal(createSampler('always_on', 0)(TRACE, parent(false)), true)
    assert.equal(createSampler('always_off', 1)(TRACE, parent(true)), false)
    assert.equal(createSampler('traceidratio', 0)(TRACE, parent(true)), false)
    assert.equal(
      createSampler('traceidratio', 1)(`${'a'.repeat(16)}${'0'.repeat(16)}`, undefined),
      true,
    )
  })

  test('a ratio keeps about that part, and the same traces as a greater one', () => {
    const ids = Array.from({ length: 20_000 }, () => crypto.randomUUID().replaceAll('-', ''))
    const few = createSampler('traceidratio', 0.1)
    const many = createSampler('traceidratio', 0.5)
    const kept = ids.filter((id) => few(id, undefined))
    // Nine standard deviations: never by chance.
    assert.ok(Math.abs(kept.length - 2_000) < 400, `${kept.length} of 20000`)
    assert.ok(kept.every((id) => many(id, undefined)))
  })
})
