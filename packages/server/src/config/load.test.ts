// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how HOCON writes substitutions
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { failure, load, onlyProblem, type World } from './load-fixture.ts'
import { ConfigError, describeSource, type Source } from './problem.ts'

function portAndSource(world: World): [unknown, string] {
  const { settings, sources } = load(world)
  return [settings.server.port, describeSource(sources.get('server.port') ?? { from: 'default' })]
}

const CONF = 'server {\n  port = 1111\n}'

describe('precedence: defaults < application.conf < environment < flags', () => {
  const env = { OAUTH2_SERVER_PORT: '2222' }
  const flags = { 'server.port': '3333' }
  const dotenv = { '/app/.env': 'OAUTH2_SERVER_PORT=4444\n' }
  const CASES: readonly (readonly [string, World, number, string])[] = [
    ['nothing set', {}, 8080, 'default'],
    ['file', { conf: CONF }, 1111, 'application.conf:2'],
    ['environment', { env }, 2222, 'env OAUTH2_SERVER_PORT'],
    ['flag', { flags }, 3333, 'flag --server.port'],
    [
      'environment over file',
      { conf: CONF, env },
      2222,
      'env OAUTH2_SERVER_PORT (overrides application.conf:2)',
    ],
    [
      'flag over file',
      { conf: CONF, flags },
      3333,
      'flag --server.port (overrides application.conf:2)',
    ],
    [
      'flag over all',
      { conf: CONF, env, flags },
      3333,
      'flag --server.port (overrides env OAUTH2_SERVER_PORT (overrides application.conf:2))',
    ],
    ['.env in dev', { mode: 'dev', files: dotenv }, 4444, '.env OAUTH2_SERVER_PORT'],
    ['environment over .env', { mode: 'dev', files: dotenv, env }, 2222, 'env OAUTH2_SERVER_PORT'],
    [
      '.env over file',
      { mode: 'dev', files: dotenv, conf: CONF },
      4444,
      '.env OAUTH2_SERVER_PORT (overrides application.conf:2)',
    ],
    ['.env is not read by serve', { mode: 'serve', files: dotenv }, 8080, 'default'],
    ['.env is not read by tools', { mode: 'tool', files: dotenv }, 8080, 'default'],
    [
      'an empty variable is not set',
      { conf: CONF, env: { OAUTH2_SERVER_PORT: '' } },
      1111,
      'application.conf:2',
    ],
    [
      'an empty flag is not set',
      { conf: CONF, flags: { 'server.port': '' } },
      1111,
      'application.conf:2',
    ],
    ['null in the file is not set', { conf: 'server.port = null' }, 8080, 'default'],
    [
      'a variable inside the file',
      { conf: 'server.port = ${?PORT}', env: { PORT: '5555' } },
      5555,
      'application.conf:1',
    ],
  ]
  for (const [sentence, world, port, source] of CASES) {
    test(sentence, () => assert.deepEqual(portAndSource(world), [port, source]))
  }

  test('an alias in the environment wins over the first name in .env', () => {
    const world: World = {
      mode: 'dev',
      files: { '/app/.env': 'OAUTH2_PUBLIC_URL=https://dotenv.example.com' },
      env: { OAUTH2_ISSUER_URL: 'https://env.example.com' },
    }
    assert.equal(load(world).settings.server.public_url, 'https://env.example.com')
    assert.deepEqual(load(world).problems, [])
  })
})

describe('the configuration file', () => {
  test('--config wins over OAUTH2_CONFIG, which wins over ./application.conf', () => {
    const files = {
      '/app/application.conf': 'server.port=1',
      '/app/a.conf': 'server.port=2',
      '/etc/b.conf': 'server.port=3',
    }
    const env = { OAUTH2_CONFIG: 'a.conf' }
    assert.deepEqual(portAndSource({ files }), [1, 'application.conf:1'])
    assert.deepEqual(portAndSource({ files, env }), [2, 'a.conf:1'])
    assert.deepEqual(portAndSource({ files, env, flags: { config: '/etc/b.conf' } }), [
      3,
      '/etc/b.conf:1',
    ])
  })

  test('a file that was named must exist', () => {
    assert.equal(onlyProblem({ env: { OAUTH2_CONFIG: 'nope.conf' } }).code, 'E_CONFIG_FILE')
    assert.equal(onlyProblem({ flags: { config: 'nope.conf' } }).code, 'E_CONFIG_FILE')
  })

  test('a file that cannot be parsed is an error with its place, reported beside the others', () => {
    const { problems } = failure({
      conf: 'server {\n  port = :\n',
      env: { OAUTH2_SERVER_PORT: 'x' },
    })
    assert.deepEqual(
      problems.map((problem) => problem.code),
      ['E_CONFIG_SYNTAX', 'E_CONFIG_TYPE'],
    )
    assert.deepEqual(problems[0]?.source, { from: 'file', file: 'application.conf', line: 2 })
  })

  test('without its file, what the environment says for certain is still judged', () => {
    const env = {
      OAUTH2_CONFIG: 'nope.conf',
      OAUTH2_JWT_SECRET: 'short',
      OAUTH2_SERVER_HOST: '0.0.0.0',
    }
    const codes = failure({ env }).problems.map((problem) => problem.code)
    assert.deepEqual(codes, ['E_CONFIG_FILE', 'E_CONFIG_JWT_SECRET'])
  })

  test('a value from an included file names that file', () => {
    const files = {
      '/app/application.conf': 'include "more.conf"',
      '/app/more.conf': '\nserver.port = 7',
    }
    assert.deepEqual(portAndSource({ files }), [7, '/app/more.conf:2'])
  })

  test('a .env that cannot be read is reported', () => {
    const options = { mode: 'dev', env: {}, cwd: '/app' } as const
    const readFile = (file: string): string => {
      throw Object.assign(new Error('x'), { code: file.endsWith('.env') ? 'EISDIR' : 'ENOENT' })
    }
    return import('./load.ts').then(({ loadSettings }) =>
      assert.throws(
        () => loadSettings({ ...options, readFile }),
        (error) => error instanceof ConfigError && error.problems[0]?.key === '.env',
      ),
    )
  })
})

describe('all problems are reported at once', () => {
  test('file, environment, flags, conversions and rules together', () => {
    const error = failure({
      conf: 'server.prot = 1\njwt.stateless_validation = true\njwt.algorithm = none',
      env: { OAUTH2_NOPE: '1', OAUTH2_SERVER_PORT: '70000', OAUTH2_SEED_PASSWORD: 'changeme' },
      flags: { 'jwt.secret': 'x', 'server.host': '0.0.0.0' },
    })
    assert.deepEqual(error.problems.map((problem) => problem.code).toSorted(), [
      'E_CONFIG_ISSUER_MISSING',
      'E_CONFIG_NOT_AVAILABLE',
      'E_CONFIG_RANGE',
      'E_CONFIG_SECRET_FLAG',
      'E_CONFIG_SEED_PASSWORD',
      'E_CONFIG_UNKNOWN_ENV',
      'E_CONFIG_UNKNOWN_KEY',
      'E_CONFIG_VALUE',
    ])
  })

  test('a setting that could not be read causes no second problem', () => {
    const env = { OAUTH2_SERVER_HOST: '0.0.0.0', OAUTH2_PUBLIC_URL: 'nonsense' }
    assert.deepEqual(
      failure({ env }).problems.map((problem) => problem.key),
      ['server.public_url'],
    )
  })

  test('the error still knows the values and sources that could be read', () => {
    const error = failure({ env: { OAUTH2_SERVER_PORT: 'x', LOG_LEVEL: 'debug' } })
    const expected: Source = { from: 'env', name: 'LOG_LEVEL' }
    assert.equal(error.values.get('log.level'), 'debug')
    assert.deepEqual(error.sources.get('log.level'), expected)
  })
})

describe('defaults that depend on the mode', () => {
  test('dev keeps its database in the data folder', () => {
    assert.equal(load({ mode: 'dev' }).settings.database.url, 'sqlite:.grantd/grantd.db?mode=rwc')
    const env = { OAUTH2_DATA_DIR: '/data' }
    assert.equal(
      load({ mode: 'dev', env }).settings.database.url,
      'sqlite:/data/grantd.db?mode=rwc',
    )
    assert.equal(load({ mode: 'serve', env }).settings.database.url, 'sqlite:oauth2.db?mode=rwc')
  })

  test('limits are out of the way in dev, unless they were chosen', () => {
    const limits = load({ mode: 'dev' }).settings.rate_limit
    assert.equal(limits.enabled, true)
    assert.deepEqual(
      [limits.max_requests, limits.invalid_client_max_requests, limits.credentials_max_requests],
      [10_000, 100, 1_000],
    )
    const chosen = load({ mode: 'dev', env: { OAUTH2_RATE_LIMIT_MAX_REQUESTS: '7' } })
    assert.equal(chosen.settings.rate_limit.max_requests, 7)
  })

  test('a database that was chosen is kept in dev', () => {
    assert.equal(
      load({ mode: 'dev', env: { OAUTH2_DATABASE_URL: 'memory:' } }).settings.database.url,
      'memory:',
    )
  })

  test('dev logs lines for people, unless told otherwise', () => {
    const format = (world: World) => load(world).settings.log.format
    assert.equal(format({ mode: 'dev' }), 'pretty')
    assert.equal(format({ mode: 'serve' }), 'json')
    assert.equal(format({ mode: 'dev', env: { OAUTH2_LOG_FORMAT: 'json' } }), 'json')
  })
})
