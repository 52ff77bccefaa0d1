import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fieldNames, htmlOf } from './drawn-pages.fixture.ts'
import { setup } from './page-samples.fixture.ts'

describe('set-up', () => {
  test('setup posts its fields to /setup', () => {
    const html = htmlOf(setup)
    assert.match(html, /<form method="post" action="\/setup">/)
    assert.deepEqual(fieldNames(html), ['csrf', 'code', 'password', 'password_again'])
    assert.equal(html.match(/autocomplete="new-password"/g)?.length, 2)
  })

  test('setup that is done has no form', () => {
    assert.doesNotMatch(htmlOf({ ...setup, notice: 'done' }), /<form/)
  })
})
