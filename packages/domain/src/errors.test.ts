import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { invalidScope, OAuthError } from './errors.ts'

describe('error_description (RFC 6749 §5.2: printable ASCII without " and \\)', () => {
  for (const [given, public_] of [
    ['scope "read" is not allowed', "scope 'read' is not allowed"],
    ['back\\slash', "back'slash"],
    ['ünïcode ✓ 🐎', '?n?code ? ?'],
    ['two\r\nlines\0', 'two??lines?'],
  ] as const) {
    test(`${JSON.stringify(given)} is sent as ${public_}`, () => {
      assert.equal(invalidScope(given).message, public_)
    })
  }

  test('the cause stays as it is', () => {
    const cause = new Error('"private"')
    assert.equal(new OAuthError('server_error', 'x', { cause }).cause, cause)
  })
})
