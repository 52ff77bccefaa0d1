import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { isTold, journeys, sees, signIn } from '../support/journey.ts'

const NEXT = 'orbit lantern pepper'

/** The code of the step after the next: each is good once, and time cannot be moved here. */
function codeAt(seed: string, stepsLater: number): string {
  const totp = new TOTP({ secret: Secret.fromBase32(seed.replaceAll(' ', '')) })
  return totp.generate({ timestamp: Date.now() + stepsLater * 30_000 })
}

async function hasNoSidewaysScrolling(page: Page): Promise<void> {
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  assert.ok(width <= 320, `${page.url()} is ${width} wide`)
}

describe('the account console in a browser', () => {
  const journey = journeys()

  test(
    'without JavaScript: a second factor is added, asked for, and a recovery code stands in for it',
    journey.alone(async ({ server, open }) => {
      const page = await open({ javaScriptEnabled: false })
      const user = server.ready.demo.user
      await page.goto(server.url('/profile'))
      await signIn(page, user)
      await page.getByRole('link', { name: 'Add an authenticator app' }).click()
      const seed = (await page.locator('dl.facts code').textContent()) ?? ''
      await page.getByRole('img', { name: /key for your authenticator app/ }).waitFor()
      await page.getByLabel('Code').fill(codeAt(seed, 0))
      await page.getByRole('button', { name: 'Add the app' }).click()
      await sees(page, 'Your recovery codes')
      const [first = ''] = await page.locator('ol.codes code').allTextContents()
      await page.getByRole('link', { name: 'I have kept them' }).click()
      await isTold(page, /The authenticator app is added/)

      await page.getByRole('button', { name: 'Sign out' }).click()
      await signIn(page, user)
      await sees(page, 'Confirm that it is you')
      await page.goto(server.url('/profile'))
      await sees(page, 'Sign in')
      await page.goto(server.url('/auth/second-factor'))
      await page.getByLabel('Code').fill(codeAt(seed, 1))
      await page.getByRole('button', { name: 'Continue' }).click()
      await sees(page, 'Your account')

      await page.getByRole('button', { name: 'Sign out' }).click()
      await signIn(page, user)
      await page.getByLabel('Code').fill(first)
      await page.getByRole('button', { name: 'Continue' }).click()
      await sees(page, 'Your account')
      await page.getByText('9 codes are left.').waitFor()
    }),
  )

  test(
    'a forgotten password is replaced by a link from the mail',
    journey.alone(async ({ server, open }) => {
      const page = await open()
      await page.goto(server.url('/auth/login'))
      await page.getByRole('link', { name: 'Forgot your password?' }).click()
      await page.getByLabel('Username or e-mail address').fill('demo@example.test')
      await page.getByRole('button', { name: 'Send the link' }).click()
      await sees(page, 'Check your mail')
      await page.goto(server.url('/dev/mail'))
      const link = page.getByRole('link', { name: /\/auth\/reset\?ticket=/ })
      // The mail is written after the answer, so that its time tells nothing; a person reloads, too.
      const end = Date.now() + 20_000
      while ((await link.count()) === 0 && Date.now() < end) await page.reload()
      await link.click()
      await page.getByLabel('New password', { exact: true }).fill(NEXT)
      await page.getByLabel('New password again').fill(NEXT)
      await page.getByRole('button', { name: 'Save the password' }).click()
      await sees(page, 'Your password is changed')
      await page.getByRole('link', { name: 'Sign in' }).click()
      await signIn(page, { username: 'demo', password: NEXT })
      await sees(page, 'Your account')
    }),
  )

  test(
    'another session is seen and ended; nothing is wider than a small phone',
    journey.alone(async ({ server, open }) => {
      const page = await open({ viewport: { width: 320, height: 640 } })
      const other = await open()
      for (const each of [page, other]) {
        await each.goto(server.url('/profile'))
        await signIn(each, server.ready.demo.user)
        await sees(each, 'Your account')
      }
      await page.reload()
      await page.getByText('This device').waitFor()
      for (const path of ['', '/password', '/email', '/details', '/totp', '/passkeys', '/delete']) {
        await page.goto(server.url(`/profile${path}`))
        await hasNoSidewaysScrolling(page)
      }
      await page.goto(server.url('/profile'))
      await page.getByRole('button', { name: 'End all other sessions' }).click()
      await isTold(page, /Every other session was ended/)
      await other.reload()
      await sees(other, 'Sign in')
    }),
  )
})
