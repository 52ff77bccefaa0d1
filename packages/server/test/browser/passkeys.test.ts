import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { isTold, journeys, sees, signIn } from '../support/journey.ts'

/** A platform authenticator inside Chromium, such as a laptop with a fingerprint reader. */
async function withAuthenticator(page: Page, options: { canSync?: boolean } = {}) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...(options.canSync === true && {
        defaultBackupEligibility: true,
        defaultBackupState: true,
      }),
    },
  })
  return {
    /** The passkeys on the device. */
    held: async () =>
      (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    /** Resolves when a page has made the device let go of one. */
    lost: new Promise((resolve) => devtools.once('WebAuthn.credentialDeleted', resolve)),
    /** Whether the device answers by itself, as a person who touches it. */
    answers: (enabled: boolean) =>
      devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    verifies: (isUserVerified: boolean) =>
      devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  }
}

/** As in browsers that have no list under the username field: only the button is left. */
async function withoutList(page: Page): Promise<void> {
  await page.addInitScript(
    'window.PublicKeyCredential.isConditionalMediationAvailable = async () => false',
  )
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Create the passkey' }).click()
}

describe('passkeys in a browser', () => {
  const journey = journeys()

  test(
    'one is added, signs in alone, is the second factor of the password, and is removed',
    journey.alone(async ({ server, open }) => {
      const page = await open()
      await withoutList(page)
      const device = await withAuthenticator(page)
      await page.goto(server.url('/profile'))
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Your account')
      await addPasskey(page, 'My laptop')
      await sees(page, 'Your recovery codes')
      assert.equal(await page.locator('ol.codes li').count(), 10)
      await page.getByRole('link', { name: 'I have kept them' }).click()
      await isTold(page, /The passkey is added/)
      await page.getByText('Never used').waitFor()

      await page.getByRole('button', { name: 'Sign out' }).click()
      await sees(page, 'Sign in')
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await sees(page, 'Your account')
      await page
        .getByText(/Last use/)
        .first()
        .waitFor()

      await page.getByRole('button', { name: 'Sign out' }).click()
      await signIn(page, server.ready.demo.user)
      await sees(page, 'Confirm that it is you')
      await page.getByRole('button', { name: 'Use your passkey' }).click()
      await sees(page, 'Your account')

      await page.getByRole('button', { name: 'Remove My laptop' }).click()
      await isTold(page, /The passkey is removed/)
      await page.getByText('None yet. A passkey is the safest way to sign in.').waitFor()
      await device.lost
      assert.equal(await device.held(), 0, 'the device offers it no more')
    }),
  )

  test(
    'the username field offers it, and choosing it signs in',
    journey.alone(async ({ server, open }) => {
      const page = await open()
      const device = await withAuthenticator(page, { canSync: true })
      await page.goto(server.url('/profile'))
      await signIn(page, server.ready.demo.user)
      await addPasskey(page, 'My phone')
      await page.getByRole('link', { name: 'I have kept them' }).click()
      await page.getByText('Kept on several devices').waitFor()
      await device.answers(false)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await sees(page, 'Sign in')
      const field = page.getByLabel('Username')
      assert.equal(await field.getAttribute('autocomplete'), 'username webauthn')
      // The virtual device stands for the person who picks the entry of the list.
      await device.answers(true)
      // Signing in leads away, perhaps before the page is loaded.
      await page.reload({ waitUntil: 'commit' })
      await sees(page, 'Your account')
    }),
  )

  test(
    'a device that did not check its owner signs nobody in alone',
    journey.alone(async ({ server, open }) => {
      const page = await open()
      await withoutList(page)
      const device = await withAuthenticator(page)
      await page.goto(server.url('/profile'))
      await signIn(page, server.ready.demo.user)
      await addPasskey(page, 'A key')
      await page.getByRole('link', { name: 'I have kept them' }).click()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await sees(page, 'Sign in')
      await device.verifies(false)
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await page.getByText('That did not work.').waitFor()
      await sees(page, 'Sign in')
    }),
  )
})
