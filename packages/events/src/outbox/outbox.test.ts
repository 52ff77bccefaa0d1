import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change } from '@grantd/domain'
import { eventOf } from './outbox.fixture.ts'
import { type FullRule, Outbox } from './outbox.ts'

const said: string[] = []
const note = (_fields: object, message: string) => said.push(message)
const log = { info: note, warn: note, error: note }

const outboxOf = (fullRule: FullRule) => new Outbox({ log, fullRule, maxWaiting: 2 })

const event = eventOf('client', 1)
const telemetry = { ...event, event: { ...event.event, event_type: 'token_validated' } }
// Only the kinds count here.
const grant = [{ kind: 'token.insert' }] as unknown as readonly Change[]
const revocation = [{ kind: 'token.revoke' }] as unknown as readonly Change[]

describe('outbox', () => {
  test('stores audit and security events behind the changes, byte for byte, and no telemetry', () => {
    const changes = outboxOf('refuse').withEvents(grant, [event, telemetry])
    assert.equal(changes.length, 2)
    const [, append] = changes
    assert.ok(append?.kind === 'outbox.append')
    assert.equal(append.event.payload, JSON.stringify(event))
    assert.equal(append.event.key, 'client')
    assert.equal(append.event.createdAt, Math.floor(Date.parse(event.produced_at) / 1_000))
  })

  test('full: what grants is refused with 503, what takes away is still told', () => {
    const outbox = outboxOf('refuse')
    outbox.measured(2)
    assert.throws(() => outbox.withEvents(grant, [event]), { code: 'temporarily_unavailable' })
    assert.equal(outbox.withEvents(revocation, [event]).length, 2)
    assert.equal(outbox.withEvents(grant, [telemetry]), grant)
    outbox.measured(0)
    assert.equal(outbox.withEvents(grant, [event]).length, 2)
    assert.deepEqual(said, [
      'the outbox of events is full: nothing is granted until a backend takes events again',
      'the outbox has room again',
    ])
  })

  test('full, and told to continue: grants go on, lost events are counted', () => {
    const outbox = outboxOf('continue')
    outbox.measured(2)
    assert.equal(outbox.withEvents(grant, [event]), grant)
    assert.equal(outbox.withEvents(revocation, [event]), revocation)
    assert.equal(outbox.lost, 2)
  })

  test('what is stored between two measurements counts', () => {
    const outbox = outboxOf('refuse')
    outbox.withEvents(grant, [event, event])
    assert.throws(() => outbox.withEvents(grant, [event]), { code: 'temporarily_unavailable' })
  })
})
