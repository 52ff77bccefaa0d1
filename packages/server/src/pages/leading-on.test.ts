import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assets, brand, fieldNames, htmlOf } from './drawn-pages.fixture.ts'
import type { PageModel } from './model.ts'
import { consent, error, login, message, profile, setup } from './page-samples.fixture.ts'
import { renderPage } from './render.ts'

describe('pages that lead on, and where forms may lead', () => {
  test('form_post carries exactly the fields, a button, and the script that submits', () => {
    const action = 'https://calendar.example:8443/callback?a=1&b=2'
    const fields = [
      ['submit', 'x'],
      ['code', 'a"b'],
    ] as const
    const { html, csp } = renderPage(
      { page: 'form_post', action, fields },
      { assets, brand, locale: 'en' },
    )
    assert.deepEqual(fieldNames(html), ['submit', 'code'])
    assert.ok(html.includes('value="a&quot;b"'))
    assert.ok(html.includes('action="https://calendar.example:8443/callback?a=1&amp;b=2"'))
    assert.match(html, /<button class="button primary" type="submit">Continue/)
    assert.ok(html.includes(assets.formPostScript))
    assert.deepEqual(csp.formAction, ['https:'])
  })

  test('continue refreshes and links without script', () => {
    const html = htmlOf({ page: 'continue', href: 'com.example.app:/cb?a=1&b=2', clientName: 'A' })
    assert.match(html, /http-equiv="refresh" content="0; url=com\.example\.app:\/cb\?a=1&amp;b=2"/)
    assert.match(html, /<a class="button primary" href="com\.example\.app:\/cb\?a=1&amp;b=2">/)
    assert.doesNotMatch(html, /<script/)
  })

  test('form-action is self for our forms and none without one', () => {
    const sourcesOf = (model: PageModel) =>
      renderPage(model, { assets, brand, locale: 'en' }).csp.formAction
    for (const model of [login, consent, profile, setup]) {
      assert.deepEqual(sourcesOf(model), ["'self'"])
    }
    for (const model of [error, message]) assert.deepEqual(sourcesOf(model), [])
  })
})
