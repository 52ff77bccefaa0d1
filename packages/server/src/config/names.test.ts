// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how HOCON writes substitutions
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { load, onlyProblem, type World } from './load-fixture.ts'

describe('names nobody knows are refused with a suggestion', () => {
  const CASES: readonly (readonly [string, World, string, string, RegExp])[] = [
    [
      'a typo in a key',
      { conf: 'server.prot = 1' },
      'E_CONFIG_UNKNOWN_KEY',
      'server.prot',
      /did you mean server\.port\?/,
    ],
    [
      'a typo in a section',
      { conf: 'sever.port = 1' },
      'E_CONFIG_UNKNOWN_KEY',
      'sever.port',
      /did you mean server\.port\?/,
    ],
    [
      'a key like nothing',
      { conf: 'bananas = 1' },
      'E_CONFIG_UNKNOWN_KEY',
      'bananas',
      /remove it from application\.conf:1/,
    ],
    [
      'an empty unknown section',
      { conf: 'bananas {}' },
      'E_CONFIG_UNKNOWN_KEY',
      'bananas',
      /remove/,
    ],
    [
      '__proto__ in the file',
      { conf: '__proto__.x = 1' },
      'E_CONFIG_UNKNOWN_KEY',
      '__proto__.x',
      /remove/,
    ],
    [
      'a typo in a flag',
      { flags: { 'log.levle': 'info' } },
      'E_CONFIG_UNKNOWN_KEY',
      'log.levle',
      /did you mean log\.level\?/,
    ],
    [
      'a typo in a variable',
      { env: { OAUTH2_SERVER_PROT: '1' } },
      'E_CONFIG_UNKNOWN_ENV',
      'OAUTH2_SERVER_PROT',
      /did you mean OAUTH2_SERVER_PORT\?/,
    ],
    [
      'a typo in a secret',
      { env: { OAUTH2_JWT_SECERT: 'hush' } },
      'E_CONFIG_UNKNOWN_ENV',
      'OAUTH2_JWT_SECERT',
      /did you mean OAUTH2_JWT_SECRET\?/,
    ],
    [
      'a variable like nothing',
      { env: { OAUTH2_BANANAS: '1' } },
      'E_CONFIG_UNKNOWN_ENV',
      'OAUTH2_BANANAS',
      /unset OAUTH2_BANANAS/,
    ],
    [
      '_FILE of what is no secret',
      { env: { OAUTH2_SERVER_PORT_FILE: '/x' } },
      'E_CONFIG_UNKNOWN_ENV',
      'OAUTH2_SERVER_PORT_FILE',
      /OAUTH2_SERVER_PORT/,
    ],
    [
      'a value where a section belongs',
      { conf: 'server = 5' },
      'E_CONFIG_TYPE',
      'server',
      /configuration\.md/,
    ],
    [
      'a section where a value belongs',
      { conf: 'server.port { x = 1 }' },
      'E_CONFIG_TYPE',
      'server.port',
      /configuration\.md/,
    ],
  ]
  for (const [sentence, world, code, key, fix] of CASES) {
    test(sentence, () => {
      const problem = onlyProblem(world)
      assert.deepEqual([problem.code, problem.key, problem.value], [code, key, undefined])
      assert.match(problem.fix, fix)
    })
  }

  test('empty sections of ours are fine', () =>
    assert.equal(load({ conf: 'server {}\nlog = null' }).settings.log.level, 'info'))

  test('variables of other programs and Kubernetes service links are ignored', () => {
    const env = {
      PATH: '/bin',
      OTEL_SERVICE_NAME: 'x',
      OAUTH2_SERVICE_HOST: '10.0.0.1',
      OAUTH2_SERVICE_PORT_HTTP: '80',
      OAUTH2_PORT: 'tcp://10.0.0.1:80',
      OAUTH2_SERVER_PORT_80_TCP_ADDR: '10.0.0.1',
    }
    assert.deepEqual(load({ env }).problems, [])
  })

  test('a service link in the name of a setting is explained', () => {
    assert.match(
      onlyProblem({ env: { OAUTH2_SERVER_PORT: 'tcp://10.0.0.1:80' } }).fix,
      /enableServiceLinks/,
    )
  })
})

describe('names of one setting', () => {
  test('the first name wins and a different second one is a warning', () => {
    const env = {
      OAUTH2_PUBLIC_URL: 'https://a.example.com',
      OAUTH2_ISSUER_URL: 'https://b.example.com',
    }
    const { settings, problems } = load({ env })
    assert.equal(settings.server.public_url, 'https://a.example.com')
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [['E_CONFIG_ALIAS', 'warning']],
    )
  })

  test('two names with the same value are fine', () => {
    const env = {
      OAUTH2_PUBLIC_URL: 'https://a.example.com',
      OAUTH2_ISSUER_URL: 'https://a.example.com',
    }
    assert.deepEqual(load({ env }).problems, [])
  })
})
