// Each act moves the metrics that tell of it, by exactly as much as it should.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { EventPluginDouble } from '../support/event-plugin.ts'
import { APP, basic, codeGrant, obtainTokens, refreshGrant } from '../support/flow.ts'
import { Scrape } from '../support/scrape.ts'
import {
  authorizeUrl,
  Browser,
  hiddenFields,
  PASSWORD,
  pkce,
  REDIRECT,
  TestServer,
} from '../support/server.ts'

const P = 'oauth2_server_'
const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }
type Moves = readonly (readonly [name: string, labels: Record<string, string>, by: number])[]

describe('metrics of what is done', () => {
  let server: TestServer
  let app: { id: string; secret: string }
  let service: { id: string; secret: string }

  before(async () => {
    server = await TestServer.start({ OAUTH2_METRICS_PUBLIC: 'true' })
    await server.addUser()
    app = await server.addClient(APP)
    service = await server.addClient(SERVICE)
  })
  after(() => server[Symbol.asyncDispose]())

  async function moves(act: () => Promise<unknown>, expected: Moves): Promise<void> {
    const former = await Scrape.of(server)
    await act()
    const now = await Scrape.of(server)
    const actual = expected.map(([name, labels]) => {
      const full = name.startsWith('http_server') || name.startsWith('db_') ? name : `${P}${name}`
      return [name, labels, (now.sum(full, labels) ?? 0) - (former.sum(full, labels) ?? 0)]
    })
    assert.deepEqual(actual, expected)
  }

  const token = (secret = service.secret, fields: Record<string, string> = {}) =>
    server.form(
      '/oauth/token',
      { grant_type: 'client_credentials', ...fields },
      { authorization: basic(service.id, secret) },
    )

  test('a token of a client', () => {
    const route = { method: 'POST', route: '/oauth/token', status: '200' }
    return moves(token, [
      ['oauth_token_issued_total', {}, 1],
      ['tokens_issued_total', { grant: 'client_credentials', token_type: 'access' }, 1],
      ['tokens_issued_total', { token_type: 'refresh' }, 0],
      // The scrape before and the act.
      ['http_requests_total', {}, 2],
      ['http_request_duration_seconds_count', {}, 2],
      ['http_request_duration_seconds_bucket', { le: '+Inf' }, 2],
      ['http_requests_by_class_total', { status_class: '2xx' }, 2],
      ['http_requests_by_class_total', { status_class: '4xx' }, 0],
      ['http_requests_total_by_route', route, 1],
      ['http_request_duration_seconds_by_route_count', route, 1],
      [
        'http_server_request_duration_seconds_count',
        { http_request_method: 'POST', http_route: '/oauth/token' },
        1,
      ],
      ['errors_total', {}, 0],
      ['oauth_failed_authentications', {}, 0],
    ])
  })

  test('a wrong secret, and a grant that nobody knows', async () => {
    await moves(
      () => token('wrong'),
      [
        ['client_auth_failures_total', { method: 'secret' }, 1],
        ['oauth_failed_authentications', {}, 1],
        ['errors_total', { kind: 'auth' }, 1],
        ['http_requests_by_class_total', { status_class: '4xx' }, 1],
        ['oauth_token_issued_total', {}, 0],
      ],
    )
    await moves(
      () => token(service.secret, { grant_type: 'urn:made:up' }),
      [
        ['token_requests_refused_total', { grant: 'other', error: 'unsupported_grant_type' }, 1],
        ['tokens_issued_total', { grant: 'other', outcome: 'refused' }, 1],
        ['errors_total', { kind: 'validation' }, 1],
        ['client_auth_failures_total', {}, 0],
      ],
    )
  })

  test('a sign-in, its code, its tokens', () =>
    moves(
      () => obtainTokens(server, app.id, { scope: 'openid offline_access read' }),
      [
        ['logins_total', { method: 'password', outcome: 'success' }, 1],
        ['acts_total', { action: 'session.started' }, 1],
        ['consents_total', { decision: 'granted' }, 1],
        ['oauth_authorization_codes_issued', {}, 1],
        ['authorize_requests_total', { outcome: 'issued' }, 1],
        ['tokens_issued_total', { grant: 'authorization_code', token_type: 'access' }, 1],
        ['tokens_issued_total', { grant: 'authorization_code', token_type: 'refresh' }, 1],
        ['tokens_issued_total', { grant: 'authorization_code', token_type: 'id' }, 1],
        ['password_hash_duration_seconds_count', {}, 1],
        ['password_hash_wait_seconds_count', {}, 1],
        ['actor_handled_total', { actor: 'auth' }, 2],
        ['actor_run_seconds_count', { actor: 'auth' }, 2],
        ['actor_wait_seconds_count', { actor: 'login' }, 1],
      ],
    ))

  test('a refresh token that comes again', async () => {
    const { tokens } = await obtainTokens(server, app.id)
    const refresh = () => server.token(refreshGrant(app.id, tokens.refresh_token))
    await moves(refresh, [
      ['tokens_issued_total', { grant: 'refresh_token', token_type: 'access' }, 1],
      ['token_actor_success_total', {}, 1],
      ['token_actor_duration_seconds_count', {}, 1],
      ['refresh_reuse_detected_total', {}, 0],
    ])
    server.clock.advance(3_600)
    await moves(refresh, [
      ['refresh_reuse_detected_total', {}, 1],
      ['token_requests_refused_total', { grant: 'refresh_token', error: 'invalid_grant' }, 1],
      ['token_actor_errors_total', {}, 1],
      ['actor_refused_total', { actor: 'token' }, 1],
      ['actor_failed_total', {}, 0],
    ])
  })

  test('a code that comes again is refused', async () => {
    const { code, verifier } = await obtainTokens(server, app.id)
    await moves(
      () => server.token(codeGrant(app.id, code, verifier)),
      [
        ['token_requests_refused_total', { grant: 'authorization_code' }, 1],
        ['acts_total', { action: 'code.reused' }, 1],
      ],
    )
  })

  test('a revocation', async () => {
    const { access_token } = (await token()).json()
    await moves(
      () =>
        server.form(
          '/oauth/revoke',
          { token: access_token },
          { authorization: basic(service.id, service.secret) },
        ),
      [['oauth_token_revoked_total', {}, 1]],
    )
  })

  test('a wrong password, and what is asked for too often', async () => {
    const wrong = () => new Browser(server).signIn('ada', 'not her password')
    await moves(wrong, [
      ['logins_total', { method: 'password', outcome: 'failed' }, 1],
      ['oauth_failed_authentications', {}, 1],
    ])
    await moves(async () => {
      for (let n = 0; n < 12; n++) await new Browser(server).signIn('nobody', `guess ${n}`)
    }, [
      ['logins_total', { method: 'password', outcome: 'failed' }, 5],
      ['logins_total', { method: 'password', outcome: 'throttled' }, 7],
      ['errors_total', { kind: 'ratelimit' }, 7],
    ])
    server.clock.advance(3_600)
  })

  test('a consent that is denied, a request that gets a page', async () => {
    const { challenge } = pkce()
    const url = authorizeUrl(app.id, challenge)
    const browser = new Browser(server)
    await browser.signIn('ada', PASSWORD, url)
    const fields = hiddenFields((await browser.get(url)).body)
    await moves(
      () => browser.submit('/oauth/consent', { ...fields, decision: 'deny' }),
      [
        ['consents_total', { decision: 'denied' }, 1],
        ['authorize_requests_total', { outcome: 'refused', error: 'access_denied' }, 1],
      ],
    )
    await moves(
      () => server.inject({ url: `/oauth/authorize?client_id=nobody&redirect_uri=${REDIRECT}` }),
      [['authorize_requests_total', { outcome: 'page' }, 1]],
    )
  })

  test('keys are asked for; what is not there is one route; HEAD is a method', () =>
    moves(async () => {
      await server.inject({ url: '/.well-known/jwks.json' })
      for (const url of ['/nothing', `/${'x'.repeat(40)}`, '/oauth/token/'])
        await server.inject({ url })
      await server.inject({ method: 'DELETE', url: '/oauth/token' })
      await server.inject({ method: 'HEAD', url: '/health' })
    }, [
      ['jwks_requests_total', {}, 1],
      ['http_requests_total_by_route', { route: 'unmatched', method: 'GET', status: '404' }, 3],
      ['http_requests_total_by_route', { route: 'unmatched', method: 'DELETE', status: '405' }, 1],
      ['http_requests_total_by_route', { route: '/health', method: 'HEAD', status: '200' }, 1],
    ]))

  test('a scrape is the one request under way', async () => {
    const scrape = await Scrape.of(server)
    assert.equal(scrape.sum(`${P}concurrent_requests_in_flight`), 1)
    assert.equal(scrape.sum('http_server_active_requests'), 1)
  })

  test('what the database knows', async () => {
    // A count that was begun is in the next scrape at the latest.
    let scrape = await Scrape.of(server)
    while (scrape.sum(`${P}oauth_active_tokens`) === undefined) {
      await turn()
      scrape = await Scrape.of(server)
    }
    assert.equal(scrape.sum(`${P}oauth_clients_total`), 2)
    assert.equal(scrape.sum(`${P}mail_queue`), 0)
    assert.ok((scrape.sum(`${P}keys`, { state: 'active' }) ?? 0) >= 1)
    assert.ok((scrape.sum(`${P}signing_key_age_seconds`) ?? 0) >= 0)
    assert.equal(scrape.sum(`${P}outbox_dead_letters`), 0)
    const commits = { db_operation_name: 'commit' }
    const name = 'db_client_operation_duration_seconds_count'
    assert.ok((scrape.sum(name, commits) ?? 0) > 0)
    assert.equal(
      scrape.sum(`${P}db_queries_total`),
      scrape.sum(`${P}db_query_duration_seconds_count`),
    )
    assert.equal(scrape.sum(`${P}app_info`, { service: 'oauth2-server' }), 1)
    assert.equal(scrape.sum(`${P}build_info`), 1)
    assert.ok((scrape.sum('process_resident_memory_bytes') ?? 0) > 0)
  })

  test('events that were published', async () => {
    const labels = { backend: 'in_memory', event_type: 'token_created', outcome: 'success' }
    const issued = async () => (await Scrape.of(server)).sum(`${P}oauth_token_issued_total`)
    const published = async () =>
      (await Scrape.of(server)).sum(`${P}events_published_total`, labels)
    while ((await published()) !== (await issued())) await turn()
    assert.equal((await Scrape.of(server)).sum(`${P}events_dropped_total`), 0)
  })
})

test('an outbox that lags shows it, by age and by number', async () => {
  using plugin = new EventPluginDouble('metrics_double')
  await using server = await TestServer.start({ ...plugin.env, OAUTH2_METRICS_PUBLIC: 'true' })
  const { outbox } = server.assembly.storage
  const sink = 'metrics_double'
  // Events that are there already, and a sink that looks at none of them.
  await plugin.took(1)
  await server.addClient(SERVICE)
  await plugin.took(2)
  const [known] = await outbox.sinks()
  assert.equal(known?.name, sink)
  const scrape = await Scrape.of(server)
  assert.equal(scrape.sum(`${P}outbox_lost_total`), 0)
  assert.ok((scrape.sum(`${P}outbox_waiting`, { backend: sink }) ?? -1) >= 0)
  assert.ok((scrape.sum(`${P}outbox_lag_seconds`, { backend: sink }) ?? -1) >= 0)
  assert.ok(
    (scrape.sum(`${P}events_published_total`, { backend: sink, outcome: 'success' }) ?? 0) >= 2,
  )
})
