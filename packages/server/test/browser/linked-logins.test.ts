import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { lookAt } from '../support/accessibility.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { isTold, journeys, sees, signIn } from '../support/journey.ts'
import { envFor } from '../support/upstream.ts'

const upstream = await FakeUpstream.listen(() => Date.now())
after(() => upstream[Symbol.asyncDispose]())

describe('linked logins in a browser', () => {
  const journey = journeys({ env: { ...envFor(upstream), OAUTH2_OIDC_LABEL: 'Example' } })

  test(
    'are linked and removed without JavaScript',
    journey(async ({ server, open }) => {
      const page = await open({ javaScriptEnabled: false })
      await page.goto(server.url('/profile'))
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Your account')
      await page.getByRole('link', { name: 'Add or remove linked logins' }).click()
      await page.getByRole('button', { name: 'Link Example' }).click()
      await page.getByRole('link', { name: 'Yes, it is me' }).click()
      await isTold(page, /The login is linked/)
      await page.getByText('ada@elsewhere.example').waitFor()
      await page.getByRole('link', { name: 'Add or remove linked logins' }).click()
      await page.getByRole('button', { name: 'Remove Example ada@elsewhere.example' }).click()
      await isTold(page, /Nobody can sign in with it any more/)
      await page.getByText('No login is linked.').waitFor()
    }),
  )

  test(
    'of somebody who has nothing else: axe finds nothing, nothing is wider than 320 px',
    journey(async ({ server, open }) => {
      const problems: string[] = []
      const page = await open()
      const look = async (name: string) => problems.push(...(await lookAt(page, name)))
      upstream.person = { sub: 'subject-2', name: 'Ada With-a-rather-long-name'.repeat(4) }
      await page.goto(server.url('/profile'))
      await page.getByRole('link', { name: 'Continue with Example' }).click()
      await page.getByRole('link', { name: 'Yes, it is me' }).click()
      await sees(page, 'Your account')
      await look('account console')
      await page.goto(server.url('/profile/logins'))
      await page.getByText('This is your only way to sign in').waitFor()
      await look('linked logins, the last way in')
      await page.getByRole('link', { name: 'Set a password' }).click()
      await sees(page, 'Set a password')
      await look('first password')
      await page.getByLabel('New password', { exact: true }).fill('orbit lantern pepper')
      await page.getByLabel('New password again').fill('orbit lantern pepper')
      await page.getByRole('button', { name: 'Save the password' }).click()
      await isTold(page, /Your password is set/)
      await page.goto(server.url('/profile/logins'))
      await page.getByRole('button', { name: /^Remove Example/ }).waitFor()
      await look('linked logins')
      assert.deepEqual(problems, [])
    }),
  )
})
