import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { App, Callback } from '../support/app.ts'
import { allow, isTold, journeys, sees, signIn } from '../support/journey.ts'

const ASKS = 'Allow Test app to use your account?'

describe('no dead ends', () => {
  const journey = journeys()

  test(
    'the back button after sign-in leads on without a second sign-in',
    journey(async ({ server, sentByApp }) => {
      const { page, attempt } = await sentByApp()
      await signIn(page, server.ready.demo.user)
      await sees(page, ASKS)
      await page.goBack()
      await page.getByRole('link', { name: 'Continue as demo' }).click()
      await sees(page, ASKS)
      await allow(page)
      await attempt.finish()
    }),
  )

  test(
    'the back button after consent asks again, and the new answer counts',
    journey(async ({ server, sentByApp }) => {
      const { callback, page, attempt } = await sentByApp()
      await signIn(page, server.ready.demo.user)
      await allow(page)
      await attempt.finish()
      await page.waitForURL(`${callback.uri}?**`)
      await page.goBack()
      await sees(page, ASKS)
      await allow(page)
      await sees(page, 'Back at the app')
    }),
  )

  test(
    'two tabs with two requests, signed in from both, are both finished',
    journey(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.register(server, callback)
      const left = await open()
      const right = await left.context().newPage()
      const [first, second] = [await app.begin(), await app.begin()]
      await left.goto(first.url)
      await right.goto(second.url)
      await signIn(left, server.ready.demo.user)
      await sees(left, ASKS)
      await signIn(right, server.ready.demo.user)
      await allow(right)
      await second.finish()
      // The second sign-in ended the session that the left page was drawn for.
      await allow(left)
      await isTold(left, /Nothing was shared: please decide again/)
      await allow(left)
      await first.finish()
    }),
  )

  test(
    'two tabs of one session are both finished in either order',
    journey(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.register(server, callback)
      const left = await open()
      const [first, second] = [await app.begin(), await app.begin()]
      await left.goto(first.url)
      await signIn(left, server.ready.demo.user)
      const right = await left.context().newPage()
      await right.goto(second.url)
      await allow(right)
      await second.finish()
      await allow(left)
      await first.finish()
    }),
  )

  test(
    'a sign-in form whose proof is gone is shown again with the name, and then works',
    journey(async ({ server, sentByApp }) => {
      const { page, attempt } = await sentByApp()
      await page.context().clearCookies()
      await signIn(page, server.ready.demo.user)
      await isTold(page, /had expired\. Nothing was lost/)
      assert.equal(await page.getByLabel('Username').inputValue(), 'demo')
      await signIn(page, server.ready.demo.user)
      await allow(page)
      await attempt.finish()
    }),
  )

  test(
    'signed out while the consent page is open: signing in leads back to it',
    journey(async ({ server, sentByApp }) => {
      const { page, attempt } = await sentByApp()
      await signIn(page, server.ready.demo.user)
      const other = await page.context().newPage()
      await other.goto(server.url('/profile'))
      await other.getByRole('button', { name: 'Sign out' }).click()
      await isTold(other, /You are signed out/)
      await allow(page)
      await isTold(page, 'Sign in to continue.')
      await signIn(page, server.ready.demo.user)
      await allow(page)
      await attempt.finish()
    }),
  )

  test(
    'a restart of the server loses neither an open sign-in page nor an open consent page',
    journey.alone(async ({ server, sentByApp }) => {
      const { page, attempt } = await sentByApp()
      await server.restart()
      await signIn(page, server.ready.demo.user)
      await sees(page, ASKS)
      await server.restart()
      await allow(page)
      const tokens = await attempt.finish()
      assert.equal(tokens.claims()?.iss, server.ready.issuer)
    }),
  )

  test(
    'without JavaScript everything works, form_post by its button',
    journey(async ({ server, sentByApp }) => {
      const { app, page, attempt } = await sentByApp({ browser: { javaScriptEnabled: false } })
      assert.equal(await page.getByRole('button', { name: 'Show password' }).count(), 0)
      await signIn(page, server.ready.demo.user)
      await allow(page)
      await attempt.finish()
      await sees(page, 'Back at the app')

      const posted = await app.begin({ response_mode: 'form_post' })
      await page.goto(posted.url)
      await allow(page)
      await sees(page, 'Returning to the app')
      await page.getByRole('button', { name: 'Continue' }).click()
      await posted.finish()
      await sees(page, 'Back at the app')

      await page.goto(server.url('/profile'))
      await page.getByRole('button', { name: 'Sign out' }).click()
      await isTold(page, /You are signed out/)
    }),
  )

  test(
    'form_post: the page sends itself, the code never stands in an address',
    journey(async ({ server, sentByApp }) => {
      const { callback, page, attempt } = await sentByApp({
        request: { response_mode: 'form_post' },
      })
      await signIn(page, server.ready.demo.user)
      await allow(page)
      await attempt.finish()
      await page.waitForURL(callback.uri)
      assert.equal(new URL(page.url()).search, '')
    }),
  )

  test(
    'a wrong request and a wrong address say what is wrong and lead somewhere',
    journey(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.register(server, callback)
      const page = await open()
      const { url } = await app.begin({ redirect_uri: 'http://localhost:3999/other' })
      assert.equal((await page.goto(url))?.status(), 400)
      await sees(page, 'This request cannot be used')
      await page.getByText('http://localhost:3999/other').waitFor()
      await page.getByText(callback.uri).waitFor()
      await page.getByText('Error id', { exact: true }).waitFor()

      assert.equal((await page.goto(server.url('/no/such/page')))?.status(), 404)
      await page.getByRole('link', { name: 'Go to your account' }).click()
      await sees(page, 'Sign in')
    }),
  )
})
