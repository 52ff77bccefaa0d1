import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ENDPOINTS } from '@grantd/oauth'
import { APP, obtainTokens } from '../support/flow.ts'
import { hiddenFields, TestServer } from '../support/server.ts'

/** What anybody may ask for; everything else must refuse whoever shows nothing. A new endpoint is one. */
const OPEN = new Set([
  ...['authorize', 'authorize.post', 'login.form', 'login.submit', 'logout', 'logout.rp'],
  ...['logout.rp.post', 'logout.confirm', 'language', 'root', 'error', 'health', 'events.health'],
  ...['forgot.form', 'forgot.submit', 'reset.form', 'sign_up.form', 'sign_up.submit'],
  ...[
    'sign_up_finish.form',
    'setup.form',
    'email.form',
    'email.submit',
    'check_session',
    'client.logo',
  ],
  ...['well_known.change_password', 'well_known.passkey_endpoints', 'openid-configuration'],
  ...['oauth-authorization-server', 'jwks', 'passkey.question'],
])
/** Requests of the protocols, which other sites may post: they are questions, not acts. */
const QUESTIONS = new Set(['authorize.post', 'logout.rp.post'])
const GUARDED = ENDPOINTS.filter(({ id }) => !OPEN.has(id))

let server: TestServer
/** Bearer tokens that are good for something else. */
let foreign: Readonly<Record<string, string>>

before(async () => {
  server = await TestServer.start({ OAUTH2_EVENTS_INGEST_BEARER_TOKEN: 'the-token-of-ingest-only' })
  await server.addUser()
  const app = await server.addClient(APP)
  const expired = await obtainTokens(server, app.id)
  server.clock.advance(7_200)
  const { tokens } = await obtainTokens(server, app.id)
  const openid = await obtainTokens(server, app.id, { scope: 'openid' })
  foreign = {
    nothing: '',
    garbage: 'x.y.z',
    expired: expired.tokens.access_token,
    'a token without the scope': tokens.access_token,
    'a refresh token': tokens.refresh_token,
    'an ID token': openid.tokens.id_token ?? '',
  }
})
// Where no test of this file is chosen by name, nothing was started.
after(() => server?.[Symbol.asyncDispose]())

describe('every route that is not for everybody', () => {
  test('the list of open ones names endpoints only', () => {
    const ids = new Set(ENDPOINTS.map(({ id }) => id))
    assert.deepEqual(
      [...OPEN].filter((id) => !ids.has(id)),
      [],
    )
    assert.ok(GUARDED.length > 30)
  })

  for (const { id, method, path, body } of GUARDED) {
    test(`T180 ${id} answers nobody without its authority`, async () => {
      for (const [what, token] of Object.entries(foreign)) {
        const type = body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
        const reply = await server.inject({
          method,
          url: path.replace('*', 'some-id'),
          headers: {
            ...(body !== 'none' && { 'content-type': type }),
            ...(token !== '' && { authorization: `Bearer ${token}` }),
          },
          ...(body !== 'none' && { payload: body === 'json' ? '{"event_id":"x"}' : 'token=x' }),
        })
        const { statusCode, headers } = reply
        const isSentToSignIn =
          statusCode === 303 && /^\/(?:auth\/login|error)/.test(`${headers.location}`)
        const isRefused = [400, 401, 403, 404].includes(statusCode)
        assert.ok(isRefused || isSentToSignIn, `${what}: ${statusCode} ${headers.location}`)
        // As a word: the letters may stand in a random token.
        assert.doesNotMatch(reply.body, /\bada\b/)
        if (statusCode === 401)
          assert.match(String(headers['www-authenticate']), /^(?:Basic|Bearer) /)
      }
    })
  }

  test('T150 T180 no form of a signed-in person is taken without its token, or from another site', async () => {
    const { browser } = await obtainTokens(server, (await server.addClient(APP)).id)
    const forms = ENDPOINTS.filter(
      ({ caller, method }) => caller === 'session' && method === 'POST',
    )
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const { csrf = '' } = hiddenFields((await browser.get('/profile')).body)
    const before = await server.assembly.storage.users.findByLogin('ada')
    const own = { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }
    for (const { path, id } of forms.filter((form) => !QUESTIONS.has(form.id))) {
      const sent = (fields: Record<string, string>, headers: Record<string, string>) =>
        server.form(path, fields, { cookie, ...headers })
      for (const headers of [
        { origin: 'https://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
      ] as Record<string, string>[]) {
        const { statusCode } = await sent({ csrf }, headers)
        assert.equal(statusCode, 403, `${id} ${JSON.stringify(headers)}`)
      }
      if (!path.startsWith('/profile')) continue
      for (const fields of [{}, { csrf: 'x' }, { csrf: `${csrf}x` }] as Record<string, string>[])
        assert.equal((await sent(fields, own)).statusCode, 403, `${id} ${JSON.stringify(fields)}`)
    }
    assert.deepEqual(await server.assembly.storage.users.findByLogin('ada'), before)
  })
})
