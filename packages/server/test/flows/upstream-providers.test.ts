import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UpstreamError, type UpstreamProfile } from '@grantd/domain'
import { PROVIDERS, type ProviderSettings, UpstreamFlows, type UpstreamHttp } from '@grantd/social'
import { FixedClock } from '@grantd/testkit'
import { FakeUpstream, UPSTREAM_CLIENT, type UpstreamShape } from '../support/fake-upstream.ts'
import { RECORDED, TENANT } from '../support/recorded-providers.ts'

// Every provider of the registry goes through the same suite, each with what the real one is known to
// answer: metadata, claims, quirks. What runs here is a fake; no request leaves this process.

const SECRETS = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) }

function world(
  id: string,
  change: Partial<ProviderSettings> = {},
  metadata: UpstreamShape['metadata'] = {},
) {
  const recorded = RECORDED[id]
  const definition = PROVIDERS.find((provider) => provider.id === id)
  assert.ok(recorded && definition, `${id} is recorded here`)
  const clock = new FixedClock()
  const shape = { ...recorded.shape, metadata: { ...recorded.shape.metadata, ...metadata } }
  const upstream = new FakeUpstream(recorded.issuer, () => clock.nowMs(), shape)
  upstream.person = recorded.person
  const http: UpstreamHttp = {
    async send(url, request, peer) {
      assert.equal(peer, id)
      const headers = { 'user-agent': 'grantd', ...request.headers }
      const body = request.body ?? ''
      const answer = await upstream.respond({ ...request, headers, body, url: new URL(url) })
      const contentType = answer.headers['content-type']
      return { status: answer.status, contentType, body: Buffer.from(answer.body) }
    },
  }
  const redirectUri = `https://here.example/auth/callback/${id}`
  const settings: ProviderSettings = {
    clientId: UPSTREAM_CLIENT.id,
    clientSecret: UPSTREAM_CLIENT.secret,
    redirectUri,
    ...recorded.settings,
    ...change,
  }
  const flows = new UpstreamFlows({ providers: [{ definition, settings }], http, clock })
  const askedAt = Math.floor(clock.nowMs() / 1_000)
  const begin = (isFresh = false) => flows.begin(id, { ...SECRETS, isFresh })
  const complete = (callback: string, isFresh = false) => {
    const params = new URL(callback).searchParams
    return flows.complete(id, { ...SECRETS, isFresh, askedAt, params })
  }
  const through = async () => complete(upstream.authorize(await begin()))
  return { recorded, definition, upstream, clock, redirectUri, begin, complete, through }
}

const refused = (reason: string) => (error: unknown) => {
  assert.ok(error instanceof UpstreamError, String(error))
  assert.equal(error.reason, reason, error.message)
  // What is logged of it proves nothing to anybody.
  for (const secret of [...Object.values(SECRETS), UPSTREAM_CLIENT.secret])
    assert.ok(!`${error.message}${String(error.cause)}`.includes(secret), error.message)
  return true
}

test('every provider of the registry is recorded here', () => {
  assert.deepEqual(Object.keys(RECORDED).toSorted(), PROVIDERS.map(({ id }) => id).toSorted())
})

for (const { id, label } of PROVIDERS) {
  describe(`provider ${id}`, () => {
    test('is asked with state, PKCE S256 and the fixed redirect URI', async () => {
      const { begin, redirectUri, recorded, definition } = world(id)
      const url = new URL(await begin())
      const { searchParams: sent } = url
      assert.ok(url.href.startsWith(new URL(recorded.issuer).origin))
      assert.equal(sent.get('client_id'), UPSTREAM_CLIENT.id)
      assert.equal(sent.get('redirect_uri'), redirectUri)
      assert.equal(sent.get('response_type'), 'code')
      assert.equal(sent.get('state'), SECRETS.state)
      assert.equal(sent.get('code_challenge_method'), 'S256')
      assert.match(sent.get('code_challenge') ?? '', /^[\w-]{43}$/)
      assert.equal(sent.has('nonce'), !recorded.shape.isGithub)
      assert.equal(sent.has('prompt'), false)
      assert.ok(!url.href.includes(SECRETS.verifier))
      assert.ok(label.length > 0 && definition.label === label)
    })

    test('tells who signed in', async () => {
      const { through, recorded } = world(id)
      const profile = await through()
      const told = Object.keys(recorded.profile).map((key) => [
        key,
        profile[key as keyof UpstreamProfile],
      ])
      assert.deepEqual(Object.fromEntries(told), recorded.profile)
    })

    test('is asked for credentials again where somebody must prove themselves', async () => {
      const { begin } = world(id)
      const { searchParams: sent } = new URL(await begin(true))
      assert.match(sent.get('prompt') ?? '', /^(?:login|select_account)$/)
    })

    test('a person who says no is no fault', async () => {
      const { begin, complete, upstream } = world(id)
      await assert.rejects(complete(upstream.deny(await begin())), refused('denied'))
    })

    test('a code of somebody else, or one that was spent, is refused', async () => {
      const { begin, complete, upstream } = world(id)
      const callback = upstream.authorize(await begin())
      await complete(callback)
      await assert.rejects(complete(callback), refused('exchange_refused'))
    })

    test('T172 an answer that names another issuer is not taken', async () => {
      const { begin, complete, upstream } = world(id)
      upstream.faults = { callback: { iss: 'https://evil.example' } }
      const callback = upstream.authorize(await begin())
      await assert.rejects(complete(callback), refused('mixed_up'))
      assert.equal(upstream.requests.filter(({ method }) => method === 'POST').length, 0)
    })

    test('T177 what does not speak the protocol is unavailable, and no more', async () => {
      for (const answer of [
        { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
        { status: 200, headers: { 'content-type': 'application/json' }, body: '{"a":' },
        { status: 302, headers: { location: 'https://evil.example/' }, body: '' },
        { status: 500, headers: {}, body: 'oops' },
        { status: 204, headers: {}, body: '' },
      ]) {
        const { begin, complete, upstream } = world(id)
        const callback = upstream.authorize(await begin())
        upstream.faults = { answer: ({ method }) => (method === 'POST' ? answer : undefined) }
        await assert.rejects(complete(callback), refused('unavailable'))
      }
    })
  })
}

describe('what single providers are known for', () => {
  test('GitHub: an address that is not the proven primary one is not told', async () => {
    for (const emails of [
      [{ email: 'octo@corp.example', primary: true, verified: false }],
      [{ email: 'octo@corp.example', primary: false, verified: true }],
      { message: 'Not Found' },
      null,
    ]) {
      const { upstream, through } = world('github')
      upstream.person = { ...upstream.person, emails }
      const { email, isEmailVerified } = await through()
      assert.deepEqual([email, isEmailVerified], [undefined, false])
    }
  })

  test('GitHub: a profile without a number is not believed', async () => {
    for (const id of [undefined, '583231', 0, 1.5, null]) {
      const { upstream, through } = world('github')
      upstream.person = { ...upstream.person, id }
      await assert.rejects(through(), refused('not_believed'))
    }
  })

  test('Microsoft: any tenant for common, one for its own, and never a text that is no tenant', async () => {
    const other = '72f988bf-86f1-41af-91ab-2d7cd011db47'
    const issuerOf = (tid: string) => `https://login.microsoftonline.com/${tid}/v2.0`
    const common = world('microsoft')
    common.upstream.faults = { claims: { tid: other, iss: issuerOf(other) } }
    assert.equal((await common.through()).issuer, issuerOf(other))
    for (const claims of [
      { tid: other },
      { tid: other, iss: issuerOf(TENANT) },
      { tid: 'evil', iss: issuerOf('evil') },
      { tid: undefined, iss: issuerOf('undefined') },
    ]) {
      const { upstream, through } = world('microsoft')
      upstream.faults = { claims }
      await assert.rejects(through(), refused('not_believed'))
    }
    const { upstream, through } = world('azure')
    upstream.faults = { claims: { tid: other, iss: issuerOf(other) } }
    await assert.rejects(through(), refused('not_believed'))
  })

  test('Microsoft: an address counts as proven only by its own claim for that', async () => {
    const { upstream, through } = world('microsoft')
    upstream.person = { ...upstream.person, email_verified: true }
    assert.equal((await through()).isEmailVerified, false)
    upstream.person = { ...upstream.person, xms_edov: true }
    assert.equal((await through()).isEmailVerified, true)
  })

  test('others: only the boolean true is a proven address', async () => {
    for (const verified of ['true', 1, false, undefined, null]) {
      const { upstream, through } = world('oidc')
      upstream.person = { ...upstream.person, email_verified: verified }
      assert.equal((await through()).isEmailVerified, false)
    }
  })

  test('others: the secret goes the way that the provider takes it (OIDC Discovery §3)', async () => {
    const ways = [['client_secret_basic', 'client_secret_post'], ['client_secret_basic'], undefined]
    for (const methods of [...ways, ['client_secret_post']]) {
      const { through } = world('oidc', {}, { token_endpoint_auth_methods_supported: methods })
      assert.equal((await through()).subject, '00u1a2b3c4', String(methods))
    }
  })

  test('userinfo of somebody else is not believed', async () => {
    const { upstream, through } = world('keycloak')
    upstream.faults = { userinfo: { sub: 'somebody-else' } }
    await assert.rejects(through(), refused('not_believed'))
  })

  test('a provider that signs nobody in again is told by auth_time', async () => {
    const { upstream, clock, begin, complete } = world('oidc')
    const old = Math.floor(clock.nowMs() / 1_000) - 3_600
    upstream.faults = { claims: { auth_time: old } }
    const callback = upstream.authorize(await begin(true))
    await assert.rejects(complete(callback, true), refused('not_fresh'))
    upstream.faults = {}
    assert.equal((await complete(upstream.authorize(await begin(true)), true)).name, 'Ada Lovelace')
  })
})

test('T177 nothing is waited for beyond the deadline', async () => {
  const [definition] = PROVIDERS
  assert.ok(definition)
  const settings = { clientId: 'a', clientSecret: 'b', redirectUri: 'https://here.example/' }
  const http: UpstreamHttp = { send: () => new Promise(() => undefined) }
  const providers = [{ definition, settings }]
  const flows = new UpstreamFlows({ providers, http, clock: new FixedClock(), deadlineMs: 20 })
  await assert.rejects(
    flows.begin(definition.id, { ...SECRETS, isFresh: false }),
    refused('unavailable'),
  )
})
