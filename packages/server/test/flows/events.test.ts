import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type EventEnvelope, isEventType } from '@grantd/domain'
import { breachesOf } from '@grantd/events'
import { eventsOf, typesOf } from '../support/events.ts'
import { anotherCode, codeGrant, obtainTokens, refreshGrant, withApp } from '../support/flow.ts'
import { Browser, hiddenFields, obtainCode, PASSWORD, TestServer } from '../support/server.ts'

const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function checkForm(events: readonly EventEnvelope[]): void {
  for (const envelope of events) {
    const { event } = envelope
    assert.match(event.id, UUID)
    assert.match(envelope.correlation_id, UUID)
    assert.equal(envelope.producer, 'oauth2_server')
    if (!isEventType(event.event_type)) assert.fail(event.event_type)
    assert.deepEqual(
      breachesOf({ event: { event_type: event.event_type, metadata: event.metadata } }),
      [],
    )
  }
}

function one(events: readonly EventEnvelope[], type: string): EventEnvelope {
  const [found, more] = events.filter(({ event }) => event.event_type === type)
  assert.ok(found !== undefined, `no ${type} among ${typesOf(events).join(' ')}`)
  assert.equal(more, undefined, `${type} more than once`)
  return found
}

describe('events of the flows', () => {
  test('a code, its tokens, a refresh, an introspection, a revocation', async () => {
    const { server, id, secret } = await withApp({
      token_endpoint_auth_method: 'client_secret_post',
    })
    const { code, verifier } = await obtainCode(server, id)
    const grant = { ...codeGrant(id, code, verifier), client_secret: secret }
    const tokens = (await server.token(grant)).json()
    await server.token({ ...refreshGrant(id, tokens.refresh_token), client_secret: secret })
    const as = { client_id: id, client_secret: secret, token: tokens.access_token }
    await server.form('/oauth/introspect', as)
    await server.form('/oauth/revoke', as)
    const events = await eventsOf(server)

    checkForm(events)
    const created = one(events, 'authorization_code_created').event
    assert.equal(created.client_id, id)
    assert.ok(created.user_id)
    assert.equal(one(events, 'authorization_code_validated').event.user_id, created.user_id)
    assert.deepEqual(
      events
        .filter(({ event }) => event.event_type === 'token_created')
        .map(({ event }) => [event.metadata.grant_type, event.metadata.has_refresh_token]),
      [
        ['authorization_code', 'true'],
        ['refresh_token', 'true'],
      ],
    )
    assert.equal(one(events, 'token_validated').event.client_id, id)
    const revoked = one(events, 'token_revoked').event
    assert.deepEqual([revoked.client_id, revoked.user_id], [id, created.user_id])
    assert.equal(one(events, 'client_registered').event.metadata.client_name, 'App')
    assert.equal(one(events, 'consent_granted').event.client_id, id)
    assert.equal(one(events, 'user_authenticated').event.user_id, created.user_id)
    one(events, 'user_created')
  })

  test('what goes wrong: a used and an expired code, a wrong password, a wrong secret', async () => {
    const { server, id } = await withApp()
    const { browser, code, verifier } = await obtainTokens(server, id)
    await server.token(codeGrant(id, code, verifier))
    const late = await anotherCode(browser, id)
    server.clock.advance(61)
    await server.token(codeGrant(id, late.code, late.verifier))
    const stranger = new Browser(server)
    const fields = hiddenFields((await stranger.get('/auth/login')).body)
    await stranger.submit('/auth/login', { ...fields, username: 'ada', password: 'wrong one here' })
    const service = await server.addClient(SERVICE)
    const wrong = { client_id: service.id, client_secret: 'wrong' }
    await server.token({ grant_type: 'client_credentials', ...wrong })
    const events = await eventsOf(server)

    checkForm(events)
    assert.equal(one(events, 'authorization_code_reused').event.severity, 'error')
    assert.equal(one(events, 'authorization_code_expired').event.severity, 'warning')
    const failed = one(events, 'user_authentication_failed')
    assert.equal(failed.event.severity, 'warning')
    assert.ok(failed.event.user_id)
    const refused = events.filter(
      ({ event }) => event.event_type === 'client_validated' && event.client_id === service.id,
    )
    assert.deepEqual(
      refused.map(({ event }) => event.metadata.success),
      ['false'],
    )
  })

  test('events of one request share its id; W3C trace context goes along', async () => {
    const server = await TestServer.start()
    const { id, secret } = await server.addClient(SERVICE)
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const ask = (headers: Record<string, string>) =>
      server.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: `grant_type=client_credentials&client_id=${id}&client_secret=${secret}`,
      })
    await Promise.all([
      ask({ traceparent, tracestate: 'vendor=1' }),
      ask({ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }),
      ask({}),
    ])
    const events = (await eventsOf(server)).filter(({ attributes }) => attributes.source === 'http')

    const requests = Map.groupBy(events, ({ correlation_id }) => correlation_id)
    assert.equal(requests.size, 3)
    for (const group of requests.values()) {
      assert.deepEqual(typesOf(group).sort(), ['client_validated', 'token_created'])
      assert.equal(new Set(group.map((event) => event.traceparent)).size, 1)
    }
    const traced = events.filter((event) => event.traceparent === traceparent)
    assert.deepEqual(
      traced.map(({ tracestate }) => tracestate),
      ['vendor=1', 'vendor=1'],
    )
    assert.equal(events.filter((event) => event.traceparent === null).length, 4)
  })

  test('T199 trace headers that W3C does not allow are dropped, and the request goes on', async () => {
    const server = await TestServer.start()
    const { id, secret } = await server.addClient(SERVICE)
    const good = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const sent: readonly Record<string, string>[] = [
      { traceparent: `${good}-` },
      { traceparent: good.toUpperCase() },
      { traceparent: `ff${good.slice(2)}` },
      { traceparent: `${good},${good}` },
      { traceparent: '../../etc/passwd' },
      { traceparent: 'x'.repeat(8_000) },
      { tracestate: 'vendor=1' },
      { traceparent: good, tracestate: 'x=1,'.repeat(2_500) },
      { traceparent: good, tracestate: 'a=\u00e9' },
    ]
    for (const headers of sent) {
      const reply = await server.form(
        '/oauth/token',
        { grant_type: 'client_credentials', client_id: id, client_secret: secret },
        headers,
      )
      assert.equal(reply.statusCode, 200, reply.body)
    }
    const events = (await eventsOf(server)).filter(({ attributes }) => attributes.source === 'http')
    const kept = new Set(
      events.map(({ traceparent, tracestate }) => `${traceparent} ${tracestate}`),
    )
    assert.deepEqual([...kept].sort(), [`${good} null`, 'null null'])
  })

  test('what is not stored is not told: a lost guard, a refused request', async () => {
    const { server, id } = await withApp()
    const { tokens } = await obtainTokens(server, id)
    await server.token(refreshGrant(id, 'grr_nothing'))
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => server.token(refreshGrant(id, tokens.refresh_token))),
    )
    const issued = replies.filter(({ statusCode }) => statusCode === 200).length
    const events = await eventsOf(server)
    const told = events.filter(
      ({ event }) =>
        event.event_type === 'token_created' && event.metadata.grant_type === 'refresh_token',
    )
    assert.equal(told.length, issued)
  })

  test('a filter lets only listed types out', async () => {
    const { server, id } = await withApp(
      {},
      { OAUTH2_EVENTS_FILTER_MODE: 'include', OAUTH2_EVENTS_TYPES: 'token_created' },
    )
    await obtainTokens(server, id)
    assert.deepEqual(typesOf(await eventsOf(server)), ['token_created'])
  })

  test('turned off, nothing is made and the flows go on', async () => {
    const { server, id } = await withApp({}, { OAUTH2_EVENTS_ENABLED: 'false' })
    await using _ = server
    await obtainTokens(server, id)
    const { enabled, plugins } = (await server.inject({ url: '/events/health' })).json()
    assert.deepEqual({ enabled, plugins }, { enabled: false, plugins: [] })
  })
})

describe('T225 secrets are in no event', () => {
  test('tokens, codes, verifiers, passwords, client secrets and cookies', async () => {
    const { server, id, secret } = await withApp({
      token_endpoint_auth_method: 'client_secret_post',
    })
    const { code, verifier, browser } = await obtainCode(server, id)
    const grant = { ...codeGrant(id, code, verifier), client_secret: secret }
    const first = (await server.token(grant)).json()
    const refresh = { ...refreshGrant(id, first.refresh_token), client_secret: secret }
    const second = (await server.token(refresh)).json()
    await server.token(grant)
    const as = { client_id: id, client_secret: secret }
    await server.form('/oauth/introspect', { ...as, token: second.access_token })
    await server.form('/oauth/revoke', { ...as, token: second.refresh_token })
    const cookies = [...browser.cookies.values()]
    const stranger = new Browser(server)
    const fields = hiddenFields((await stranger.get('/auth/login')).body)
    const typed = 'typed-into-the-wrong-field'
    await stranger.submit('/auth/login', { ...fields, username: typed, password: typed })
    await server.token({ grant_type: 'client_credentials', client_id: typed, client_secret: typed })
    const text = JSON.stringify(await eventsOf(server))

    assert.match(text, /user_authentication_failed/)
    const secrets = [
      ...[PASSWORD, secret, verifier, code, typed],
      ...[first.access_token, first.refresh_token, first.id_token],
      ...[second.access_token, second.refresh_token, ...cookies],
    ].filter((one) => typeof one === 'string')
    assert.ok(secrets.length >= 10)
    for (const one of secrets) {
      // Of an id and a secret joined by a dot, the id alone may be known.
      for (const part of [one, one.split('.').at(-1) ?? one]) {
        assert.ok(!text.includes(part), `${part.slice(0, 12)}… is in an event`)
      }
    }
  })
})
