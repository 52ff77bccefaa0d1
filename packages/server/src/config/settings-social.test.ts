import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configuredProviders } from '../social/open-social.ts'
import { failure, load, onlyProblem } from './load-fixture.ts'
import { effectiveRows } from './print.ts'
import { PROVIDER_NAMES, PROVIDER_NEEDS } from './rules-social.ts'

const VALUES: Readonly<Record<string, string>> = {
  client_id: 'here',
  client_secret: 'VERY-SECRET',
  domain: 'tenant.example',
  issuer: 'https://login.example',
}

const envOf = (name: string, needs: readonly string[]) =>
  Object.fromEntries(
    needs.map((need) => [`OAUTH2_${name}_${need}`.toUpperCase(), VALUES[need] ?? '']),
  )

describe('settings of providers', () => {
  test('without any nobody signs in elsewhere', () => {
    assert.deepEqual(configuredProviders(load({}).settings), [])
  })

  for (const name of PROVIDER_NAMES) {
    const needs = PROVIDER_NEEDS[name]

    test(`${name} is there once ${needs.join(', ')} are set, and not when it is turned off`, () => {
      const env = envOf(name, needs)
      assert.deepEqual(configuredProviders(load({ env }).settings), [name])
      const off = { ...env, [`OAUTH2_${name.toUpperCase()}_ENABLED`]: 'false' }
      assert.deepEqual(configuredProviders(load({ env: off }).settings), [])
    })

    test(`${name} that lacks one of them is refused by the name of what it lacks`, () => {
      for (const missing of needs) {
        const env = envOf(
          name,
          needs.filter((need) => need !== missing),
        )
        const problem = onlyProblem({ env })
        assert.deepEqual(
          [problem.code, problem.key],
          ['E_CONFIG_SOCIAL', `social.${name}.${missing}`],
        )
        assert.match(problem.fix, new RegExp(`OAUTH2_${name}_${missing}`, 'i'))
        assert.doesNotMatch(JSON.stringify(problem), /VERY-SECRET/)
      }
    })
  }

  test('a secret is masked wherever settings are shown, and may be in a file', () => {
    const env = envOf('github', PROVIDER_NEEDS.github)
    assert.doesNotMatch(JSON.stringify(effectiveRows(load({ env }))), /VERY-SECRET/)
    const { OAUTH2_GITHUB_CLIENT_SECRET: _secret, ...rest } = env
    const filed = { ...rest, OAUTH2_GITHUB_CLIENT_SECRET_FILE: '/run/secret' }
    const { settings } = load({ env: filed, files: { '/run/secret': 'VERY-SECRET\n' } })
    assert.equal(settings.social.github.client_secret, 'VERY-SECRET')
  })

  test('a callback URL has one form, which the provider sees wherever it is named', () => {
    const env = {
      ...envOf('google', PROVIDER_NEEDS.google),
      OAUTH2_GOOGLE_REDIRECT_URI: 'https://ID.example.com:443/auth/callback/google',
    }
    const { settings } = load({ env })
    assert.equal(settings.social.google.redirect_uri, 'https://id.example.com/auth/callback/google')
  })

  test('addresses that are none are refused', () => {
    const env = {
      ...envOf('okta', PROVIDER_NEEDS.okta),
      OAUTH2_OKTA_DOMAIN: 'https://dev-1.okta.com/?x=1',
      OAUTH2_GOOGLE_REDIRECT_URI: 'ftp://here.example/',
      OAUTH2_AZURE_TENANT_ID: '../evil',
    }
    const { problems } = failure({ env })
    assert.match(problems.find(({ key }) => key === 'social.okta.domain')?.fix ?? '', /the host of/)
    const keys = problems.map(({ key }) => key)
    for (const key of [
      'social.okta.domain',
      'social.google.redirect_uri',
      'social.azure.tenant_id',
    ])
      assert.ok(keys.includes(key), key)
  })
})
