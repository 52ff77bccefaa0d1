import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isLoopbackHost } from './address.ts'
import { baseUrlOf, issuerOf } from './issuer.ts'
import { load } from './load-fixture.ts'

const A = 'https://a.example.com'
const B = 'https://b.example.com'

describe('RFC 8414 §2 the issuer is configured, never taken from a request', () => {
  const CASES: readonly (readonly [string, Record<string, string>, string, string])[] = [
    ['public_url is issuer and base URL', { OAUTH2_PUBLIC_URL: A, OAUTH2_BASE_URL: B }, A, A],
    ['public_base_url is the fallback', { OAUTH2_BASE_URL: B }, B, B],
    [
      'jwt.issuer wins for iss only, unchanged',
      { OAUTH2_JWT_ISSUER: `${B}/`, OAUTH2_PUBLIC_URL: A },
      `${B}/`,
      A,
    ],
    [
      'otherwise it is the listener, with the port really bound',
      {},
      'http://127.0.0.1:4321',
      'http://127.0.0.1:4321',
    ],
    [
      'an IPv6 listener has brackets',
      { OAUTH2_SERVER_HOST: '::1' },
      'http://[::1]:4321',
      'http://[::1]:4321',
    ],
  ]
  for (const [sentence, env, issuer, base] of CASES) {
    test(sentence, () => {
      const { settings } = load({ env })
      assert.deepEqual([issuerOf(settings, 4321), baseUrlOf(settings, 4321)], [issuer, base])
    })
  }

  test('in dev a loopback listener reads localhost', () => {
    assert.equal(issuerOf(load({ mode: 'dev' }).settings, 8080, 'dev'), 'http://localhost:8080')
    const { settings } = load({ mode: 'dev', env: { OAUTH2_SERVER_HOST: '::1' } })
    assert.equal(issuerOf(settings, 8080, 'dev'), 'http://localhost:8080')
  })

  test('the default port of http is left out', () => {
    assert.equal(issuerOf(load().settings, 80, 'dev'), 'http://localhost')
  })
})

describe('loopback hosts', () => {
  for (const host of [
    'localhost',
    'LOCALHOST',
    'app.localhost',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
  ]) {
    test(`${host} is one`, () => assert.equal(isLoopbackHost(host), true))
  }
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    'localhost.example.com',
    '127.example.com',
    '127.0.0.1.nip.io',
    '',
  ]) {
    test(`${host || 'the empty host'} is none`, () => assert.equal(isLoopbackHost(host), false))
  }
})
