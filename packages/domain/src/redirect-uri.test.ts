import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  matchRedirectUri,
  parseRedirectUri,
  type RedirectUri,
  redirectTarget,
  withQuery,
} from './redirect-uri.ts'

const registered = (...uris: string[]): RedirectUri[] => uris.map(parseRedirectUri)

describe('redirect URIs at registration (RFC 6749 §3.1.2, RFC 8252 §7, T7 T8 T124)', () => {
  for (const uri of [
    'https://app.example/cb',
    'https://app.example',
    'https://app.example/cb?tenant=1',
    'http://localhost:3000/callback',
    'http://127.0.0.1/cb',
    'http://[::1]:8080/cb',
    'com.example.app:/cb',
  ]) {
    test(`accepts ${uri}`, () => assert.equal(parseRedirectUri(uri), uri))
  }
  for (const [uri, why] of [
    ['', 'empty'],
    ['/cb', 'relative'],
    ['https://app.example/cb#f', 'fragment'],
    ['https://*.example/cb', 'wildcard'],
    ['http://app.example/cb', 'http off loopback'],
    ['http://localhost.evil/cb', 'localhost as a prefix'],
    ['http://127.0.0.1.evil/cb', 'an address as a prefix'],
    ['http://127.1/cb', 'short form of an address'],
    ['https://app@evil.example/', 'user information'],
    ['https://a@b@evil.example/', 'two at signs'],
    ['https://app.example/a/../cb', 'dot segments'],
    ['https://app.example/%2e%2e/cb', 'encoded dot segments'],
    ['https://app.example\\cb', 'backslash'],
    ['https://app.example/c b', 'space'],
    ['https://app.example/\r\nX: y', 'line break'],
    ['https://app.example./cb', 'trailing dot of the host'],
    ['https://аpp.example/cb', 'letters of another script'],
    ['javascript:alert(1)', 'script'],
    ['JaVaScRiPt:alert(1)', 'script in mixed case'],
    ['data:text/html,x', 'data'],
    ['file:///etc/passwd', 'file'],
    ['myapp:/cb', 'a private scheme without a dot'],
    ['a..b:/cb', 'a private scheme with an empty label'],
    ['com.example.:/cb', 'a private scheme that ends with a dot'],
    ['com.example.app://[::1', 'a private scheme with a broken host'],
    [`https://app.example/${'a'.repeat(2_048)}`, 'too long'],
  ] as const) {
    test(`refuses ${why}`, () => {
      // A character that the wire cannot carry would be sent as a question mark.
      assert.throws(() => parseRedirectUri(uri), {
        code: 'invalid_redirect_uri',
        message: /^[^?]+$/,
      })
    })
  }
})

describe('matching is exact (RFC 9700 §2.1, T3 T4 T5)', () => {
  const uris = registered('https://app.example/cb', 'http://127.0.0.1:3000/cb')
  for (const presented of [
    'https://app.example/cb/',
    'https://APP.example/cb',
    'https://app.example:443/cb',
    'https://app.example/cb?x=1',
    'https://app.example/c%62',
    'https://app.example/cb/../x',
    'https://app.example/cb/..;/x',
    'https://app.example/cb\\x',
    'https://app.example./cb',
    'https://app.example@evil/cb',
  ]) {
    test(`${presented} is another URI`, () => {
      assert.equal(matchRedirectUri(uris, presented, 'native'), undefined)
    })
  }
  test('a loopback port may vary for native applications only (RFC 8252 §7.3)', () => {
    assert.ok(matchRedirectUri(uris, 'http://127.0.0.1:51004/cb', 'native'))
    assert.ok(matchRedirectUri(uris, 'http://127.0.0.1/cb', 'native'))
    assert.equal(matchRedirectUri(uris, 'http://127.0.0.1:51004/cb', 'web'), undefined)
  })
  for (const presented of [
    'http://localhost:3000/cb',
    'http://127.1:3000/cb',
    'http://[::ffff:127.0.0.1]:3000/cb',
    'http://127.0.0.1.evil/cb',
    'http://127.0.0.1:3000/cb/x',
    'https://127.0.0.1:3000/cb',
    'http://127.0.0.1:99999/cb',
    'http://127.0.0.1:3000@evil/cb',
  ]) {
    test(`T6 ${presented} is not the registered loopback`, () => {
      assert.equal(matchRedirectUri(uris, presented, 'native'), undefined)
    })
  }
  test('nothing but the registered text or its loopback port is ever accepted', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (uri) => {
        const match = matchRedirectUri(uris, uri, 'native')
        return (
          match === undefined ||
          uris.includes(match) ||
          /^http:\/\/127\.0\.0\.1(:\d+)?\/cb$/.test(uri)
        )
      }),
    )
  })
})

describe('answers (RFC 6749 §4.1.2)', () => {
  test('parameters join the registered query', () => {
    const [uri] = registered('https://app.example/cb?tenant=1')
    assert.equal(
      withQuery(uri as RedirectUri, [['code', 'a b']]),
      'https://app.example/cb?tenant=1&code=a%20b',
    )
  })
  test('the target of a private scheme is its scheme', () => {
    const [uri] = registered('com.example.app:/cb')
    assert.deepEqual(redirectTarget(uri as RedirectUri), {
      origin: 'com.example.app:',
      isCustomScheme: true,
    })
  })
})
