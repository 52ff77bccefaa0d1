import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { valueAt } from './catalog.ts'
import { load, onlyProblem, type World } from './load-fixture.ts'

const DEV = { mode: 'dev' } as const

describe('values are converted to what the setting promises', () => {
  const CASES: readonly (readonly [key: string, conf: string, expected: unknown])[] = [
    ['server.port', '"0"', 0],
    ['server.enforce_https', 'yes', true],
    ['server.enforce_https', '"ON"', true],
    ['log.access', '0', false],
    ['jwt.access_token_ttl_secs', '15 minutes', 900],
    ['jwt.access_token_ttl_secs', '"1h"', 3600],
    ['jwt.key_rotation_grace_hours', '2 days', 48],
    ['janitor.interval_secs', '0', 0],
    ['admin.client_ids', '[a, "b c"]', ['a', 'b c']],
    ['admin.client_ids', '"a, b\\tc,,d "', ['a', 'b', 'c', 'd']],
    ['admin.client_ids', '[]', []],
    [
      'server.allowed_origins',
      '["*", "HTTPS://App.example.com:443/", "app://shell"]',
      ['*', 'https://app.example.com', 'app://shell'],
    ],
    ['server.trusted_proxies', '"10.0.0.1 fd00::/8"', ['10.0.0.1', 'fd00::/8']],
    ['server.public_url', '"https://Auth.example.com/"', 'https://auth.example.com'],
    [
      'server.public_url',
      '"https://auth.example.com:443/tenant//"',
      'https://auth.example.com/tenant',
    ],
    ['jwt.issuer', '"https://auth.example.com/"', 'https://auth.example.com/'],
    [
      'jwt.resources',
      '["urn:x:y", "https://api.example.com/"]',
      ['urn:x:y', 'https://api.example.com/'],
    ],
    ['server.host', '"[::1]"', '::1'],
    ['database.url', '"sqlite:/my data/x.db"', 'sqlite:/my data/x.db'],
    ['database.url', '"postgres://u:p%40@h:5433/x"', 'postgres://u:p%40@h:5433/x'],
    [
      'database.url',
      '"mongodb://u:p%40@a:1,b:2/x?tls=true"',
      'mongodb://u:p%40@a:1,b:2/x?tls=true',
    ],
    ['database.url', '"mongodb+srv://db.example.com"', 'mongodb+srv://db.example.com'],
    ['database.url', '"mongodb://h/?tlsCAFile=/etc/ca.pem"', 'mongodb://h/?tlsCAFile=/etc/ca.pem'],
    ['database.url', '"mongodb://[::1]:27017/x"', 'mongodb://[::1]:27017/x'],
    ['secrets.encryption_key', '"'.concat('Az'.repeat(21), '_"'), `${'Az'.repeat(21)}_`],
    ['log.level', '"off"', 'silent'],
    ['log.level', '"WARNING"', 'warn'],
    ['log.level', '"grantd=debug,info"', 'info'],
    ['log.level', '"grantd=debug"', 'info'],
    ['log.level', '"warn,hyper=off"', 'warn'],
    ['seed.username', '42', '42'],
  ]
  for (const [key, conf, expected] of CASES) {
    test(`${key} = ${conf}`, () =>
      assert.deepEqual(valueAt(load({ ...DEV, conf: `${key} = ${conf}` }).settings, key), expected))
  }
})

describe('values that are none are refused exactly', () => {
  const CASES: readonly (readonly [key: string, conf: string, code: string, message: RegExp])[] = [
    ['server.port', 'x', 'E_CONFIG_TYPE', /is not a whole number expected integer, 0 to 65535/],
    ['server.port', '1.5', 'E_CONFIG_TYPE', /is not a whole number/],
    ['server.port', '5s', 'E_CONFIG_TYPE', /is not a whole number/],
    ['server.port', '65536', 'E_CONFIG_RANGE', /out of range the allowed range is 0 to 65535/],
    ['server.port', '-1', 'E_CONFIG_RANGE', /out of range/],
    ['server.port', '[1]', 'E_CONFIG_TYPE', /is a list/],
    ['server.port', '99999999999999999999', 'E_CONFIG_RANGE', /out of range/],
    ['jwt.authorization_code_ttl_secs', '601', 'E_CONFIG_RANGE', /1 to 600 seconds/],
    ['jwt.authorization_code_ttl_secs', '0', 'E_CONFIG_RANGE', /1 to 600 seconds/],
    ['jwt.access_token_ttl_secs', '1500ms', 'E_CONFIG_TYPE', /whole number of seconds/],
    ['jwt.key_rotation_grace_hours', '90 minutes', 'E_CONFIG_TYPE', /whole number of hours/],
    ['server.enforce_https', 'maybe', 'E_CONFIG_TYPE', /expected true or false/],
    ['allow_insecure_defaults', 'yes', 'E_CONFIG_TYPE', /expected 1 or true/],
    ['allow_insecure_defaults', 'TRUE', 'E_CONFIG_TYPE', /expected 1 or true/],
    ['jwt.algorithm', 'es256', 'E_CONFIG_VALUE', /did you mean "ES256"/],
    ['jwt.algorithm', 'none', 'E_CONFIG_VALUE', /one of ES256, RS256/],
    ['log.level', 'loud', 'E_CONFIG_VALUE', /one of trace, debug/],
    ['admin.client_ids', '[{a=1}]', 'E_CONFIG_TYPE', /expected list of texts/],
    ['server.host', '"http://x"', 'E_CONFIG_VALUE', /is not a host/],
    ['server.public_url', '"ftp://x"', 'E_CONFIG_VALUE', /not an http or https URL/],
    ['server.public_url', '"https://x/?a"', 'E_CONFIG_VALUE', /query, a fragment or a user name/],
    ['server.public_url', '"https://x/#"', 'E_CONFIG_VALUE', /query, a fragment or a user name/],
    ['server.public_url', '"https://u@x/"', 'E_CONFIG_VALUE', /query, a fragment or a user name/],
    ['jwt.issuer', 'rust_oauth2_server', 'E_CONFIG_VALUE', /not an http or https URL/],
    [
      'server.trusted_proxies',
      'proxy.local',
      'E_CONFIG_VALUE',
      /entry "proxy\.local", which is not an IP/,
    ],
    ['server.trusted_proxies', '"10.0.0.0/33"', 'E_CONFIG_VALUE', /CIDR range/],
    ['server.trusted_proxies', '"10.0.0.0/8/8"', 'E_CONFIG_VALUE', /CIDR range/],
    ['server.trusted_proxies', '"0.0.0.0/0"', 'E_CONFIG_VALUE', /trusts every address/],
    ['server.allowed_origins', '"https://x.example/path"', 'E_CONFIG_VALUE', /is not an origin/],
    ['jwt.resources', '"https://x/#f"', 'E_CONFIG_VALUE', /RFC 8707/],
    ['jwt.resources', '"api"', 'E_CONFIG_VALUE', /RFC 8707/],
    ['database.url', '"sqlite:"', 'E_CONFIG_VALUE', /not a database URL/],
    ['database.url', 'data.db', 'E_CONFIG_VALUE', /not a database URL/],
    ['database.url', '"postgresql://host"', 'E_CONFIG_VALUE', /must name a host and a database/],
    ['database.url', '"postgres:grantd"', 'E_CONFIG_VALUE', /not a PostgreSQL URL/],
    ['database.url', '"postgres://a:b/c?d@e/f"', 'E_CONFIG_VALUE', /percent-encoded/],
    ['database.url', '"mongodb:"', 'E_CONFIG_VALUE', /not a MongoDB URL/],
    ['database.url', '"mongodb://a:b/c?d@e/f"', 'E_CONFIG_VALUE', /percent-encoded/],
    ['database.url', '"mongodb://a:b@c@e/f"', 'E_CONFIG_VALUE', /percent-encoded/],
    ['database.read_url', '"sqlite:x.db"', 'E_CONFIG_VALUE', /not a PostgreSQL URL/],
    ['database.read_url', '"postgres://h/x"', 'E_CONFIG_DATABASE', /database is not PostgreSQL/],
    ['session.key', 'abc', 'E_CONFIG_VALUE', /128 hex digits/],
    ['secrets.encryption_key', 'abc', 'E_CONFIG_VALUE', /32 bytes/],
  ]
  for (const [key, conf, code, message] of CASES) {
    test(`${key} = ${conf}`, () => {
      const problem = onlyProblem({ ...DEV, conf: `${key} = ${conf}` })
      assert.deepEqual([problem.code, problem.key], [code, key])
      assert.match(`${problem.what} ${problem.why} ${problem.fix}`, message)
      assert.deepEqual(problem.source, { from: 'file', file: 'application.conf', line: 1 })
    })
  }

  for (const scheme of ['mysql', 'mariadb']) {
    test(`the backend ${scheme}: is refused by name, with those this version has`, () => {
      const world: World = { env: { OAUTH2_DATABASE_URL: `${scheme}://db/x` } }
      const problem = onlyProblem(world)
      assert.equal(problem.code, 'E_CONFIG_DATABASE')
      assert.match(problem.what, new RegExp(`${scheme}:`))
      assert.match(problem.why, /sqlite:, postgresql:, mongodb: and memory: only/)
    })
  }

  test('a value cannot forge lines of the report', () => {
    const { value } = onlyProblem({ env: { OAUTH2_SERVER_PORT: 'x\n\u001B[2J' } })
    assert.equal(value, '"x\\n\\u001b[2J"')
  })
})
