import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { focused } from '../support/accessibility.ts'
import { journeys } from '../support/journey.ts'

describe('Swagger UI', () => {
  const journey = journeys()

  test(
    'shows the operations and tries one, without a word to others and within the policy of the page',
    journey(async ({ server, open }) => {
      const page = await open()
      const foreign: string[] = []
      const origin = new URL(server.url('/')).origin
      page.on('request', (request) => {
        const url = new URL(request.url())
        if (url.protocol !== 'data:' && url.origin !== origin) foreign.push(url.href)
      })
      await page.goto(server.url('/swagger-ui'))
      assert.equal(page.url(), server.url('/swagger-ui/'))
      const token = page.locator('#operations-OAuth2-token')
      await token.waitFor()
      await token.getByText('Exchanges a grant for tokens.').waitFor()

      const health = page.locator('#operations-Observability-health')
      const opener = health.locator('button.opblock-summary-control')
      await opener.focus()
      await page.keyboard.press('Enter')
      const tryOut = health.getByRole('button', { name: 'Try it out' })
      await tryOut.waitFor()
      let at = ''
      for (let steps = 0; at !== 'Try it out'; steps++) {
        assert.ok(steps < 10, `not reached by Tab, which is at ${at}`)
        await page.keyboard.press('Tab')
        at = (await focused(page)).name
      }
      await page.keyboard.press('Enter')
      await health.getByRole('button', { name: 'Execute' }).click()
      const answer = health.locator('.live-responses-table')
      await answer.getByText('"healthy"').first().waitFor()
      assert.match(
        (await answer.locator('.response-col_status').nth(1).textContent()) ?? '',
        /^200/,
      )

      // Schemas and long descriptions are drawn as well.
      await token.locator('button.opblock-summary-control').click()
      await token
        .getByText(/invalid_grant/)
        .first()
        .waitFor()
      assert.deepEqual(foreign, [])
    }),
  )

  test(
    'is dark for who wants it so, and the names of headers are read there too',
    journey(async ({ server, open }) => {
      const page = await open({ colorScheme: 'dark' })
      await page.goto(server.url('/swagger-ui/'))
      const token = page.locator('#operations-OAuth2-token')
      await token.locator('button.opblock-summary-control').click()
      await token.getByText('X-RateLimit-Limit').first().waitFor()
      const seen = await page.evaluate(
        `getComputedStyle(document.querySelector('td.header-col')).color`,
      )
      const behind = await page.evaluate(
        'getComputedStyle(document.documentElement).backgroundColor',
      )
      assert.deepEqual([seen, behind], ['rgb(228, 230, 230)', 'rgb(28, 32, 34)'])
    }),
  )
})
