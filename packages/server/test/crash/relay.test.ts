import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { proveRelay, RELAY_BROKERS } from './relay-proof.ts'

/** 200000 and 12 for the long run. */
const events = Number(process.env.GRANTD_OUTBOX_EVENTS ?? 20_000)
const kills = Number(process.env.GRANTD_OUTBOX_KILLS ?? 4)
const name = process.env.GRANTD_OUTBOX_BROKER ?? 'tcp'

describe('the relay', () => {
  test(`${events} events, ${kills} kills, restarts of the broker (${name}): none lost, in order`, async (t) => {
    const broker = RELAY_BROKERS.find((known) => known === name)
    assert.ok(broker !== undefined, `GRANTD_OUTBOX_BROKER is one of ${RELAY_BROKERS.join(', ')}`)
    await proveRelay({ events, kills, broker, restarts: true }, t)
  })
})
