import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HostCircuits } from './host-circuits.ts'

function circuits() {
  const clock = { now: 0 }
  const hosts = new HostCircuits(
    { failureThreshold: 5, successThreshold: 2, openMs: 30_000, halfOpenMaxProbes: 3 },
    () => clock.now,
  )
  const call = (host: string, isFine: boolean): boolean => {
    const entered = hosts.enter(host)
    if ('waitSeconds' in entered) return false
    if (isFine) hosts.succeed(entered)
    else hosts.fail(entered)
    return true
  }
  return { hosts, clock, call }
}

describe('circuits of hosts', () => {
  test('a host that does not answer is left alone for a while, and no other one', () => {
    const { hosts, clock, call } = circuits()
    for (let n = 0; n < 5; n++) assert.ok(call('slow.example', false))
    assert.equal(call('slow.example', true), false)
    assert.deepEqual(hosts.enter('slow.example'), { waitSeconds: 30 })
    assert.ok(call('fine.example', true))
    assert.equal(hosts.state, 'open')
    clock.now = 30_000
    assert.equal(hosts.state, 'half_open')
    assert.ok(call('slow.example', true))
    assert.ok(call('slow.example', true))
    assert.equal(hosts.state, 'closed')
    assert.equal(hosts.trips, 1)
  })

  test('calls under way together count together', () => {
    const { hosts } = circuits()
    const calls = Array.from({ length: 5 }, () => hosts.enter('slow.example'))
    for (const each of calls) if (!('waitSeconds' in each)) hosts.fail(each)
    assert.equal(hosts.state, 'open')
  })

  test('the number of hosts that are remembered is bounded', () => {
    const { hosts, call } = circuits()
    for (let n = 0; n < 5; n++) call('first.example', false)
    for (let n = 0; n < 1_000; n++) call(`h${n}.example`, false)
    assert.ok(call('first.example', true), 'forgotten, so it is called again')
    assert.equal(hosts.trips, 1, 'what happened is not forgotten')
  })
})
