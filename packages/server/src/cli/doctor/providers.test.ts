import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { load } from '../../config/load-fixture.ts'
import type { Patient } from './finding.ts'
import { providers } from './providers.ts'

async function look(env: Record<string, string>) {
  const { settings } = load({ env })
  return providers({ located: { settings } } as unknown as Patient) // all that this check reads
}

describe('doctor: providers', () => {
  test('none is how most servers are', async () => {
    assert.deepEqual(await look({}), { status: 'ok', detail: 'none is configured' })
  })

  test('one whose metadata are in a private network that is not opened is named, its secret not', async () => {
    const verdict = await look({
      OAUTH2_OIDC_CLIENT_ID: 'here',
      OAUTH2_OIDC_CLIENT_SECRET: 'VERY-SECRET',
      OAUTH2_OIDC_ISSUER: 'https://10.0.0.1',
    })
    assert.equal(verdict.status, 'fail')
    assert.match(verdict.detail, /^cannot be used: oidc \(.*private or special network/)
    assert.match(verdict.fix ?? '', /OAUTH2_OUTBOUND_ALLOWED_NETWORKS/)
    assert.doesNotMatch(JSON.stringify(verdict), /VERY-SECRET/)
  })

  test('GitHub has no metadata to read', async () => {
    const verdict = await look({
      OAUTH2_GITHUB_CLIENT_ID: 'here',
      OAUTH2_GITHUB_CLIENT_SECRET: 'VERY-SECRET',
    })
    assert.deepEqual(verdict, { status: 'ok', detail: 'github' })
  })
})
