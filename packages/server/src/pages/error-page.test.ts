import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { htmlOf } from './drawn-pages.fixture.ts'
import { error } from './page-samples.fixture.ts'

describe('the error page', () => {
  test('error shows its id, its details and a way on', () => {
    const html = htmlOf(error)
    assert.ok(html.includes('<code>err_42</code>'))
    assert.ok(html.includes('<code>https://calendar.example/callback</code>'))
    assert.match(html, /href="\/profile">Go to your account/)
  })
})
