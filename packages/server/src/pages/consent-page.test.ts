import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fieldNames, htmlOf, messages } from './drawn-pages.fixture.ts'
import { consent } from './page-samples.fixture.ts'

describe('consent', () => {
  test('posts its fields to /oauth/consent', () => {
    const html = htmlOf(consent)
    assert.match(html, /<form method="post" action="\/oauth\/consent">/)
    assert.deepEqual(fieldNames(html), ['csrf', 'request', 'remember', 'decision', 'decision'])
  })

  test('offers to remember only when it may', () => {
    assert.ok(!fieldNames(htmlOf({ ...consent, mayRemember: false })).includes('remember'))
  })

  test('an unverified app is marked, explained, and denied by the first button', () => {
    const html = htmlOf({ ...consent, isVerified: false })
    assert.ok(html.includes(messages.consentUnverified))
    assert.ok(html.includes(messages.consentUnverifiedWhy))
    assert.ok(html.indexOf('value="deny"') < html.indexOf('value="allow"'))
    assert.ok(!htmlOf(consent).includes(messages.consentUnverified))
  })

  test('shows who is signed in, where the answer goes, the scopes and how to take it back', () => {
    const html = htmlOf(consent)
    assert.ok(html.includes('<dd><bdi>ada</bdi></dd>'))
    assert.ok(html.includes('<strong><bdi>calendar.example</bdi></strong>'))
    assert.match(
      html,
      /See your profile, such as your name<\/span> <code class="token">profile<\/code>/,
    )
    assert.ok(html.includes(messages.consentRevoke))
    assert.ok(html.includes(messages.consentLoopback))
  })

  test('links of the app open without opener and referrer', () => {
    const links = htmlOf(consent).match(/<a [^>]*>/g) ?? []
    assert.equal(links.length, 3)
    for (const link of links) assert.match(link, /rel="noopener noreferrer"/)
  })
})
