import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formActionSource, safeUrl } from './safe-url.ts'

describe('URLs in attributes', () => {
  test('https and http pass unchanged everywhere', () => {
    for (const url of [
      'https://a.example',
      "https://a.example/it's",
      'http://127.0.0.1:8080/cb?x=1',
      'HTTPS://A.example/',
    ]) {
      for (const use of ['link', 'form', 'continue'] as const) assert.equal(safeUrl(url, use), url)
    }
  })

  test('a local path passes as a link, not as the action of a form_post', () => {
    assert.equal(safeUrl('/auth/login?a=b#c', 'link'), '/auth/login?a=b#c')
    assert.equal(safeUrl('/auth/login', 'form'), undefined)
  })

  test('an app scheme passes for continue only', () => {
    for (const url of ['com.example.app:/cb', 'com.example.app://cb?code=1']) {
      assert.equal(safeUrl(url, 'continue'), url)
      assert.equal(safeUrl(url, 'link'), undefined)
      assert.equal(safeUrl(url, 'form'), undefined)
    }
  })

  test('everything else is refused everywhere', () => {
    const refused = [
      '',
      'relative/path',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'https:evil.example',
      'https:/evil.example',
      'https:///evil.example',
      'https://user@evil.example',
      'https://bank.example:pw@evil.example',
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      'java\nscript:alert(1)',
      ' javascript:alert(1)',
      '\u0001javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'blob:https://a.example/1',
      'file:///etc/passwd',
      'about:blank',
      'view-source:https://a.example',
      'intent://x#Intent;end',
      'nodot:/x',
      'https://a.example/"x',
      'https://a.example/<x>',
      'https://a.example/a b',
      'https://',
    ]
    for (const url of refused) {
      for (const use of ['link', 'form', 'continue'] as const) {
        assert.equal(safeUrl(url, use), undefined, `${use} ${JSON.stringify(url)}`)
      }
    }
    assert.equal(safeUrl(undefined, 'link'), undefined)
  })
})

describe('form-action source', () => {
  test('is the origin', () => {
    assert.equal(formActionSource('https://a.example:8443/cb?x=1'), 'https://a.example:8443')
  })

  test('is the scheme when the policy cannot hold the host', () => {
    assert.equal(formActionSource('http://[::1]:8080/cb'), 'http:')
    assert.equal(formActionSource('https://a;script-src.example/'), 'https:')
  })
})
