import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { App, Callback } from '../support/app.ts'
import { allow, deny, isTold, journeys, launchedApp, sees, signIn } from '../support/journey.ts'

describe('consent in a browser', () => {
  const journey = journeys()

  test(
    'deny tells the app access_denied',
    journey(async ({ server, sentByApp }) => {
      const { page, attempt } = await sentByApp()
      await signIn(page, server.ready.demo.user)
      await deny(page)
      assert.equal(await attempt.refusal(), 'access_denied')
      await sees(page, 'Back at the app')
    }),
  )

  test(
    'a remembered consent is not asked again, also straight from the sign-in form',
    journey.alone(async ({ server, open }) => {
      await using home = await Callback.listen({ host: 'localhost' })
      await using callback = await Callback.listen({ forwardTo: home.uri })
      const app = await App.verified(server, callback)
      const page = await open()
      const first = await app.begin()
      await page.goto(first.url)
      await signIn(page, server.ready.demo.user)
      await page.getByLabel('Do not ask again').check()
      await allow(page)
      await first.finish()
      await sees(page, 'Back at the app')

      const second = await app.begin()
      await page.goto(second.url)
      await second.finish()
      await sees(page, 'Back at the app')

      // Signed out, the form's own submit leads to the app, at another origin, and on from there.
      await page.context().clearCookies()
      const third = await app.begin()
      await page.goto(third.url)
      await signIn(page, server.ready.demo.user)
      await third.finish()
      await sees(page, 'Back at the app')

      const more = await app.begin({ scope: 'openid read write' })
      await page.goto(more.url)
      await sees(page, 'Allow Demo app to use your account?')
      assert.equal(await page.getByLabel('Do not ask again').isChecked(), false)
    }),
  )

  test(
    'an app that registered itself is marked, asked about each time, and Enter denies',
    journey(async ({ server, sentByApp }) => {
      const { app, page, attempt } = await sentByApp({ metadata: { client_name: 'Free prizes' } })
      await signIn(page, server.ready.demo.user)
      await page.getByText('Unverified app').waitFor()
      assert.equal(await page.getByLabel('Do not ask again').count(), 0)
      await allow(page)
      await attempt.finish()
      await sees(page, 'Back at the app')

      const second = await app.begin()
      await page.goto(second.url)
      await sees(page, 'Allow Free prizes to use your account?')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      assert.equal(await second.refusal(), 'access_denied')
    }),
  )

  test(
    'form-action lets the answer leave for 127.0.0.1, localhost and [::1]',
    journey(async ({ server, open }) => {
      const page = await open()
      await page.goto(server.url('/profile'))
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Your account')
      for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
        await using callback = await Callback.listen({ host })
        const app = await App.register(server, callback)
        const attempt = await app.begin()
        await page.goto(attempt.url)
        await allow(page)
        await attempt.finish()
        await page.waitForURL(`${callback.uri}?**`)
      }
    }),
  )

  test(
    'an app may send the browser on from its callback to a third origin',
    journey(async ({ server, sentByApp }) => {
      await using home = await Callback.listen({ host: 'localhost' })
      const { page, attempt } = await sentByApp({ callback: { forwardTo: home.uri } })
      await signIn(page, server.ready.demo.user)
      await allow(page)
      await attempt.finish()
      await page.waitForURL(home.uri)
      await sees(page, 'Back at the app')
    }),
  )

  test(
    'an app may send the browser on from its callback to its own scheme',
    journey(async ({ server, sentByApp }) => {
      const { page, attempt } = await sentByApp({
        callback: { forwardTo: 'com.example.app:/opened' },
      })
      await signIn(page, server.ready.demo.user)
      const launched = launchedApp(page)
      await allow(page)
      await attempt.finish()
      assert.equal(await launched, 'com.example.app:/opened')
    }),
  )

  for (const host of ['localhost', '[::1]']) {
    test(
      `an app that takes the answer as a form may send the browser on, to ${host}`,
      journey(async ({ server, sentByApp }) => {
        await using home = await Callback.listen({ host })
        const { page, attempt } = await sentByApp({
          callback: { forwardTo: home.uri },
          request: { response_mode: 'form_post' },
        })
        await signIn(page, server.ready.demo.user)
        await allow(page)
        await attempt.finish()
        await page.waitForURL(home.uri)
        await sees(page, 'Back at the app')
      }),
    )
  }

  test(
    'a pop-up of an app keeps its opener all the way',
    journey(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.register(server, callback)
      const page = await open()
      await page.goto(callback.uri)
      const attempt = await app.begin()
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        page.evaluate(`void open(${JSON.stringify(attempt.url)})`),
      ])
      await signIn(popup, server.ready.demo.user)
      await allow(popup)
      await attempt.finish()
      await sees(popup, 'Back at the app')
      assert.equal(await popup.evaluate('opener !== null'), true)
    }),
  )

  for (const decision of ['allow', 'deny'] as const) {
    test(
      `${decision}: an app with its own scheme is opened, and the page has a link to it`,
      journey(async ({ server, sentByApp }) => {
        const { page, attempt } = await sentByApp({
          metadata: { client_name: 'Pocket', application_type: 'native' },
          redirectUri: 'com.example.pocket:/callback',
        })
        await signIn(page, server.ready.demo.user)
        const launched = launchedApp(page)
        await (decision === 'allow' ? allow(page) : deny(page))
        const link = page.getByRole('link', { name: 'Continue to Pocket' })
        const href = (await link.getAttribute('href')) ?? ''
        assert.equal(await launched, href)
        await sees(page, 'Returning to Pocket')
        if (decision === 'allow') await attempt.finish(new URL(href))
        else assert.equal(new URL(href).searchParams.get('error'), 'access_denied')
      }),
    )
  }

  test(
    'a decision is taken once: from the second tab there is a way on',
    journey(async ({ server, sentByApp }) => {
      const { page, attempt } = await sentByApp()
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Allow Test app to use your account?')
      // The second button of a double click, or of a page that a browser restored from memory.
      const again = await page.context().newPage()
      await again.setContent(await page.content())
      await again.goto(attempt.url)
      const fields = await page
        .locator('form input[type=hidden]')
        .evaluateAll((inputs) =>
          inputs.map((input) => [
            input.getAttribute('name') ?? '',
            input.getAttribute('value') ?? '',
          ]),
        )
      await allow(page)
      await attempt.finish()
      for (const [name = '', value = ''] of fields) {
        await again.locator(`input[name="${name}"]`).evaluate((input, text) => {
          input.setAttribute('value', text)
        }, value)
      }
      await allow(again)
      await isTold(again, /already answered/)
      await deny(again)
      assert.equal(await attempt.refusal(), 'access_denied')
    }),
  )
})
