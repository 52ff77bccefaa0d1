import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answerOf, withApp } from '../support/flow.ts'
import { authorizeUrl, Browser, hiddenFields, ISSUER, pkce, REDIRECT } from '../support/server.ts'

type Extra = Record<string, string>
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const unsupported = 'unsupported_response_type'

const CASES: readonly (readonly [string, Extra, string])[] = [
  ['T12 [behaviour 13.2.2] response_type token', { response_type: 'token' }, unsupported],
  ['T12 response_type id_token token', { response_type: 'id_token token' }, unsupported],
  ['code id_token, not registered', { response_type: 'code id_token' }, 'unauthorized_client'],
  ['response_type missing', { response_type: '' }, 'invalid_request'],
  ['T13 [behaviour 13.2.3] no challenge', { code_challenge: '' }, 'invalid_request'],
  ['T14 [behaviour 36] plain', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['T14 s256 in lower case', { code_challenge_method: 's256' }, 'invalid_request'],
  ['T14 no method: its default is plain', { code_challenge_method: '' }, 'invalid_request'],
  ['T15 44 characters', { code_challenge: `${CHALLENGE}A` }, 'invalid_request'],
  ['T15 128 characters', { code_challenge: 'A'.repeat(128) }, 'invalid_request'],
  ['T15 padding', { code_challenge: `${CHALLENGE}=` }, 'invalid_request'],
  ['T15 a plus sign', { code_challenge: `+${CHALLENGE.slice(1)}` }, 'invalid_request'],
  ['T16 response_mode fragment', { response_mode: 'fragment' }, 'invalid_request'],
  ['T17 [behaviour 32] a scope the client lacks', { scope: 'read admin' }, 'invalid_scope'],
  ['T17 an unknown scope', { scope: 'read unknown' }, 'invalid_scope'],
  ['T17 a control character in scope', { scope: 'read\u0001' }, 'invalid_scope'],
  ['T18 prompt none with login', { prompt: 'none login' }, 'invalid_request'],
  ['an unknown prompt', { prompt: 'create' }, 'invalid_request'],
  ['T19 max_age -1', { max_age: '-1' }, 'invalid_request'],
  ['T19 max_age abc', { max_age: 'abc' }, 'invalid_request'],
  ['T19 max_age 1e3', { max_age: '1e3' }, 'invalid_request'],
  ['T19 max_age 2^53', { max_age: '9007199254740992' }, 'invalid_request'],
  ['T22 a relative resource', { resource: 'api' }, 'invalid_target'],
  ['T22 a resource with a fragment', { resource: 'https://api.example/#x' }, 'invalid_target'],
  ['T22 a resource nobody registered', { resource: 'https://evil.example/' }, 'invalid_target'],
  ['a request object', { request: 'a.b.c' }, 'request_not_supported'],
  ['T102 a request_uri of nobody', { request_uri: 'urn:x' }, 'invalid_request_uri'],
  ['a nonce without end', { nonce: 'n'.repeat(513) }, 'invalid_request'],
]

describe('errors that go to the proven redirect URI', () => {
  test('T25 each with state once, iss, and nothing else', async () => {
    const { server, id } = await withApp({}, { OAUTH2_RESOURCES: 'https://api.example/' })
    await using _ = server
    const browser = new Browser(server)
    await browser.signIn() // so that each would get as far as a page
    for (const [why, extra, code] of CASES) {
      const reply = await browser.get(authorizeUrl(id, pkce().challenge, extra))
      assert.equal(reply.statusCode, 303, why)
      assert.equal(reply.headers['cache-control'], 'no-store', why)
      const location = new URL(String(reply.headers.location))
      assert.equal(location.origin + location.pathname, REDIRECT, why)
      assert.equal(location.hash, '', why)
      const names = [...location.searchParams.keys()].sort()
      assert.deepEqual(names, ['error', 'error_description', 'iss', 'state'], why)
      assert.equal(location.searchParams.get('error'), code, why)
      assert.equal(location.searchParams.get('state'), 'xyz123', why)
      assert.equal(location.searchParams.get('iss'), ISSUER, why)
      // RFC 6749 §4.1.2.1: these characters only.
      assert.match(
        location.searchParams.get('error_description') ?? '',
        /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/,
        why,
      )
    }
  })

  test('T9 any other repeated parameter is invalid_request, also spelled differently', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const url = authorizeUrl(id, pkce().challenge)
    for (const repeated of ['scope=read', 'code_challenge=x', '%73cope=write', 'x=1&x=2']) {
      const answer = answerOf(await new Browser(server).get(`${url}&${repeated}`))
      assert.equal(answer.get('error'), 'invalid_request', repeated)
      assert.equal(answer.get('state'), 'xyz123')
    }
    const state = answerOf(await new Browser(server).get(`${url}&state=other`))
    assert.equal(state.get('error'), 'invalid_request')
    assert.equal(state.get('state'), null)
  })

  test('T11 parameters in query and body at once are invalid_request', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const fields = Object.fromEntries(
      new URL(authorizeUrl(id, pkce().challenge), ISSUER).searchParams,
    )
    const both = await server.form('/oauth/authorize?scope=write', fields)
    assert.equal(answerOf(both).get('error'), 'invalid_request')
    const alone = await server.form('/oauth/authorize', fields)
    assert.equal(alone.statusCode, 303)
    assert.match(String(alone.headers.location), /^\/oauth\/authorize\?/) // where cookies are sent
  })

  test('T17 ten thousand scopes are refused within 50 ms', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const url = new URL(authorizeUrl(id, pkce().challenge), ISSUER)
    const fields = {
      ...Object.fromEntries(url.searchParams),
      scope: 'a '.repeat(9_999).concat('a'),
    }
    const times: number[] = []
    for (let round = 0; round < 5; round++) {
      const startedAt = performance.now()
      const reply = await server.form('/oauth/authorize', fields)
      times.push(performance.now() - startedAt)
      assert.equal(answerOf(reply).get('error'), 'invalid_scope')
    }
    assert.ok(Math.min(...times) < 50, `${times}`) // the best of five: a busy machine is no finding
  })

  test('a client without the authorization_code grant is unauthorized_client', async () => {
    const { server } = await withApp()
    await using _ = server
    const { id } = await server.addClient({
      client_name: 'Service',
      grant_types: ['client_credentials'],
      redirect_uris: [REDIRECT],
      scope: 'read',
    })
    const reply = await new Browser(server).get(authorizeUrl(id, pkce().challenge))
    assert.equal(answerOf(reply).get('error'), 'unauthorized_client')
  })
})

describe('state', () => {
  test('T24 one of 3,000 characters or with control characters is refused without an echo', async () => {
    const { server, id } = await withApp()
    await using _ = server
    for (const state of ['s'.repeat(3_000), 'a\r\nSet-Cookie: x=y', 'a\u0085b', '\u007f']) {
      const reply = await new Browser(server).get(authorizeUrl(id, pkce().challenge, { state }))
      assert.equal(answerOf(reply).get('error'), 'invalid_request')
      assert.equal(answerOf(reply).get('state'), null)
      assert.equal(reply.headers['set-cookie'], undefined)
    }
  })

  test('T24 [behaviour 7] any other comes back byte for byte, once', async () => {
    const { server, id } = await withApp()
    await using _ = server
    for (const state of ['xyz123', 'a b+c%2F"<>é~', '&code=stolen', '✓ ünïcode', '__proto__']) {
      const url = authorizeUrl(id, pkce().challenge, { state, prompt: 'none' })
      const reply = await new Browser(server).get(url)
      assert.deepEqual(answerOf(reply).getAll('state'), [state])
      assert.equal(answerOf(reply).get('code'), null)
    }
  })
})

describe('form_post', () => {
  test('T16 carries errors too, with its state escaped, to the registered origin only', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const state = '"><script>alert(1)</script>'
    const extra = { response_mode: 'form_post', prompt: 'none', state }
    const reply = await new Browser(server).get(authorizeUrl(id, pkce().challenge, extra))
    assert.equal(reply.statusCode, 200)
    assert.doesNotMatch(reply.body, /<script>alert/)
    const { error_description, ...fields } = hiddenFields(reply.body)
    assert.deepEqual(fields, { error: 'login_required', state, iss: ISSUER })
    assert.ok(error_description)
    assert.match(reply.body, new RegExp(`action="${REDIRECT}"`))
    const csp = String(reply.headers['content-security-policy'])
    assert.match(csp, /form-action http: https:(;|$)/)
    assert.doesNotMatch(csp, /unsafe/)
  })

  test('cannot reach the own scheme of an app: invalid_request by link, not a server error', async () => {
    const { server, id } = await withApp({ redirect_uris: ['com.example.app:/cb'] })
    await using _ = server
    const extra = { redirect_uri: 'com.example.app:/cb', response_mode: 'form_post' }
    const reply = await new Browser(server).get(authorizeUrl(id, pkce().challenge, extra))
    assert.equal(reply.statusCode, 200)
    assert.match(reply.body, /href="com\.example\.app:\/cb\?error=invalid_request&amp;/)
  })
})
