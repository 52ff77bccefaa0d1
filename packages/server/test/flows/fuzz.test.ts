import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { APP, basic } from '../support/flow.ts'
import { Browser, REDIRECT, TestServer } from '../support/server.ts'

let server: TestServer
let browser: Browser
let client: { id: string; secret: string }
const PUBLIC = 'public-app'
// A tenth of a second in the suite; FUZZ_RUNS=1000000 for an evening.
const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000)

before(async () => {
  server = await TestServer.start()
  await server.addUser()
  await server.addClient({ ...APP, redirect_uris: [REDIRECT, 'com.example.app:/cb'] }, PUBLIC)
  client = await server.addClient({ ...APP, token_endpoint_auth_method: 'client_secret_basic' })
  browser = new Browser(server)
  await browser.signIn()
})
// Where no test of this file is chosen by name, nothing was started.
after(() => server?.[Symbol.asyncDispose]())

const NAMES = [
  ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'code_challenge'],
  ...['code_challenge_method', 'response_mode', 'nonce', 'prompt', 'max_age', 'resource'],
  ...['id_token_hint', 'login_hint', 'grant_type', 'code', 'code_verifier', 'refresh_token'],
  ...['client_secret', 'token', 'request', 'csrf', 'decision', 'return_to', 'username', 'password'],
  ...['grantd_reauth', 'error', '__proto__', 'scope[]', ''],
]
const VALUES = [
  ...['code', 'token', PUBLIC, REDIRECT, 'com.example.app:/cb', 'read', 'openid read', 'S256'],
  ...['form_post', 'query', 'none', 'login', 'consent', '0', '-1', '99999999999999999999'],
  ...[
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  ],
  ...['gac_', `grt_${'A'.repeat(22)}.${'A'.repeat(43)}`, `gac_${'A'.repeat(22)}.${'A'.repeat(43)}`],
  ...['e30.e30.e30', 'a.b.c', '\ud800', '\r\n', '"><x', '\0', '%', '../..', 'allow', '/profile'],
]
/** Good requests, of which the random part replaces some: noise alone is refused at the door. */
const GOOD: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '/oauth/authorize': [
    ['response_type', 'code'],
    ['client_id', PUBLIC],
    ['redirect_uri', REDIRECT],
    ['code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
    ['code_challenge_method', 'S256'],
  ],
  '/oauth/token': [['client_id', PUBLIC]],
}
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const parameters = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 5 })
const authorization = fc.constantFrom('', 'Basic', 'Basic eDp5', 'Bearer x', 'right')

describe('whatever is sent, the answer is one the protocol foresees', () => {
  test('no request of a caller becomes a 5xx, and no redirect leaves for an unknown place', async () => {
    const paths = ['/oauth/authorize', '/oauth/consent', '/oauth/token', '/oauth/introspect']
    const path = fc.constantFrom(...paths, '/oauth/revoke', '/auth/login', '/error')
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.boolean(),
        parameters,
        authorization,
        async (url, isGet, given, auth) => {
          const names = new Set(given.map(([name]) => name))
          const good = (GOOD[url] ?? []).filter(([name]) => !names.has(name))
          const text = new URLSearchParams([...good, ...given].map((pair) => [...pair])).toString()
          const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
          const right = basic(client.id, client.secret)
          const reply = await server.inject({
            method: isGet ? 'GET' : 'POST',
            url: isGet ? `${url}?${text}` : url,
            headers: {
              cookie,
              ...(auth !== '' && { authorization: auth === 'right' ? right : auth }),
              ...(!isGet && { 'content-type': 'application/x-www-form-urlencoded' }),
            },
            ...(!isGet && { payload: text }),
          })
          assert.ok(reply.statusCode < 500, `${reply.statusCode} ${reply.body.slice(0, 200)}`)
          const { location } = reply.headers
          if (location !== undefined) {
            assert.match(String(location), /^(?:\/(?!\/)|http:\/\/localhost:3000\/callback\?)/)
            assert.doesNotMatch(String(location), /[\r\n\s]/)
          }
        },
      ),
      { numRuns: RUNS },
    )
  })
})
