// The modules of oidcc-basic-certification-test-plan and, with form_post, of
// oidcc-formpost-basic-certification-test-plan, by their names. What the suite shows to people and what
// it skips is in docs/guide/conformance.md.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import { ALL_CLAIMS } from '../../src/cli/conformance-person.ts'
import { ClientSite, LOOPBACK_OPEN } from '../support/client-keys.ts'
import { addAda, follow } from '../support/openid.ts'
import { Browser, ISSUER, pkce, TestServer } from '../support/server.ts'
import { CONFORMANCE, postRegistration, SuiteClient } from '../support/suite.ts'

let server: TestServer
let site: ClientSite
before(async () => {
  server = await TestServer.start({ ...CONFORMANCE, ...LOOPBACK_OPEN })
  await addAda(server, ALL_CLAIMS)
  site = await ClientSite.open()
})
after(async () => {
  await site[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** What the suite lets stand in an ID token that nothing more was asked for. */
const ID_TOKEN_CLAIMS = new Set(
  'iss sub aud exp iat auth_time nonce acr amr azp at_hash c_hash nbf jti sid'.split(' '),
)

const discovery = async () =>
  (await server.inject({ url: '/.well-known/openid-configuration' })).json()

for (const mode of ['query', 'form_post'] as const) {
  const plan = mode === 'query' ? 'basic' : 'formpost-basic'
  const register = (members: object = {}) => SuiteClient.register(server, { mode, ...members })

  describe(`oidcc-${plan}-certification-test-plan`, () => {
    test('oidcc-server', async () => {
      const client = await register()
      const answer = await client.ask(new Browser(server))
      assert.ok((answer.fields.get('code') ?? '').length >= 22) // 128 bits
      const tokens = client.judged(await client.exchange(answer))
      const claims = await client.idToken(tokens)
      assert.equal(claims.nonce, 'n'.repeat(10))
      assert.equal(typeof claims.at_hash, 'string')
      for (const claim of Object.keys(claims)) assert.ok(ID_TOKEN_CLAIMS.has(claim), claim)
      assert.ok((claims.exp ?? 0) > (claims.iat ?? 0))
      assert.equal((await client.userinfo(tokens)).sub, claims.sub)
      const { registration_client_uri: uri, registration_access_token: key } = client.registration
      const gone = await server.inject({
        method: 'DELETE',
        url: new URL(String(uri)).pathname,
        headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
      })
      assert.equal(gone.statusCode, 204) // with anything else the suite warns, at the end of each module
    })

    test('oidcc-response-type-missing', async () => {
      const client = await register()
      const browser = new Browser(server)
      const { fields } = await client.ask(browser, {}, ['response_type'])
      assert.equal(fields.get('error'), 'invalid_request')
      assert.equal(fields.get('code'), null)
    })

    test('oidcc-idtoken-signature', async () => {
      const client = await register({ id_token_signed_response_alg: 'RS256' })
      await client.idToken(await client.tokens(new Browser(server)))
    })

    test('oidcc-idtoken-unsigned: skipped, because none is not offered', async () => {
      const { id_token_signing_alg_values_supported: offered } = await discovery()
      assert.ok(!offered.includes('none'))
      const reply = await postRegistration(server, {
        client_name: 'Unsigned',
        redirect_uris: ['https://suite.example/cb'],
        id_token_signed_response_alg: 'none',
      })
      assert.equal(reply.json().error, 'invalid_client_metadata')
    })

    for (const how of ['get', 'post_header', 'post_body'] as const) {
      test(`oidcc-userinfo-${how.replace('_', '-')}`, async () => {
        const client = await register()
        const tokens = await client.tokens(new Browser(server), { scope: 'openid profile email' })
        const claims = await client.userinfo(tokens, how)
        assert.equal(claims.sub, (await client.idToken(tokens)).sub)
        client.checkClaims(claims, ['profile', 'email'])
      })
    }

    test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
      const client = await register()
      const answer = await client.ask(new Browser(server), {}, ['nonce'])
      const claims = await client.idToken(client.judged(await client.exchange(answer)))
      assert.equal(claims.nonce, undefined)
    })

    for (const scope of ['profile', 'email', 'address', 'phone']) {
      test(`oidcc-scope-${scope}`, async () => {
        const client = await register()
        const tokens = await client.tokens(new Browser(server), { scope: `openid ${scope}` })
        client.checkClaims(await client.userinfo(tokens), [scope])
        assert.equal((await client.idToken(tokens)).email, undefined)
      })
    }

    test('oidcc-scope-all, oidcc-ensure-other-scope-order-succeeds', async () => {
      const client = await register()
      for (const scope of ['openid profile email address phone', 'email openid']) {
        const tokens = await client.tokens(new Browser(server), { scope })
        const named = scope.split(' ').filter((one) => one !== 'openid')
        client.checkClaims(await client.userinfo(tokens), named)
      }
    })

    test('oidcc-alternate-happy-flow', async () => {
      const client = await register()
      const inOrder = Object.entries(client.parameters({ scope: 'email openid' }))
      const reversed = new URLSearchParams(inOrder.toReversed())
      const answer = await follow(new Browser(server), `/oauth/authorize?${reversed}`)
      const tokens = client.judged(await client.exchange(client.checked(answer)))
      client.checkClaims(await client.userinfo(tokens), ['email'])
      assert.equal((await client.idToken(tokens)).email, undefined)
    })

    test('oidcc-prompt-login', async () => {
      const client = await register()
      const browser = new Browser(server)
      const first = await client.idToken(await client.tokens(browser))
      server.clock.advance(2)
      const form = await browser.get(client.url({ prompt: 'login' }))
      assert.match(String(form.headers.location), /^\/auth\/login/)
      const second = await client.idToken(await client.tokens(browser, { prompt: 'login' }))
      assert.equal(second.sub, first.sub)
      assert.ok(Number(second.auth_time) > Number(first.auth_time))
    })

    test('oidcc-prompt-none-not-logged-in', async () => {
      const client = await register()
      const { fields } = await client.ask(new Browser(server), { prompt: 'none' })
      assert.equal(fields.get('error'), 'login_required')
    })

    test('oidcc-prompt-none-logged-in, oidcc-id-token-hint', async () => {
      const client = await register()
      const browser = new Browser(server)
      const tokens = await client.tokens(browser)
      const first = await client.idToken(tokens)
      server.clock.advance(2)
      for (const extra of [{}, { id_token_hint: tokens.id_token }]) {
        const again = await client.idToken(
          await client.tokens(browser, { prompt: 'none', ...extra }),
        )
        assert.deepEqual([again.sub, again.auth_time], [first.sub, first.auth_time])
      }
    })

    test('oidcc-max-age-1', async () => {
      const client = await register()
      const browser = new Browser(server)
      const first = await client.idToken(await client.tokens(browser))
      server.clock.advance(2)
      const second = await client.idToken(await client.tokens(browser, { max_age: '1' }))
      assert.ok(Number(second.auth_time) > Number(first.auth_time))
      assert.ok(Number(second.iat) - Number(second.auth_time) <= 1)
    })

    test('oidcc-max-age-10000', async () => {
      const client = await register()
      const browser = new Browser(server)
      const first = await client.idToken(await client.tokens(browser, { max_age: '15000' }))
      server.clock.advance(2)
      const second = await client.idToken(await client.tokens(browser, { max_age: '10000' }))
      assert.equal(typeof second.auth_time, 'number')
      assert.deepEqual([second.sub, second.auth_time], [first.sub, first.auth_time])
    })

    const IGNORED: readonly (readonly [module: string, parameters: Record<string, string>])[] = [
      ['oidcc-display-page', { display: 'page' }],
      ['oidcc-display-popup', { display: 'popup' }],
      ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
      ['oidcc-ui-locales', { ui_locales: 'se' }],
      ['oidcc-claims-locales', { claims_locales: 'se' }],
    ]
    for (const [module, parameters] of IGNORED) {
      test(module, async () => {
        const client = await register()
        await client.idToken(await client.tokens(new Browser(server), parameters))
      })
    }

    test('oidcc-login-hint', async () => {
      const client = await register()
      const browser = new Browser(server)
      const to = (await browser.get(client.url({ login_hint: 'ada@example.test' }))).headers
      const page = await browser.get(String(to.location))
      assert.match(page.body, /value="ada@example\.test"/)
      await client.tokens(browser, { login_hint: 'ada@example.test' })
    })

    test('oidcc-ensure-request-with-acr-values-succeeds', async () => {
      const client = await register()
      const { acr_values_supported: offered } = await discovery()
      const browser = new Browser(server)
      const tokens = await client.tokens(browser, { acr_values: offered.join(' ') })
      assert.ok(offered.includes((await client.idToken(tokens)).acr))
      await client.tokens(browser, { acr_values: '1 2' })
    })

    test('oidcc-codereuse, oidcc-codereuse-30seconds', async () => {
      const client = await register()
      const browser = new Browser(server)
      for (const wait of [0, 30]) {
        const answer = await client.ask(browser)
        const tokens = client.judged(await client.exchange(answer))
        server.clock.advance(wait)
        const again = await client.exchange(answer)
        assert.deepEqual([again.statusCode, again.json().error], [400, 'invalid_grant'])
        const authorization = `Bearer ${tokens.access_token}`
        const reply = await server.inject({ url: '/oauth/userinfo', headers: { authorization } })
        assert.equal(reply.statusCode, 401)
      }
    })

    test('oidcc-ensure-registered-redirect-uri', async () => {
      const client = await register()
      const url = client.url({ redirect_uri: 'https://suite.example/test/a/grantd/callback/other' })
      const page = await new Browser(server).get(url)
      assert.equal(page.statusCode, 400)
      assert.equal(page.headers.location, undefined)
      assert.match(page.body, /not registered/)
    })

    test('oidcc-ensure-post-request-succeeds', async () => {
      const client = await register()
      const browser = new Browser(server)
      await client.tokens(browser)
      // As a page of another site sends it: a form, and no cookie that is SameSite=Lax.
      const reply = await server.form('/oauth/authorize', client.parameters(), {
        origin: 'https://suite.example',
        'sec-fetch-site': 'cross-site',
      })
      const answer = await follow(browser, String(reply.headers.location))
      client.judged(await client.exchange(client.checked(answer)))
    })

    test('oidcc-server-client-secret-post', async () => {
      const client = await register({ token_endpoint_auth_method: 'client_secret_post' })
      await client.idToken(await client.tokens(new Browser(server)))
    })

    test('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', async () => {
      const client = await register()
      const request = new jose.UnsecuredJWT(client.parameters({ nonce: 'inside' })).encode()
      const { client_id, scope, response_type } = client.parameters()
      const outer = new URLSearchParams({ request, client_id, scope, response_type } as never)
      const answer = await follow(new Browser(server), `/oauth/authorize?${outer}`)
      const tokens = client.judged(await client.exchange(client.checked(answer)))
      assert.equal((await client.idToken(tokens)).nonce, 'inside')
    })

    test('oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported', async () => {
      const path = `/requesturi/${mode}`
      const client = await register({ request_uris: [`${site.origin}${path}#hash`] })
      site.documents.set(path, new jose.UnsecuredJWT(client.parameters()).encode())
      const { client_id, scope, response_type } = client.parameters()
      const request_uri = `${site.origin}${path}#hash`
      const outer = new URLSearchParams({ request_uri, client_id, scope, response_type } as never)
      const answer = await follow(new Browser(server), `/oauth/authorize?${outer}`)
      client.judged(await client.exchange(client.checked(answer)))
    })

    test('oidcc-ensure-request-object-with-redirect-uri', async () => {
      const client = await register()
      const request = new jose.UnsecuredJWT({
        ...client.parameters(),
        aud: ISSUER,
        iss: client.id,
      }).encode()
      const wrong = 'https://suite.example/test/a/grantd/callback/wrong'
      const answer = await follow(new Browser(server), client.url({ request, redirect_uri: wrong }))
      client.judged(await client.exchange(client.checked(answer)))
    })

    test('oidcc-claims-essential', async () => {
      const client = await register()
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
      const tokens = await client.tokens(new Browser(server), { claims })
      assert.equal((await client.userinfo(tokens)).name, ALL_CLAIMS.name)
      assert.equal((await client.idToken(tokens)).name, undefined)
    })

    test('oidcc-refresh-token', async () => {
      const grants = { grant_types: ['authorization_code', 'refresh_token'] }
      const [client, other] = [await register(grants), await register(grants)]
      assert.ok((await discovery()).grant_types_supported.includes('refresh_token'))
      const tokens = await client.tokens(new Browser(server))
      const first = await client.idToken(tokens)
      server.clock.advance(1)
      const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }
      assert.match(refresh.refresh_token, /^[\x20-\x7e]+$/)
      const stolen = await server.form('/oauth/token', {
        ...refresh,
        client_id: other.id,
        client_secret: other.secret,
      })
      assert.equal(stolen.statusCode >= 400, true)
      const reply = await client.refresh(refresh.refresh_token)
      const renewed = client.judged(reply)
      const second = await client.idToken(renewed)
      assert.notEqual(renewed.access_token, tokens.access_token)
      assert.deepEqual(
        [second.iss, second.sub, second.aud, second.auth_time],
        [first.iss, first.sub, first.aud, first.auth_time],
      )
      assert.ok(Number(second.iat) > Number(first.iat))
    })

    test('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
      const client = await register()
      const { verifier, challenge } = pkce()
      const protect = { code_challenge: challenge, code_challenge_method: 'S256' }
      const answer = await client.ask(new Browser(server), protect)
      client.judged(await client.exchange(answer, { code_verifier: verifier }))
      const unprotected = await client.ask(new Browser(server), protect)
      assert.equal((await client.exchange(unprotected)).json().error, 'invalid_grant')
    })
  })
}
