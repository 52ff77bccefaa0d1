import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { focused, lookAt } from '../support/accessibility.ts'
import { isTold, journeys, sees, signIn } from '../support/journey.ts'
import type { StartedServer } from '../support/started-server.ts'

const NEXT = 'orbit lantern pepper'

function codeAt(seed: string, stepsLater: number): string {
  const totp = new TOTP({ secret: Secret.fromBase32(seed.replaceAll(' ', '')) })
  return totp.generate({ timestamp: Date.now() + stepsLater * 30_000 })
}

/** Opens the newest mail's link; it is written after the answer, so a person reloads, too. */
async function openMailedLink(page: Page, server: StartedServer, path: RegExp): Promise<void> {
  await page.goto(server.url('/dev/mail'))
  const link = page.getByRole('link', { name: path }).first()
  const end = Date.now() + 20_000
  while ((await link.count()) === 0 && Date.now() < end) await page.reload()
  await link.click()
}

describe('account pages for everyone', () => {
  const journey = journeys({ env: { OAUTH2_SIGNUP_ENABLED: 'true' } })

  test(
    'axe finds nothing in light or dark, and nothing is wider than 320 px',
    journey(async ({ server, open }) => {
      const problems: string[] = []
      const page = await open({ reducedMotion: 'reduce' })
      const look = async (name: string) => problems.push(...(await lookAt(page, name)))

      await page.goto(server.url('/auth/sign-up'))
      await look('sign-up')
      await page.getByLabel('E-mail address').fill('new.person@example.test')
      await page.getByRole('button', { name: 'Send the link' }).click()
      await sees(page, 'Check your mail')
      await look('sign-up, mailed')
      await openMailedLink(page, server, /\/auth\/sign-up\/finish\?ticket=/)
      await sees(page, 'Create your account')
      await look('sign-up, last page')
      await page.getByLabel('New password', { exact: true }).fill('short')
      await page.getByLabel('New password again').fill('short')
      await page.getByRole('button', { name: 'Create the account' }).click()
      await isTold(page, /too easy to guess/)
      await look('sign-up, refused')
      await page.goto(server.url('/dev/mail'))
      await look('mailbox')

      await page.goto(server.url('/auth/forgot'))
      await look('forgotten password')
      await page.getByLabel('Username or e-mail address').fill('demo@example.test')
      await page.getByRole('button', { name: 'Send the link' }).click()
      await openMailedLink(page, server, /\/auth\/reset\?ticket=/)
      await sees(page, 'Choose a new password')
      await look('new password')
      await page.goto(server.url('/auth/reset?ticket=spent'))
      await sees(page, 'This link does not work any more')
      await look('link that is spent')

      await page.goto(server.url('/profile'))
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Your account')
      for (const path of ['password', 'email', 'details', 'passkeys', 'disable', 'delete']) {
        await page.goto(server.url(`/profile/${path}`))
        await look(path)
      }
      await page.getByLabel('Type demo to confirm').fill('somebody else')
      await page.getByRole('button', { name: 'Delete the account for ever' }).click()
      await isTold(page, /That is not your username/)
      await look('delete, refused')
      await page.goto(server.url('/profile/totp'))
      await look('authenticator app')
      const seed = (await page.locator('dl.facts code').textContent()) ?? ''
      await page.getByLabel('Code').fill(codeAt(seed, 0))
      await page.getByRole('button', { name: 'Add the app' }).click()
      await sees(page, 'Your recovery codes')
      await look('recovery codes')
      await page.getByRole('link', { name: 'I have kept them' }).click()
      await isTold(page, /The authenticator app is added/)
      await look('account console')
      await page.goto(server.url('/oauth/logout'))
      await sees(page, 'Sign out?')
      await look('sign out?')
      await page.getByRole('button', { name: 'Stay signed in' }).click()
      await sees(page, 'You are still signed in')
      await look('still signed in')

      const other = await open()
      await other.goto(server.url('/profile'))
      await signIn(other, server.ready.demo.user)
      await sees(other, 'Confirm that it is you')
      problems.push(...(await lookAt(other, 'second factor')))
      await other.getByLabel('Code').fill('000000')
      await other.getByRole('button', { name: 'Continue' }).click()
      await isTold(other, /That is not right/)
      problems.push(...(await lookAt(other, 'second factor, refused')))
      assert.deepEqual(problems, [])
    }),
  )

  test(
    'the keyboard alone changes the password, and always sees where it is',
    journey.alone(async ({ server, open }) => {
      const page = await open()
      const { keyboard } = page
      await page.goto(server.url('/profile/password'))
      await keyboard.type('demo')
      await keyboard.press('Tab')
      await keyboard.type(server.ready.demo.user.password)
      await keyboard.press('Enter')
      await sees(page, 'Change your password')
      assert.deepEqual(await focused(page), { name: 'New password', outline: 'solid 3px' })
      await keyboard.type(NEXT)
      for (const name of ['Show password', 'New password again']) {
        await keyboard.press('Tab')
        assert.deepEqual(await focused(page), { name, outline: 'solid 3px' })
      }
      await keyboard.type(NEXT)
      for (const name of [
        'Show password',
        'Save the password',
        'Back to your account',
        'English',
      ]) {
        await keyboard.press('Tab')
        assert.deepEqual(await focused(page), { name, outline: 'solid 3px' })
      }
      for (const _back of ['Back to your account', 'Save the password'])
        await keyboard.press('Shift+Tab')
      await keyboard.press('Enter')
      await isTold(page, /Your password is changed/)
    }),
  )
})
