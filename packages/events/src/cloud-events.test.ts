import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tokenEvent } from '../test/support/events.ts'
import { toCloudEvent } from './cloud-events.ts'
import { createEncoder } from './format.ts'

const ISSUER = 'https://id.example'

describe('CloudEvents 1.0', () => {
  const envelope = { ...tokenEvent('app'), traceparent: '00-aa-bb-01' }

  test('has what the specification requires, and only names that it allows', () => {
    const made = toCloudEvent(envelope, ISSUER)
    const { data, ...context } = made
    assert.deepEqual(context, {
      specversion: '1.0',
      id: envelope.event.id,
      source: ISSUER,
      type: 'grantd.auth.token_created.v1',
      time: envelope.event.timestamp,
      subject: 'app',
      datacontenttype: 'application/json',
      dataschema: 'urn:grantd:event:token_created:v1',
      correlationid: envelope.correlation_id,
      idempotencykey: envelope.event.id,
      partitionkey: 'app',
      recordedtime: envelope.produced_at,
      traceparent: '00-aa-bb-01',
    })
    for (const name of Object.keys(made)) assert.match(name, /^[a-z0-9]{1,20}$/)
    assert.deepEqual(data.metadata, envelope.event.metadata)
  })

  test('what others sent in never has the source of this server', () => {
    const foreign = { ...envelope, attributes: { source: 'ingest' } }
    assert.equal(
      toCloudEvent(foreign, ISSUER).source,
      'https://id.example/events/ingest/oauth2_server',
    )
    const shop = { ...foreign, producer: 'shop/eu' }
    assert.equal(toCloudEvent(shop, ISSUER).source, 'https://id.example/events/ingest/shop%2Feu')
  })

  test('the format decides the bytes and their type; the same event gives the same bytes', () => {
    const plain = createEncoder('envelope', ISSUER)
    const cloud = createEncoder('cloudevents', ISSUER)
    assert.deepEqual(JSON.parse(plain(envelope).body), envelope)
    assert.equal(plain(envelope).contentType, 'application/json')
    assert.deepEqual(JSON.parse(cloud(envelope).body), toCloudEvent(envelope, ISSUER))
    assert.match(cloud(envelope).contentType, /^application\/cloudevents\+json/)
    assert.equal(cloud(envelope).body, cloud(envelope).body)
  })
})
