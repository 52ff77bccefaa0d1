import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { SETTINGS, valueAt } from './catalog.ts'
import { explainSetting, formatExplanation } from './explain.ts'
import { formatProblems } from './format.ts'
import { failure, load, onlyProblem } from './load-fixture.ts'
import { maskValue } from './mask.ts'
import { effectiveJson, effectiveRows, formatRows } from './print.ts'
import { SOCIAL_COMPANIONS } from './settings-social.fixture.ts'

const KEY = `${'ab'.repeat(31)}cd`
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
/** For secrets that are not 64 hex digits. */
const SAMPLES: Readonly<Record<string, string>> = {
  'telemetry.headers': 'x-key=abc',
  'cache.redis_url': 'redis://:secret@127.0.0.1',
  'session.key': KEY + KEY,
  'mail.smtp_url': 'smtp://127.0.0.1',
  'rate_limit.redis_url': 'redis://:secret@127.0.0.1',
  'events.webhook.secret': WEBHOOK_SECRET,
  'events.webhook.previous_secret': WEBHOOK_SECRET,
}

describe('secrets from files: <NAME>_FILE', () => {
  test('exactly one line end at the end of the file is removed', () => {
    const read = (text: string): string | undefined =>
      load({ env: { OAUTH2_SEED_PASSWORD_FILE: 'secret' }, files: { '/app/secret': text } })
        .settings.seed.password
    assert.equal(read('long enough secret'), 'long enough secret')
    assert.equal(read('long enough secret\n'), 'long enough secret')
    assert.equal(read('long enough secret\r\n'), 'long enough secret')
    assert.equal(read(' long enough secret\n\n'), ' long enough secret\n')
  })

  test('every secret can come from a file, and the source names the file', () => {
    const secrets = SETTINGS.filter((setting) => setting.secret)
    assert.deepEqual(
      secrets.map((setting) => setting.key),
      [
        'cache.redis_url',
        'secrets.encryption_key',
        'jwt.secret',
        'session.key',
        'social.google.client_secret',
        'social.microsoft.client_secret',
        'social.github.client_secret',
        'social.azure.client_secret',
        'social.okta.client_secret',
        'social.auth0.client_secret',
        'social.keycloak.client_secret',
        'social.oidc.client_secret',
        'mail.smtp_url',
        'events.webhook.secret',
        'events.webhook.previous_secret',
        'events.ingest_bearer_token',
        'seed.password',
        'rate_limit.redis_url',
        'metrics.bearer_token',
        'telemetry.headers',
      ],
    )
    for (const { key, env } of secrets) {
      const name = `${env[0]}_FILE`
      const value = SAMPLES[key] ?? KEY
      const loaded = load({
        env: { ...SOCIAL_COMPANIONS[key], [name]: '/run/s' },
        files: { '/run/s': `${value}\n` },
      })
      assert.equal(valueAt(loaded.settings, key), value)
      assert.deepEqual(loaded.sources.get(key), { from: 'env', name, file: '/run/s' })
    }
  })

  test('a missing or empty file is refused', () => {
    const env = { OAUTH2_JWT_SECRET_FILE: '/run/s' }
    assert.equal(onlyProblem({ env }).code, 'E_CONFIG_SECRET_FILE')
    assert.equal(onlyProblem({ env, files: { '/run/s': '\n' } }).code, 'E_CONFIG_SECRET_FILE')
  })

  test('the secret and its file at the same time are refused', () => {
    const env = { OAUTH2_JWT_SECRET: KEY, OAUTH2_JWT_SECRET_FILE: '/run/s' }
    assert.match(onlyProblem({ env, files: { '/run/s': KEY } }).what, /both/)
  })
})

describe('secrets are never printed', () => {
  const MARK = 'VISIBLE'
  const broken = {
    OAUTH2_ENCRYPTION_KEY: `${MARK}1`,
    OAUTH2_JWT_SECRET: `${MARK}2`,
    OAUTH2_SESSION_KEY: `${MARK}3`,
    OAUTH2_SEED_PASSWORD: `${MARK}4`,
    OAUTH2_JWT_SECERT: `${MARK}5`,
    OAUTH2_GOOGLE_CLIENT_SECRET: `${MARK}6`,
    OAUTH2_DATABASE_URL: `postgresql://user:${MARK}/7?@db/x?password=${MARK}`,
    OAUTH2_PUBLIC_URL: `https://user:${MARK}@a.example.com`,
  }

  test('not in problems, not in the message of the error', () => {
    const error = failure({ env: broken })
    assert.equal(error.problems.length, 8)
    assert.doesNotMatch(
      formatProblems(error.problems) + error.stack + inspect(error, { depth: 9 }),
      /VISIBLE/,
    )
  })

  test('not when a secret is given as a flag', () => {
    const error = failure({ flags: { 'jwt.secret': MARK, 'jwt.secert': MARK } })
    assert.doesNotMatch(formatProblems(error.problems), /VISIBLE/)
  })

  test('not by print and explain', () => {
    const env = { OAUTH2_SEED_PASSWORD: `${MARK} long enough`, OAUTH2_ENCRYPTION_KEY: KEY }
    const loaded = load({ env })
    const rows = effectiveRows(loaded)
    const explained = explainSetting('seed.password', loaded)
    assert.ok(explained.found)
    const printed =
      formatRows(rows) +
      JSON.stringify(effectiveJson(rows)) +
      formatExplanation(explained.explanation)
    assert.doesNotMatch(printed, /VISIBLE|abab/)
    assert.equal(effectiveJson(rows)['seed.password']?.value, '***MASKED***')
  })

  test('credentials inside URLs are masked, up to the last @', () => {
    assert.equal(maskValue('redis://u:p@ss/w@host/0', false), 'redis://***MASKED***@host/0')
    assert.equal(maskValue('https://a.example.com/x', false), 'https://a.example.com/x')
    assert.equal(maskValue(undefined, true), undefined)
  })
})
