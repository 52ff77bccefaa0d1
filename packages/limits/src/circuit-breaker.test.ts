import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { CircuitBreaker, type CircuitSettings } from './circuit-breaker.ts'

const CONTRACT: CircuitSettings = {
  failureThreshold: 5,
  successThreshold: 2,
  openMs: 30_000,
  halfOpenMaxProbes: 3,
}

function circuit(settings: Partial<CircuitSettings> = {}) {
  const clock = { now: 0 }
  const breaker = new CircuitBreaker({ ...CONTRACT, ...settings, now: () => clock.now })
  const call = (isFine: boolean): boolean => {
    const ticket = breaker.tryEnter()
    if (ticket === 0) return false
    if (isFine) breaker.succeed(ticket)
    else breaker.fail(ticket)
    return true
  }
  return { breaker, clock, call }
}

describe('a circuit breaker', () => {
  test('opens after five failures in a row, and not after five with a success between', () => {
    const { breaker, call } = circuit()
    for (let n = 0; n < 4; n++) call(false)
    call(true)
    for (let n = 0; n < 4; n++) call(false)
    assert.equal(breaker.state, 'closed')
    call(false)
    assert.equal(breaker.state, 'open')
    assert.equal(call(true), false, 'nothing is asked')
    assert.equal(breaker.trips, 1)
  })

  test('lets three probes through when its time is over, and closes after two successes', () => {
    const { breaker, clock } = circuit()
    breaker.trip()
    clock.now = 29_999
    assert.equal(breaker.tryEnter(), 0)
    assert.equal(breaker.waitMs, 1)
    clock.now = 30_000
    const probes = [1, 2, 3].map(() => breaker.tryEnter())
    assert.ok(probes.every((ticket) => ticket > 0))
    assert.equal(breaker.tryEnter(), 0, 'a fourth at the same time')
    breaker.succeed(probes[0] ?? 0)
    assert.equal(breaker.state, 'half_open')
    breaker.succeed(probes[1] ?? 0)
    assert.equal(breaker.state, 'closed')
  })

  test('one failed probe opens it again, for the whole time', () => {
    const { breaker, clock, call } = circuit()
    breaker.trip()
    clock.now = 30_000
    call(true)
    call(false)
    assert.equal(breaker.state, 'open')
    assert.equal(breaker.waitMs, 30_000)
    assert.equal(breaker.trips, 1, 'it is the same outage')
  })

  test('a call that says nothing of the dependency gives its probe back', () => {
    const { breaker, clock } = circuit({ halfOpenMaxProbes: 1 })
    breaker.trip()
    clock.now = 30_000
    breaker.abandon(breaker.tryEnter())
    assert.notEqual(breaker.tryEnter(), 0)
  })

  test('answers to what was asked before the outage are not taken for probes', () => {
    const { breaker, clock } = circuit()
    const early = [breaker.tryEnter(), breaker.tryEnter()]
    breaker.trip()
    clock.now = 30_000
    assert.equal(breaker.state, 'half_open')
    for (const ticket of early) breaker.succeed(ticket)
    assert.equal(breaker.state, 'half_open')
    for (const ticket of early) breaker.fail(ticket)
    assert.equal(breaker.trips, 1)
  })

  test('whatever happens: the state follows the rules, and never more probes than allowed', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('enter' as const) }),
      fc.record({ kind: fc.constant('end' as const), how: fc.nat(2), which: fc.nat(9) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { breaker, clock } = circuit()
        let open: { ticket: number; from: string }[] = []
        for (const one of steps) {
          const before = breaker.state
          const trips = breaker.trips
          if (one.kind === 'wait') clock.now += one.ms
          else if (one.kind === 'enter') {
            const ticket = breaker.tryEnter()
            assert.equal(before === 'open' && ticket !== 0, false, 'an open circuit asks nothing')
            if (before === 'closed') assert.notEqual(ticket, 0)
            if (ticket !== 0) open.push({ ticket, from: breaker.state })
          } else {
            const ended = open[one.which % Math.max(1, open.length)]
            if (ended === undefined) continue
            open = open.filter((each) => each !== ended)
            const end = [breaker.succeed, breaker.fail, breaker.abandon][one.how]
            end?.call(breaker, ended.ticket)
          }
          const after = breaker.state
          const moves = [
            'closed>closed',
            'closed>open',
            'open>open',
            'open>half_open',
            'half_open>half_open',
            'half_open>open',
            'half_open>closed',
          ]
          assert.ok(moves.includes(`${before}>${after}`), `${before}>${after}`)
          const hasTripped = after === 'open' && before === 'closed'
          assert.equal(breaker.trips - trips, hasTripped ? 1 : 0)
          // Not all tickets are of this state, but none beyond the bound can be.
          if (after === 'half_open' && before === 'half_open') {
            let more = 0
            for (let ticket = breaker.tryEnter(); ticket !== 0; ticket = breaker.tryEnter()) {
              more++
              open.push({ ticket, from: 'half_open' })
            }
            assert.ok(more <= CONTRACT.halfOpenMaxProbes)
          }
        }
      }),
    )
  })

  test('thresholds below one are refused', () => {
    assert.throws(() => circuit({ failureThreshold: 0 }), RangeError)
  })
})
