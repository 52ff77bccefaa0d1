import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explainSetting, formatExplanation } from './explain.ts'
import { formatProblems } from './format.ts'
import { failure, load } from './load-fixture.ts'
import { effectiveJson, effectiveRows, formatRows } from './print.ts'

describe('explain', () => {
  const loaded = load({ conf: 'server.port = 1', env: { OAUTH2_SERVER_PORT: '2' } })

  test('a key and each of its variables explain the same setting', () => {
    const byKey = explainSetting('server.public_url', loaded)
    assert.ok(byKey.found)
    assert.deepEqual(explainSetting('OAUTH2_PUBLIC_URL', loaded), byKey)
    assert.deepEqual(explainSetting('OAUTH2_ISSUER_URL', loaded), byKey)
    const secret = explainSetting('OAUTH2_JWT_SECRET_FILE', loaded)
    assert.ok(secret.found && secret.explanation.key === 'jwt.secret')
  })

  test('value, default and source are shown', () => {
    const result = explainSetting('server.port', loaded)
    assert.ok(result.found)
    assert.equal(
      formatExplanation(result.explanation),
      [
        'server.port',
        '  TCP port to listen on; 0 takes a free one.',
        '',
        '  type     integer, 0 to 65535',
        '  default  8080',
        '  env      OAUTH2_SERVER_PORT',
        '  value    2',
        '  source   env OAUTH2_SERVER_PORT (overrides application.conf:1)',
      ].join('\n'),
    )
  })

  test('a typo gets a suggestion, in either kind of name', () => {
    const meant = (name: string): string | undefined => {
      const result = explainSetting(name, loaded)
      return result.found ? 'found' : result.suggestion
    }
    assert.equal(meant('server.prot'), 'server.port')
    assert.equal(meant('OAUTH2_LOG_FROMAT'), 'OAUTH2_LOG_FORMAT')
    assert.equal(meant('zzz'), undefined)
  })

  test('a setting this version does not have is named as such', () => {
    const result = explainSetting('jwt.stateless_validation', loaded)
    assert.ok(!result.found)
    assert.match(result.reason, /not available in this version/)
  })

  test('explaining works on a configuration that cannot be used', () => {
    const result = explainSetting(
      'log.level',
      failure({ env: { LOG_LEVEL: 'debug', OAUTH2_X: '1' } }),
    )
    assert.ok(result.found && result.explanation.value === 'debug')
  })
})

describe('print', () => {
  const rows = effectiveRows(
    load({ env: { OAUTH2_ADMIN_CLIENT_IDS: 'a,b', OAUTH2_DATA_DIR: '/my data' } }),
  )

  test('every setting has one aligned row', () => {
    const lines = formatRows(rows).split('\n')
    assert.equal(lines.length, rows.length)
    assert.match(formatRows(rows), /^admin\.client_ids +a, b +env OAUTH2_ADMIN_CLIENT_IDS$/m)
    assert.match(formatRows(rows), /^server\.public_url +\(not set\) +default$/m)
    assert.match(formatRows(rows), /^data\.dir +"\/my data" +env OAUTH2_DATA_DIR$/m)
  })

  test('the JSON form has value and source per key', () => {
    const json = effectiveJson(rows)
    assert.deepEqual(json['server.port'], { value: 8080, source: 'default' })
    assert.deepEqual(json['server.public_url'], { value: null, source: 'default' })
  })
})

describe('the report of problems', () => {
  const { problems } = failure({
    conf: '\nserver.public_url = "http://old.example.com"',
    env: { OAUTH2_PUBLIC_URL: 'http://auth.acme.test' },
  })

  test('says code, value, source, reason, fix and where to read more', () => {
    assert.equal(
      formatProblems(problems),
      [
        'E_CONFIG_ISSUER  server.public_url "http://auth.acme.test" uses http on a non-loopback host',
        '  from   env OAUTH2_PUBLIC_URL (overrides application.conf:2)',
        '  why    tokens and cookies would travel in clear text; browsers also disable passkeys',
        '  fix    use https://auth.acme.test; TLS may end at a proxy in front of this server',
        '  more   grantd config explain server.public_url      docs: docs/reference/configuration.md#e_config_issuer',
      ].join('\n'),
    )
  })

  test('has colour only when asked for', () => {
    const escapeCode = String.fromCharCode(27)
    assert.equal(formatProblems(problems).includes(escapeCode), false)
    assert.equal(
      formatProblems(problems, { colour: true }).includes(`${escapeCode}[31;1mE_CONFIG_ISSUER`),
      true,
    )
  })
})
