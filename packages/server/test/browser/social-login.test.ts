import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { accessibilityProblems } from '../support/accessibility.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { allow, isTold, journeys, sees, signIn } from '../support/journey.ts'
import { envFor } from '../support/upstream.ts'

const upstream = await FakeUpstream.listen(Date.now)

describe('signing in through a provider, in a browser', () => {
  after(() => upstream[Symbol.asyncDispose]())
  const journey = journeys({ env: { ...envFor(upstream), OAUTH2_OIDC_LABEL: 'Staff login' } })

  for (const javaScriptEnabled of [true, false]) {
    test(
      `from the app to the provider, consent, and back to the app${javaScriptEnabled ? '' : ', without JavaScript'}`,
      journey(async ({ server, sentByApp }) => {
        const { page, attempt } = await sentByApp({ browser: { javaScriptEnabled } })
        await page.getByRole('link', { name: 'Continue with Staff login' }).click()
        await sees(page, 'The provider')
        await page.getByRole('link', { name: 'Yes, it is me' }).click()
        await sees(page, 'Allow Test app to use your account?')
        await allow(page)
        const tokens = await attempt.finish()
        assert.deepEqual(tokens.claims()?.amr, ['fed'])
        await sees(page, 'Back at the app')

        await page.goto(server.url('/profile'))
        await page.getByText('ada@elsewhere.example').first().waitFor()
        await page.getByText('Staff login').first().waitFor()
      }),
    )
  }

  test(
    'who turns back at the provider signs in another way, and the app is still answered',
    journey(async ({ server, sentByApp }) => {
      const { page, attempt } = await sentByApp()
      await page.getByRole('link', { name: 'Continue with Staff login' }).click()
      await page.getByRole('link', { name: 'No', exact: true }).click()
      await sees(page, 'Not signed in with Staff login')
      assert.deepEqual(await accessibilityProblems(page), [])
      await page.getByRole('link', { name: 'Back to the sign-in page' }).click()
      await signIn(page, server.ready.demo.user)
      await allow(page)
      await attempt.finish()
      await sees(page, 'Back at the app')
    }),
  )

  test(
    'a login is linked in the account console, signed in with, and removed',
    journey(async ({ server, open }) => {
      // Somebody whom no account is of yet.
      upstream.person = { ...upstream.person, sub: 'subject-2', email: 'demo@elsewhere.example' }
      const page = await open()
      await page.goto(server.url('/profile/logins'))
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Linked logins')
      await page.getByRole('button', { name: 'Link Staff login' }).click()
      await sees(page, 'The provider')
      await page.getByRole('link', { name: 'Yes, it is me' }).click()
      await isTold(page, /linked/)

      const elsewhere = await open()
      await elsewhere.goto(server.url('/auth/login'))
      await elsewhere.getByRole('link', { name: 'Continue with Staff login' }).click()
      await elsewhere.getByRole('link', { name: 'Yes, it is me' }).click()
      await sees(elsewhere, 'Your account')
      await elsewhere.getByText(server.ready.demo.user.username).first().waitFor()

      await page.goto(server.url('/profile/logins'))
      await page.getByRole('button', { name: /^Remove Staff login/ }).click()
      await isTold(page, /removed/)
      await page.goto(server.url('/profile/logins'))
      await page.getByText('No login is linked.').waitFor()
    }),
  )
})
