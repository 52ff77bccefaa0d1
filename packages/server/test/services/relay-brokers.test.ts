import { describe, test } from 'node:test'
import { proveRelay } from '../crash/relay-proof.ts'

// The same with restarts of the broker, 200,000 events and twelve kills: GRANTD_OUTBOX_BROKER=kafka
// GRANTD_OUTBOX_EVENTS=200000 GRANTD_OUTBOX_KILLS=12 node --test packages/server/test/crash/relay.test.ts
describe('the relay of a real broker is killed', () => {
  for (const broker of ['redis', 'kafka', 'rabbit'] as const) {
    test(`${broker}: none lost, in order`, (t) =>
      proveRelay({ events: 2_000, kills: 2, broker, restarts: broker === 'redis' }, t))
  }
})
