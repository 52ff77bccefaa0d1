import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventClass } from './event-types.ts'
import { eventKey, idempotencyKey, makeEvent, type NewEvent } from './events.ts'
import type { TimeOrderedId } from './ids.ts'

const ID = Buffer.from('0190163d8694739b8b1a8c3a1b2c3d4e', 'hex').toString(
  'base64url',
) as TimeOrderedId<'EventId'>

function made(event: NewEvent) {
  return makeEvent(event, {
    id: ID,
    nowMs: Date.UTC(2026, 0, 15, 10, 30),
    producer: 'oauth2_server',
    origin: { correlationId: 'c-1', source: 'http' },
  })
}

describe('events', () => {
  test('an envelope has the fields of the wire, absent ones null', () => {
    const metadata = { scope: 'read', grant_type: 'authorization_code', nothing: undefined }
    assert.deepEqual(made({ type: 'token_created', clientId: 'app', metadata }), {
      event: {
        id: '0190163d-8694-739b-8b1a-8c3a1b2c3d4e',
        event_type: 'token_created',
        timestamp: '2026-01-15T10:30:00.000Z',
        severity: 'info',
        user_id: null,
        client_id: 'app',
        metadata: { scope: 'read', grant_type: 'authorization_code' },
        error: null,
      },
      idempotency_key: null,
      traceparent: null,
      tracestate: null,
      correlation_id: 'c-1',
      producer: 'oauth2_server',
      produced_at: '2026-01-15T10:30:00.000Z',
      attributes: { source: 'http' },
    })
  })

  const keys: readonly [title: string, event: NewEvent, key: string][] = [
    ['a token event', { type: 'token_revoked', clientId: 'app', userId: 'anna' }, 'app'],
    ['a token event of no client', { type: 'token_revoked', userId: 'anna' }, 'anna'],
    ['an event of a person', { type: 'consent_granted', clientId: 'app', userId: 'anna' }, 'anna'],
    ['one of nobody', { type: 'signing_key_rotated' }, '0190163d-8694-739b-8b1a-8c3a1b2c3d4e'],
  ]
  for (const [title, event, key] of keys) {
    test(`the key of ${title}`, () => assert.equal(eventKey(made(event)), key))
  }

  test('the class belongs to the type; a foreign type is telemetry', () => {
    assert.equal(eventClass('token_created'), 'audit')
    assert.equal(eventClass('refresh_token_reused'), 'security')
    assert.equal(eventClass('token_validated'), 'telemetry')
    assert.equal(eventClass('constructor'), 'telemetry')
  })

  test('without a key of the sender the id of the event tells deliveries apart', () => {
    const envelope = made({ type: 'token_created' })
    assert.equal(idempotencyKey(envelope), envelope.event.id)
    assert.equal(idempotencyKey({ ...envelope, idempotency_key: 'k' }), 'k')
  })
})
