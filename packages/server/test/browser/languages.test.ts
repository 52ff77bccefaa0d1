import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { UI_LOCALES } from '../../src/pages/languages/tags.ts'
import { messagesFor } from '../../src/pages/messages.ts'
import { focused, lookAt, sidewaysScroll } from '../support/accessibility.ts'
import { App, Callback } from '../support/app.ts'
import { journeys, type Start, sees, signIn } from '../support/journey.ts'

const LOUD_NAME = 'A calendar for holidays, anniversaries and Donaudampfschifffahrtsgesellschaften'

/** From the app to consent and the account console, in the words of one language. */
async function journeyIn(
  locale: string,
  { server, open }: Start,
  look: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  await using callback = await Callback.listen()
  const words = messagesFor(locale)
  const page = await open({ locale, reducedMotion: 'reduce' })
  const app = await App.register(server, callback, { client_name: LOUD_NAME })
  const attempt = await app.begin({ scope: 'openid offline_access read write' })
  const enter = async (password: string) => {
    await page.getByLabel(words.loginPassword, { exact: true }).fill(password)
    await page.getByRole('button', { name: words.loginSubmit, exact: true }).click()
  }
  await page.goto(attempt.url)
  await sees(page, words.loginTitle)
  await look(page, 'sign-in')
  await page.getByLabel(words.loginUsername).fill('demo')
  await enter('wrong')
  await page.locator('#notice').filter({ hasText: words.loginInvalidCredentials }).waitFor()
  await look(page, 'sign-in, refused')
  await enter(server.ready.demo.user.password)
  await sees(page, words.consentTitle(LOUD_NAME))
  await look(page, 'consent')
  await page.getByRole('button', { name: words.consentAllow }).click()
  await attempt.finish()
  await page.waitForURL(`${callback.uri}?**`)
  await page.goto(server.url('/profile'))
  await sees(page, words.profileTitle)
  await look(page, 'account console')
  await page.goto(server.url('/oauth/authorize?client_id=unknown'))
  await sees(page, words.errorRequestTitle)
  await look(page, 'error')
}

describe('the pages in other languages', () => {
  const journey = journeys({ env: { OAUTH2_SIGNUP_ENABLED: 'true' } })

  for (const locale of ['de', 'ar']) {
    test(
      `${locale}: axe finds nothing in light or dark, and nothing is wider than 320 px`,
      journey(async (start) => {
        const problems: string[] = []
        await journeyIn(locale, start, async (page, name) => {
          problems.push(...(await lookAt(page, name)))
        })
        assert.deepEqual(problems, [])
      }),
    )
  }

  test(
    'nothing is wider than 320 px in any language',
    journey(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.register(server, callback, { client_name: LOUD_NAME })
      const page = await open({ viewport: { width: 320, height: 568 } })
      const attempt = await app.begin({ scope: 'openid offline_access read write' })
      const consent = new URL(attempt.url)
      const console = ['', 'password', 'details', 'passkeys', 'totp', 'delete']
      const pages = [
        ...console.map((path) => server.url(`/profile/${path}`.replace(/\/$/, ''))),
        ...['/auth/forgot', '/oauth/logout'].map((path) => server.url(path)),
        consent.href,
      ]
      await page.goto(server.url('/profile'))
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Your account')
      const tooWide: string[] = []
      for (const locale of UI_LOCALES) {
        for (const address of pages) {
          const url = new URL(address)
          url.searchParams.set('ui_locales', locale)
          await page.goto(url.href, { waitUntil: 'domcontentloaded' })
          assert.equal(await page.locator('html').getAttribute('lang'), locale)
          const beyond = await sidewaysScroll(page)
          if (beyond > 0) tooWide.push(`${locale} ${url.pathname}: ${beyond} px`)
        }
      }
      assert.deepEqual(tooWide, [])
    }),
  )

  test(
    'Arabic is laid out from right to left, codes and addresses in it are not',
    journey(async ({ server, open }) => {
      const page = await open({ locale: 'ar' })
      await page.goto(server.url('/auth/login'))
      const sides = (await page.evaluate(`(() => {
        const label = document.querySelector('label[for=password]').getBoundingClientRect()
        const field = document.querySelector('#password').getBoundingClientRect()
        const reveal = document.querySelector('.reveal').getBoundingClientRect()
        return { label: Math.abs(label.right - field.right), reveal: reveal.left - field.left }
      })()`)) as { label: number; reveal: number }
      assert.ok(sides.label < 2, 'the label begins where the field begins: at the right')
      assert.ok(sides.reveal < 20, 'the button at the end of the field is at its left')
      await page.goto(server.url('/oauth/authorize?client_id=unknown'))
      const direction = `getComputedStyle(document.querySelector('dl code')).direction`
      assert.equal(await page.evaluate(direction), 'ltr')
    }),
  )

  test(
    'in Arabic the columns of the account console stand under their headings, and telephone numbers read from the left',
    journey(async ({ server, open }) => {
      const page = await open({ locale: 'ar' })
      const words = messagesFor('ar')
      await page.goto(server.url('/profile'))
      await page.getByLabel(words.loginUsername).fill(server.ready.demo.user.username)
      await page
        .getByLabel(words.loginPassword, { exact: true })
        .fill(server.ready.demo.user.password)
      await page.getByRole('button', { name: words.loginSubmit, exact: true }).click()
      await sees(page, words.profileTitle)
      const beyond = (await page.evaluate(`(() => {
        const table = document.querySelector('table[aria-labelledby=sessions]')
        const right = (element) => {
          const range = document.createRange()
          range.selectNodeContents(element)
          return range.getBoundingClientRect().right
        }
        const [device, place] = table.querySelectorAll('thead th')
        return {
          first: table.getBoundingClientRect().right - right(device),
          place: Math.abs(right(place) - right(table.querySelector('.address'))),
        }
      })()`)) as { first: number; place: number }
      assert.ok(beyond.first < 2, 'the first column begins where the table begins')
      assert.ok(beyond.place < 2, 'an address ends where its heading does')
      await page.goto(server.url('/profile/details'))
      const sideOf = (id: string) =>
        page.evaluate(`getComputedStyle(document.querySelector('#${id}')).direction`)
      assert.deepEqual(await Promise.all(['phone_number', 'name'].map(sideOf)), ['ltr', 'rtl'])
    }),
  )

  test(
    'without JavaScript the chooser changes the language and keeps the request',
    journey(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.verified(server, callback)
      const page = await open({ javaScriptEnabled: false })
      const attempt = await app.begin({ ui_locales: 'fr' })
      await page.goto(attempt.url)
      await sees(page, messagesFor('fr').loginTitle)
      await page.getByRole('button', { name: 'Deutsch' }).click()
      const words = messagesFor('de')
      await sees(page, words.loginTitle)
      await page.getByLabel(words.loginUsername).fill('demo')
      await page
        .getByLabel(words.loginPassword, { exact: true })
        .fill(server.ready.demo.user.password)
      await page.getByRole('button', { name: words.loginSubmit, exact: true }).click()
      await sees(page, words.consentTitle('Demo app'))
      await page.getByRole('button', { name: 'Español' }).click()
      await sees(page, messagesFor('es').consentTitle('Demo app'))
      await page.getByRole('button', { name: messagesFor('es').consentAllow }).click()
      await attempt.finish()
    }),
  )

  test(
    'the keyboard alone chooses a language, and sees where it is',
    journey(async ({ server, open }) => {
      const page = await open()
      await page.goto(server.url('/auth/forgot'))
      await page.getByRole('link', { name: 'Back to sign in' }).focus()
      for (const name of ['English', 'Deutsch', 'Español', 'Français', '日本語', 'العربية']) {
        await page.keyboard.press('Tab')
        assert.deepEqual(await focused(page), { name, outline: 'solid 3px' })
      }
      await page.keyboard.press('Enter')
      await sees(page, messagesFor('ar').forgotTitle)
    }),
  )
})
