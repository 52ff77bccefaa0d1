import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { accessibilityProblems, focused, sidewaysScroll } from '../support/accessibility.ts'
import { App, Callback } from '../support/app.ts'
import {
  allow,
  guessUntilThrottled,
  isTold,
  journeys,
  launchedApp,
  type Start,
  sees,
  signIn,
} from '../support/journey.ts'

const LOUD_NAME = 'A calendar for holidays, anniversaries and Donaudampfschifffahrtsgesellschaften'

/** Walks over every page that people can meet; `look` is called on each. */
async function tour(
  { server, open }: Start,
  look: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  await using callback = await Callback.listen()
  const page = await open({ reducedMotion: 'reduce' })
  const loud = await App.register(server, callback, {
    client_name: LOUD_NAME,
    client_uri: 'https://calendar.example/a-rather-long-path-to-the-front-page',
    policy_uri: 'https://calendar.example/privacy',
    tos_uri: 'https://calendar.example/terms',
  })
  const attempt = await loud.begin({ scope: 'openid offline_access read write' })
  await page.goto(attempt.url)
  await look(page, 'sign-in')
  await signIn(page, { username: 'demo', password: 'wrong' })
  await isTold(page, /do not match/)
  await look(page, 'sign-in, refused')
  await signIn(page, server.ready.demo.user)
  await sees(page, `Allow ${LOUD_NAME} to use your account?`)
  await look(page, 'consent, unverified app')
  await page.goBack()
  await page.getByText('You are signed in as demo.').waitFor()
  await look(page, 'sign-in, signed in')
  await page.goto(server.url('/profile'))
  await look(page, 'profile, no app')
  await page.goto(attempt.url)
  await allow(page)
  await attempt.finish()
  await page.waitForURL(`${callback.uri}?**`)
  await page.goto(server.url('/profile'))
  await look(page, 'profile')

  const verified = await App.verified(server, callback)
  await page.goto((await verified.begin()).url)
  await look(page, 'consent, verified app')

  const native = { client_name: LOUD_NAME, application_type: 'native' }
  const pocket = await App.register(server, callback, native, 'com.example.pocket:/callback')
  // In a tab of its own: headless Chromium sends no form from a tab that tried to open an app.
  const opener = await page.context().newPage()
  await opener.goto((await pocket.begin()).url)
  const launched = launchedApp(opener)
  await allow(opener)
  await launched
  await look(opener, 'continue')

  await page.goto((await loud.begin({ redirect_uri: `${callback.uri}/${'long'.repeat(40)}` })).url)
  await look(page, 'error')
  await page.goto(server.url('/error?error=server_error&error_description=Nothing+was+changed.'))
  await look(page, 'error from a link')
  await page.goto(server.url('/nothing'))
  await look(page, 'not found')
  await page.goto(server.ready.setup_url ?? '')
  await look(page, 'set-up')
  await page.getByLabel('New password', { exact: true }).fill('short')
  await page.getByLabel('New password again').fill('short')
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await isTold(page, /too easy to guess/)
  await look(page, 'set-up, refused')
  await page.goto(server.url('/profile'))
  await page.getByRole('button', { name: 'Sign out' }).click()
  await isTold(page, /You are signed out/)
  await look(page, 'signed out')
  await guessUntilThrottled(page, 'eve')
  await look(page, 'sign-in, throttled')

  const posted = await loud.begin({ response_mode: 'form_post', prompt: 'none' })
  await page.route('**/form-post.*.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: '// holds still' }),
  )
  await page.goto(posted.url)
  await look(page, 'form_post')
}

describe('pages for everyone', () => {
  const journey = journeys()

  test(
    'axe finds nothing against WCAG 2.2 AA on any page, light or dark',
    journey.alone(async (start) => {
      const problems: string[] = []
      await tour(start, async (page, name) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          for (const problem of await accessibilityProblems(page)) {
            problems.push(`${name}, ${colorScheme}: ${problem}`)
          }
        }
      })
      assert.deepEqual(problems, [])
    }),
  )

  test(
    'no page scrolls sideways on a screen of 320 px',
    journey.alone(async (start) => {
      const tooWide: string[] = []
      await tour(start, async (page, name) => {
        await page.setViewportSize({ width: 320, height: 568 })
        const beyond = await sidewaysScroll(page)
        if (beyond > 0) tooWide.push(`${name}: ${beyond} px`)
      })
      assert.deepEqual(tooWide, [])
    }),
  )

  test(
    'the keyboard alone signs in and allows, and always sees where it is',
    journey(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.verified(server, callback)
      const page = await open()
      const { keyboard } = page
      async function tabTo(name: string): Promise<void> {
        await keyboard.press('Tab')
        assert.deepEqual(await focused(page), { name, outline: 'solid 3px' })
      }
      const attempt = await app.begin()
      await page.goto(attempt.url)
      assert.deepEqual(await focused(page), { name: 'Username', outline: 'solid 3px' })
      await keyboard.type('demo')
      await tabTo('Password')
      await keyboard.type('wrong')
      await keyboard.press('Enter')
      await isTold(page, /do not match/)
      // Announced as an alert, and read again with the field that has the focus.
      assert.equal(await page.locator('#notice').getAttribute('role'), 'alert')
      assert.equal((await focused(page)).name, 'Password')
      const described = await page.getByLabel('Password', { exact: true })
      assert.equal(await described.getAttribute('aria-describedby'), 'notice')
      await keyboard.type(server.ready.demo.user.password)
      await tabTo('Show password')
      await keyboard.press('Space')
      assert.equal((await focused(page)).name, 'Hide password')
      await tabTo('Sign in')
      await keyboard.press('Enter')
      await sees(page, 'Allow Demo app to use your account?')
      await tabTo('Do not ask again for this app and these permissions')
      await keyboard.press('Space')
      await tabTo('Allow')
      await tabTo('Deny')
      await keyboard.press('Shift+Tab')
      await keyboard.press('Enter')
      await attempt.finish()
      await sees(page, 'Back at the app')
    }),
  )
})
