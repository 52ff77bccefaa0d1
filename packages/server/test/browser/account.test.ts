import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { App, Callback } from '../support/app.ts'
import { allow, guessUntilThrottled, isTold, journeys, sees, signIn } from '../support/journey.ts'

const PASSWORD = 'orbit lantern pepper'

describe('accounts in a browser', () => {
  const journey = journeys()

  test(
    'the set-up link makes an administrator, once',
    journey.alone(async ({ server, open }) => {
      const link = server.ready.setup_url
      assert.ok(link !== undefined)
      const page = await open()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(link)
      const code = new URL(link).hash.slice(1)
      assert.equal(await page.getByLabel('One-time code').inputValue(), code)
      assert.equal(new URL(page.url()).hash, '', 'the code leaves the address')
      assert.ok(!asked.some((url) => url.includes(code)), 'and is in no request line')

      await page.getByLabel('New password', { exact: true }).fill(PASSWORD)
      await page.getByLabel('New password again').fill('something else entirely')
      await page.getByRole('button', { name: 'Create administrator' }).click()
      await isTold(page, /The two passwords differ/)
      assert.equal(await page.getByLabel('One-time code').inputValue(), code)
      await page.getByLabel('New password', { exact: true }).fill(PASSWORD)
      await page.getByLabel('New password again').fill(PASSWORD)
      await page.getByRole('button', { name: 'Create administrator' }).click()
      await sees(page, 'This server is set up')

      await page.getByRole('link', { name: 'Sign in' }).click()
      await signIn(page, { username: 'admin', password: PASSWORD })
      await sees(page, 'Your account')
      await page.getByText('admin', { exact: true }).first().waitFor()

      const late = await open()
      await late.goto(link)
      await late.getByLabel('New password', { exact: true }).fill(PASSWORD)
      await late.getByLabel('New password again').fill(PASSWORD)
      await late.getByRole('button', { name: 'Create administrator' }).click()
      await isTold(late, /wrong, was used or has expired/)

      await server.restart()
      assert.equal(server.ready.setup_url, undefined)
    }),
  )

  test(
    'a wrong password is said, keeps the name and puts the cursor into the password',
    journey(async ({ server, open }) => {
      const page = await open()
      await page.goto(server.url('/profile'))
      await signIn(page, { username: 'demo', password: 'not the password' })
      await isTold(page, /do not match an account/)
      const username = page.getByLabel('Username')
      const password = page.getByLabel('Password', { exact: true })
      assert.equal(await username.inputValue(), 'demo')
      assert.equal(await password.inputValue(), '')
      assert.equal(await password.getAttribute('aria-invalid'), 'true')
      assert.ok(await password.evaluate((field) => field.matches(':focus')))
      assert.ok(!page.url().includes('demo'))
      await page.keyboard.type(server.ready.demo.user.password)
      await page.keyboard.press('Enter')
      await sees(page, 'Your account')
    }),
  )

  test(
    'the password can be shown, and is sent as a password',
    journey(async ({ server, open }) => {
      const page = await open()
      await page.goto(server.url('/profile'))
      const password = page.getByLabel('Password', { exact: true })
      await password.fill('abc')
      await page.getByRole('button', { name: 'Show password' }).click()
      assert.equal(await password.getAttribute('type'), 'text')
      await page.getByRole('button', { name: 'Hide password' }).click()
      assert.equal(await password.getAttribute('type'), 'password')
    }),
  )

  test(
    'the profile lists apps with access, and signing out ends the session',
    journey.alone(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.register(server, callback, { client_name: 'Holiday calendar' })
      const page = await open()
      await page.goto(server.base)
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Your account')
      await page.getByText('No app has access to your account.').waitFor()

      const attempt = await app.begin({ scope: 'openid offline_access read' })
      await page.goto(attempt.url)
      await allow(page)
      await attempt.finish()
      await page.waitForURL(`${callback.uri}?**`)
      await page.goto(server.url('/profile'))
      await page.getByRole('row', { name: /Holiday calendar openid offline_access read/ }).waitFor()

      const cookies = await page.context().cookies()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await isTold(page, /You are signed out/)
      const thief = await open()
      await thief.context().addCookies(cookies)
      await thief.goto(server.url('/profile'))
      await sees(thief, 'Sign in')
    }),
  )

  test(
    'after too many guesses the page says how long to wait, and keeps the name',
    journey.alone(async ({ server, open }) => {
      const page = await open()
      await page.goto(server.url('/profile'))
      await guessUntilThrottled(page, 'eve')
      await isTold(page, /too many attempts\. Wait \d+ (second|minute)s?, then/)
      assert.equal(await page.getByLabel('Username').inputValue(), 'eve')
    }),
  )
})
