import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventEnvelope } from '@grantd/domain'
import { EVENT_METADATA, EventRing } from '@grantd/events'
import { EventPluginDouble } from '../support/event-plugin.ts'
import { codeGrant, refreshGrant, withApp } from '../support/flow.ts'
import { enterCode, halfSignedIn, withTotp } from '../support/people.ts'
import { Browser, hiddenFields, obtainCode, PASSWORD, pkce } from '../support/server.ts'

const INGEST_TOKEN = 'canary-ingest-token-of-this-test'
const ADMIN = { client_name: 'Operations', grant_types: ['client_credentials'], scope: 'admin' }

/** Everything that every backend got, by backend. */
interface Seen {
  readonly events: readonly EventEnvelope[]
  readonly places: Readonly<Record<string, string>>
}

/** A journey with all its mistakes; every secret that was in it, by name. */
async function travel(
  double: EventPluginDouble,
): Promise<Seen & { secrets: Record<string, string> }> {
  const lines: string[] = []
  const write = (fields: object, message: string) =>
    void lines.push(JSON.stringify(fields) + message)
  const { server, id, secret } = await withApp(
    { token_endpoint_auth_method: 'client_secret_post' },
    {
      ...double.env,
      OAUTH2_EVENTS_BACKEND: `both,${double.name}`,
      OAUTH2_EVENTS_HISTORY_DAYS: '1',
      OAUTH2_EVENTS_INGEST_BEARER_TOKEN: INGEST_TOKEN,
      OAUTH2_ADMIN_CLIENT_IDS: 'operations',
      OAUTH2_OPEN_REGISTRATION: 'true',
      OAUTH2_REFRESH_TOKEN_GRACE_SECS: '0',
    },
    { debug: write, info: write, warn: write, error: write },
  )
  const streamed: string[] = []
  const reader = server.assembly.eventing.feed.open({ filter: {}, wake: () => undefined })
  const as = { client_id: id, client_secret: secret }
  const wrong = {
    password: 'canary wrong password',
    verifier: pkce().verifier,
    secret: 'canary-wrong-secret',
    name: 'canary typed as a name',
  }

  // A code, its tokens, a refresh, a reuse, a wrong verifier, a second use, a revocation.
  const { code, verifier } = await obtainCode(server, id, {
    scope: 'openid offline_access',
  })
  const first = (await server.token({ ...codeGrant(id, code, verifier), ...as })).json()
  const second = (await server.token({ ...refreshGrant(id, first.refresh_token), ...as })).json()
  const spare = await obtainCode(server, id)
  await server.token({ ...codeGrant(id, spare.code, wrong.verifier), ...as })
  await server.token({ ...refreshGrant(id, first.refresh_token), ...as })
  await server.token({ ...codeGrant(id, code, verifier), ...as })
  await server.form('/oauth/introspect', { token: second.access_token, ...as })
  await server.form('/oauth/revoke', { token: second.access_token, ...as })
  await server.token({
    ...codeGrant(id, spare.code, spare.verifier),
    ...as,
    client_secret: wrong.secret,
  })

  // People: wrong passwords and names, a second factor, a forgotten password, a sign-out.
  await new Browser(server).signIn('ada', wrong.password)
  await new Browser(server).signIn(wrong.name, wrong.password)
  const { seed, codes } = await withTotp(server)
  const half = await halfSignedIn(server)
  await enterCode(half.browser, half.page, '000000')
  const again = await halfSignedIn(server)
  await enterCode(again.browser, again.page, codes[0] ?? '')
  const forgot = new Browser(server)
  const fields = hiddenFields((await forgot.get('/auth/forgot')).body)
  await forgot.submit('/auth/forgot', { ...fields, username: 'ada' })
  const session = again.browser.cookies.get('sid') ?? ''
  const logout = hiddenFields((await again.browser.get('/profile')).body)
  await again.browser.submit('/auth/logout', logout)

  // Clients: one that registers itself, one that an operator changes, an administrator's token.
  const registered = (
    await server.inject({
      method: 'POST',
      url: '/connect/register',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({
        client_name: 'Stranger',
        redirect_uris: ['https://app.example/cb'],
      }),
    })
  ).json()
  const operations = await server.addClient(ADMIN, 'operations')
  const admin = (
    await server.token({
      grant_type: 'client_credentials',
      client_id: operations.id,
      client_secret: operations.secret,
    })
  ).json().access_token
  const headers = { authorization: `Bearer ${admin}` }
  await server.inject({ method: 'POST', url: '/events/test', headers })
  await server.inject({
    method: 'POST',
    url: '/events/ingest',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${INGEST_TOKEN}` },
    payload: '{}',
  })

  for (let entry = reader?.next(); entry !== undefined && entry !== 'lost'; entry = reader?.next())
    streamed.push(entry.json)
  const { storage, eventing } = server.assembly
  const stored = (await storage.outbox.read(0, 10_000)).map(({ payload }) => payload)
  const ring = eventing.sinks.find((sink) => sink instanceof EventRing)
  await server[Symbol.asyncDispose]()
  const events = [...(ring?.recent() ?? []), ...double.taken]
  return {
    events,
    places: {
      memory: JSON.stringify(ring?.recent()),
      console: lines.join('\n'),
      plugin: JSON.stringify(double.taken),
      history: stored.join('\n'),
      stream: streamed.join('\n'),
    },
    secrets: {
      password: PASSWORD,
      wrongPassword: wrong.password,
      typedName: wrong.name,
      clientSecret: secret,
      wrongSecret: wrong.secret,
      verifier,
      wrongVerifier: wrong.verifier,
      code: code.split('.')[1] ?? '',
      refusedCode: spare.code.split('.')[1] ?? '',
      refreshToken: first.refresh_token.split('.')[1],
      successor: second.refresh_token.split('.')[1],
      accessToken: first.access_token.split('.')[2],
      idToken: first.id_token.split('.')[2],
      adminToken: admin.split('.')[2],
      seed,
      recoveryCode: codes[0] ?? '',
      unusedRecoveryCode: codes[1] ?? '',
      csrf: logout.csrf?.split('.')[2] ?? '',
      session: session.split('.')[1] ?? '',
      pending: half.browser.cookies.get('pending')?.split('.')[1] ?? '',
      registrationToken: registered.registration_access_token.split('.')[1],
      operationsSecret: operations.secret,
      ingestToken: INGEST_TOKEN,
    },
  }
}

describe('events hold no secrets', () => {
  test('a whole journey with its mistakes leaves none with any backend', async () => {
    using double = new EventPluginDouble('canary')
    const { events, places, secrets } = await travel(double)
    const types = new Set(events.map(({ event }) => event.event_type))
    for (const type of ['token_created', 'refresh_token_reused', 'second_factor_failed']) {
      assert.ok(types.has(type), `${type} is among ${[...types].sort().join(' ')}`)
    }
    assert.ok(types.size >= 18, `${types.size} types`)
    for (const [place, text] of Object.entries(places)) {
      assert.match(text, /refresh_token_reused/, `${place} was looked at`)
      for (const [name, secret] of Object.entries(secrets)) {
        assert.ok(secret.length > 8, `${name} is long enough to be found`)
        assert.ok(!text.includes(secret), `${name} is with ${place}`)
      }
    }
    // What no journey reaches is bounded by this: a value that is not in the list is in no event.
    for (const { event } of events) {
      const { always, sometimes } = EVENT_METADATA[event.event_type as keyof typeof EVENT_METADATA]
      for (const name of Object.keys(event.metadata)) {
        assert.ok([...always, ...sometimes].includes(name), `${event.event_type}: ${name}`)
      }
    }
  })

  test('no type has a value that is named like a secret', () => {
    const harmless = new Set(['token_id', 'code_id', 'has_refresh_token'])
    for (const [type, { always, sometimes }] of Object.entries(EVENT_METADATA)) {
      for (const name of [...always, ...sometimes]) {
        const isSuspicious = /secret|password|token|code|verifier|seed|cookie|challenge|hash/.test(
          name,
        )
        assert.ok(!isSuspicious || harmless.has(name), `${type}: ${name}`)
      }
    }
  })
})
