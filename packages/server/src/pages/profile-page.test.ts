import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { htmlOf } from './drawn-pages.fixture.ts'
import { profile } from './page-samples.fixture.ts'

describe('the account console', () => {
  test('profile signs out at /auth/logout and links both discovery documents', () => {
    const html = htmlOf(profile)
    assert.match(
      html,
      /<form method="post" action="\/auth\/logout">\s*<input type="hidden" name="csrf" value="csrf-value">/,
    )
    assert.ok(html.includes('href="https://id.example/tenant/.well-known/openid-configuration"'))
    assert.ok(
      html.includes('href="https://id.example/.well-known/oauth-authorization-server/tenant"'),
    )
  })
})
