import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { allow, journeys, signIn } from '../support/journey.ts'

const README = readFileSync(path.resolve(import.meta.dirname, '../../../../README.md'), 'utf8')

/** The shell blocks below a heading, as people paste them. */
function commandsBelow(heading: string): string[] {
  const [, below = ''] = README.split(`\n### ${heading}\n`)
  const [section = ''] = below.split(/\n## /)
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map((block) => block[1] ?? '')
}

describe('the walk of the README', () => {
  const journey = journeys({ by: 'npm' })

  test(
    'code and PKCE: its commands work when pasted',
    journey(async ({ server, open }) => {
      const [ask = '', exchange = '', refresh = ''] = commandsBelow(
        'Sign a person in: code and PKCE in the browser',
      ).map((commands) => commands.replaceAll('localhost:8080', new URL(server.base).host))
      const [VERIFIER = '', url = ''] = sh(`${ask}\necho "$VERIFIER"`).split('\n').reverse()
      const page = await open()
      await page.goto(url)
      await signIn(page, server.ready.demo.user)
      const back = page.waitForRequest(/^http:\/\/127\.0\.0\.1:3000\/callback\?/)
      await allow(page)
      const code = new URL((await back).url()).searchParams.get('code') ?? ''

      const given = exchange.replace('CODE=gac_...', `CODE=${code}`)
      const output = sh(`VERIFIER=${VERIFIER}\n${given}\n${refresh}`)
      const [claims = '', renewed = ''] = output.split('\n')
      assert.equal(JSON.parse(claims).client_id, 'demo-spa')
      assert.match(JSON.parse(renewed).refresh_token, /^grt_/)
    }),
  )
})

function sh(commands: string): string {
  return execFileSync('bash', ['-euc', commands], { encoding: 'utf8' }).trim()
}
