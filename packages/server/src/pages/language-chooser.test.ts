import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assets, brand } from './drawn-pages.fixture.ts'
import { UI_LOCALES } from './languages/tags.ts'
import { messagesFor } from './messages.ts'
import type { PageModel } from './model.ts'
import { models } from './page-models.fixture.ts'
import {
  accountForm,
  consent,
  error,
  login,
  message,
  profile,
  secondFactor,
} from './page-samples.fixture.ts'
import { renderPage } from './render.ts'

const drawn = (model: PageModel, method: string, target: string, locale = 'en') =>
  renderPage(model, { assets, brand, locale, request: { method, target, isAsked: false } })

/** Where the chooser of a page leads back to; `undefined` when the page has none. */
function addressIn(model: PageModel, method: string, target: string): string | undefined {
  const { html } = drawn(model, method, target)
  return /<input type="hidden" name="page" value="([^"]*)">/
    .exec(html)?.[1]
    ?.replaceAll('&amp;', '&')
}

describe('the language chooser', () => {
  test('names every language as its speakers do, and marks the present one', () => {
    for (const locale of UI_LOCALES) {
      const { html } = drawn(login, 'GET', '/auth/login', locale)
      const { languageLegend, ownName } = messagesFor(locale)
      assert.ok(html.includes(`aria-label="${languageLegend}"`))
      assert.ok(html.includes(`lang="${locale}" aria-current="true">${ownName}</button>`))
      assert.equal(html.match(/name="language"/g)?.length, UI_LOCALES.length)
      assert.equal(html.match(/aria-current/g)?.length, 1)
    }
  })

  test('leads back to a page that was opened, as it was opened', () => {
    const target = '/auth/login?return_to=%2Foauth%2Fauthorize%3Fa%3D1%26b%3D2'
    assert.equal(addressIn(login, 'GET', target), target)
    assert.equal(addressIn(profile, 'GET', '/profile?done=app'), '/profile?done=app')
  })

  test('leads from a form that is shown again to the form', () => {
    const cases: ReadonlyArray<readonly [PageModel, string, string | undefined]> = [
      [
        login,
        '/auth/login',
        `/auth/login?${new URLSearchParams({ return_to: login.returnTo ?? '' })}`,
      ],
      [{ ...login, returnTo: undefined }, '/auth/login', '/auth/login'],
      [secondFactor, '/auth/second-factor', '/auth/second-factor?return_to=%2Fprofile'],
      [{ ...consent, request: 'a=1&b=2' }, '/oauth/consent', '/oauth/authorize?a=1&b=2'],
      [accountForm, '/auth/reset', '/auth/reset?ticket=ticket-value'],
      [{ ...accountForm, values: {} }, '/profile/password', '/profile/password'],
      [{ page: 'account_done', notice: 'reset_mailed' }, '/auth/forgot', undefined],
    ]
    for (const [model, target, address] of cases) {
      assert.equal(addressIn(model, 'POST', target), address, target)
    }
  })

  test('is not on what is seen once, and a refusal is not repeated in it', () => {
    for (const model of models) {
      const address = addressIn(model, 'GET', '/x?secret=1')
      if (
        ['recovery_codes', 'form_post', 'continue', 'front_channel_logout', 'error'].includes(
          model.page,
        )
      )
        assert.equal(address, undefined, model.page)
      else if (model.page === 'message') assert.notEqual(address, '/x?secret=1')
    }
    assert.equal(addressIn(message, 'GET', '/oauth/logout?state=x'), '/oauth/logout')
  })

  test('may post to this server, and only where it is', () => {
    assert.deepEqual(drawn(message, 'GET', '/oauth/logout').csp.formAction, ["'self'"])
    assert.deepEqual(drawn(error, 'GET', '/error').csp.formAction, [])
  })
})

describe('a page whose address asks for a language', () => {
  test('asks for it again in the forms of people who are not signed in', () => {
    const request = { method: 'GET', target: '/auth/forgot?ui_locales=de', isAsked: true }
    const html = (model: PageModel) =>
      renderPage(model, { assets, brand, locale: 'de', request }).html
    assert.ok(html(accountForm).includes('name="ui_locales" value="de"'))
    // Its form takes no names but those of its fields.
    assert.doesNotMatch(html({ ...accountForm, form: 'details' }), /name="ui_locales"/)
  })
})
