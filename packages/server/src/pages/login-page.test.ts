import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fieldNames, htmlOf, messages } from './drawn-pages.fixture.ts'
import { login } from './page-samples.fixture.ts'

describe('login', () => {
  test('posts its fields to /auth/login', () => {
    const html = htmlOf(login)
    assert.match(html, /<form method="post" action="\/auth\/login">/)
    assert.deepEqual(fieldNames(html), [
      'csrf',
      'return_to',
      'username',
      'password',
      'csrf',
      'return_to',
      'credential',
    ])
    assert.match(html, /name="return_to" value="\/oauth\/authorize\?client_id=a&amp;scope=openid"/)
    assert.match(html, /name="username" value="ada" autocomplete="username webauthn"/)
    assert.match(html, /name="password" autocomplete="current-password"/)
  })

  test('leaves return_to out when there is none', () => {
    const html = htmlOf({ ...login, returnTo: undefined })
    assert.deepEqual(fieldNames(html), ['csrf', 'username', 'password', 'csrf', 'credential'])
  })

  test('focuses the username only when it is empty', () => {
    assert.match(htmlOf({ ...login, username: '' }), /id="username"[^>]* autofocus/)
    assert.doesNotMatch(htmlOf(login), /id="username"[^>]* autofocus/)
  })

  test('lets who is signed in go on, and moves the focus of nobody', () => {
    const html = htmlOf({ ...login, signedInAs: 'ada' })
    assert.match(html, /href="\/oauth\/authorize\?client_id=a&amp;scope=openid">Continue as ada</)
    assert.deepEqual(fieldNames(html), fieldNames(htmlOf(login)))
    assert.doesNotMatch(html, / autofocus/)
  })

  test('says which app asked', () => {
    assert.ok(htmlOf(login).includes('to continue to Calendar'))
    assert.ok(!htmlOf({ ...login, clientName: undefined }).includes('to continue to'))
  })

  test('ties a refusal to both fields and does not say which was wrong', () => {
    const html = htmlOf({ ...login, notice: 'invalid_credentials' })
    assert.match(html, /id="notice" role="alert"/)
    assert.equal(html.match(/aria-describedby="notice" aria-invalid="true"/g)?.length, 2)
    assert.ok(html.includes(messages.loginInvalidCredentials))
  })

  test('says how long to wait', () => {
    const html = htmlOf({ ...login, notice: 'too_many_attempts', retryAfter: 90 })
    assert.ok(html.includes('Wait 2 minutes, then try again.'))
    assert.equal(
      messages.loginTooManyAttempts(1),
      'There were too many attempts. Wait 1 second, then try again.',
    )
  })
})
