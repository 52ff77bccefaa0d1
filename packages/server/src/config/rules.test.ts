import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { failure, load, onlyProblem, type World } from './load-fixture.ts'
import { PUBLISHED_JWT_SECRET } from './rules-secrets.ts'

const HTTPS = 'https://auth.example.com'

type Case = readonly [sentence: string, code: string, key: string, world: World]

const HS256 = { OAUTH2_JWT_ALGORITHM: 'HS256' }
const REFUSED: readonly Case[] = [
  [
    'an http issuer on another host',
    'E_CONFIG_ISSUER',
    'server.public_url',
    { env: { OAUTH2_PUBLIC_URL: 'http://auth.example.com' } },
  ],
  [
    'an http fallback issuer',
    'E_CONFIG_ISSUER',
    'server.public_base_url',
    { env: { OAUTH2_BASE_URL: 'http://10.0.0.1' } },
  ],
  [
    'an http iss value',
    'E_CONFIG_ISSUER',
    'jwt.issuer',
    { env: { OAUTH2_JWT_ISSUER: 'http://localhost.example.com' } },
  ],
  [
    'two workers on a SQLite file',
    'E_CONFIG_WORKERS',
    'server.workers',
    { env: { OAUTH2_SERVER_WORKERS: '2' } },
  ],
  [
    'a worker per processor on a SQLite file',
    'E_CONFIG_WORKERS',
    'server.workers',
    { env: { OAUTH2_SERVER_WORKERS: '0' } },
  ],
  [
    'two workers that would share no memory',
    'E_CONFIG_WORKERS',
    'server.workers',
    { env: { OAUTH2_SERVER_WORKERS: '2', OAUTH2_DATABASE_URL: 'memory:' } },
  ],
  [
    'two workers in development mode',
    'E_CONFIG_WORKERS',
    'server.workers',
    { mode: 'dev', env: { OAUTH2_SERVER_WORKERS: '2' } },
  ],
  [
    'rate limits in a Redis that nobody named',
    'E_CONFIG_RATE_LIMIT',
    'rate_limit.backend',
    { env: { OAUTH2_RATE_LIMIT_BACKEND: 'redis' } },
  ],
  [
    'sign-up without a mail server',
    'E_CONFIG_MAIL',
    'accounts.sign_up',
    { env: { OAUTH2_SIGNUP_ENABLED: 'true' } },
  ],
  [
    'sessions in Redis without a Redis',
    'E_CONFIG_CACHE',
    'cache.sessions',
    { env: { OAUTH2_CACHE_SESSIONS: 'true' } },
  ],
  [
    'a public listener without issuer',
    'E_CONFIG_ISSUER_MISSING',
    'server.public_url',
    { env: { OAUTH2_SERVER_HOST: '0.0.0.0' } },
  ],
  [
    'a public IPv6 listener without issuer',
    'E_CONFIG_ISSUER_MISSING',
    'server.public_url',
    { env: { OAUTH2_SERVER_HOST: '::' } },
  ],
  [
    'a public listener with an http issuer',
    'E_CONFIG_LISTENER',
    'server.host',
    { env: { OAUTH2_SERVER_HOST: '0.0.0.0', OAUTH2_PUBLIC_URL: 'http://localhost:8080' } },
  ],
  [
    'the published JWT secret',
    'E_CONFIG_JWT_SECRET',
    'jwt.secret',
    { env: { OAUTH2_JWT_SECRET: PUBLISHED_JWT_SECRET } },
  ],
  [
    'a JWT secret of 31 bytes',
    'E_CONFIG_JWT_SECRET',
    'jwt.secret',
    { env: { OAUTH2_JWT_SECRET: 'x'.repeat(31) } },
  ],
  [
    'a JWT secret that repeats itself',
    'E_CONFIG_JWT_SECRET',
    'jwt.secret',
    { env: { OAUTH2_JWT_SECRET: 'change-me-'.repeat(4) } },
  ],
  [
    'an encryption key of zeros',
    'E_CONFIG_WEAK_KEY',
    'secrets.encryption_key',
    { env: { OAUTH2_ENCRYPTION_KEY: '0'.repeat(64) } },
  ],
  [
    'a session key of one digit',
    'E_CONFIG_WEAK_KEY',
    'session.key',
    { env: { OAUTH2_SESSION_KEY: 'a'.repeat(128) } },
  ],
  [
    'a weak JWT secret in dev too',
    'E_CONFIG_JWT_SECRET',
    'jwt.secret',
    { mode: 'dev', env: { OAUTH2_JWT_SECRET: 'short' } },
  ],
  ['HS256 without secret', 'E_CONFIG_JWT_SECRET', 'jwt.secret', { env: HS256 }],
  [
    'HS256 for ID tokens without secret',
    'E_CONFIG_JWT_SECRET',
    'jwt.secret',
    { env: { OAUTH2_ID_TOKEN_ALG: 'HS256' } },
  ],
  [
    'the published seed password',
    'E_CONFIG_SEED_PASSWORD',
    'seed.password',
    { env: { OAUTH2_SEED_PASSWORD: 'changeme' } },
  ],
  [
    'a seed password of 11 characters',
    'E_CONFIG_SEED_PASSWORD',
    'seed.password',
    { env: { OAUTH2_SEED_PASSWORD: 'x'.repeat(11) } },
  ],
  [
    'trusted headers from nobody in particular',
    'E_CONFIG_TRUSTED_PROXIES',
    'server.trusted_proxies',
    { env: { OAUTH2_TRUST_PROXY_HEADERS: 'true' } },
  ],
  [
    'development on a public address',
    'E_CONFIG_DEV_HOST',
    'server.host',
    { mode: 'dev', env: { OAUTH2_SERVER_HOST: '0.0.0.0' } },
  ],
  [
    'insecure defaults with a public issuer',
    'E_CONFIG_INSECURE_DEFAULTS',
    'allow_insecure_defaults',
    { env: { OAUTH2_ALLOW_INSECURE_DEFAULTS: '1', OAUTH2_PUBLIC_URL: HTTPS } },
  ],
  [
    'insecure defaults on a public listener',
    'E_CONFIG_INSECURE_DEFAULTS',
    'allow_insecure_defaults',
    {
      env: {
        OAUTH2_ALLOW_INSECURE_DEFAULTS: '1',
        OAUTH2_SERVER_HOST: '0.0.0.0',
        OAUTH2_PUBLIC_URL: HTTPS,
      },
    },
  ],
  [
    'the conformance mode with an issuer that others can reach',
    'E_CONFIG_CONFORMANCE',
    'conformance.enabled',
    { env: { OAUTH2_CONFORMANCE_ENABLED: '1', OAUTH2_PUBLIC_URL: HTTPS } },
  ],
  [
    'the conformance mode on a public listener',
    'E_CONFIG_CONFORMANCE',
    'conformance.enabled',
    {
      env: {
        OAUTH2_CONFORMANCE_ENABLED: '1',
        OAUTH2_SERVER_HOST: '0.0.0.0',
        OAUTH2_PUBLIC_URL: HTTPS,
      },
    },
  ],
]

const ACCEPTED: readonly (readonly [string, World])[] = [
  ['an empty configuration', {}],
  ['an empty configuration in dev', { mode: 'dev' }],
  ['an http issuer on loopback', { env: { OAUTH2_PUBLIC_URL: 'http://localhost:8080' } }],
  ['an http issuer on [::1]', { env: { OAUTH2_PUBLIC_URL: 'http://[::1]:8080' } }],
  [
    'a public listener with an https issuer',
    { env: { OAUTH2_SERVER_HOST: '0.0.0.0', OAUTH2_PUBLIC_URL: HTTPS } },
  ],
  [
    'a public listener with an https iss value',
    { env: { OAUTH2_SERVER_HOST: '0.0.0.0', OAUTH2_JWT_ISSUER: HTTPS } },
  ],
  [
    'a JWT secret of 32 bytes in 30 characters',
    { env: { OAUTH2_JWT_SECRET: 'é, ein langes Geheimnis von é!' } },
  ],
  [
    'HS256 with a secret',
    {
      env: { OAUTH2_JWT_ALGORITHM: 'HS256', OAUTH2_JWT_SECRET: 'an-hmac-secret-of-32-characters!' },
    },
  ],
  ['HS256 without secret in dev, which makes one', { mode: 'dev', env: HS256 }],
  ['a seed password of 12 characters', { env: { OAUTH2_SEED_PASSWORD: 'x'.repeat(12) } }],
  [
    'trusted headers from a proxy',
    { env: { OAUTH2_TRUST_PROXY_HEADERS: '1', OAUTH2_SERVER_TRUSTED_PROXIES: '10.0.0.1' } },
  ],
  ['development behind an https tunnel', { mode: 'dev', env: { OAUTH2_PUBLIC_URL: HTTPS } }],
  ['the conformance mode on loopback', { env: { OAUTH2_CONFORMANCE_ENABLED: '1' } }],
  [
    'the conformance mode beyond it, where that is said',
    {
      env: {
        OAUTH2_CONFORMANCE_ENABLED: '1',
        OAUTH2_CONFORMANCE_ALLOW_REMOTE: '1',
        OAUTH2_PUBLIC_URL: HTTPS,
      },
    },
  ],
  ['insecure defaults on loopback', { env: { OAUTH2_ALLOW_INSECURE_DEFAULTS: '1' } }],
]

describe('T194 combinations that are refused', () => {
  for (const [sentence, code, key, world] of REFUSED) {
    test(sentence, () => {
      const problem = onlyProblem(world)
      assert.deepEqual([problem.code, problem.key], [code, key])
    })
  }
})

describe('combinations that are accepted without a word', () => {
  for (const [sentence, world] of ACCEPTED) {
    test(sentence, () => assert.deepEqual(load(world).problems, []))
  }
})

describe('allow_insecure_defaults', () => {
  const weak = {
    OAUTH2_ALLOW_INSECURE_DEFAULTS: '1',
    OAUTH2_JWT_SECRET: PUBLISHED_JWT_SECRET,
    OAUTH2_SEED_PASSWORD: 'changeme',
  }

  test('on loopback, weak secrets become warnings', () => {
    const codes = load({ env: weak }).problems.map(({ code, severity }) => [code, severity])
    assert.deepEqual(codes, [
      ['E_CONFIG_JWT_SECRET', 'warning'],
      ['E_CONFIG_SEED_PASSWORD', 'warning'],
    ])
  })

  test('on loopback, a missing HS256 secret becomes a warning', () => {
    const { settings, problems } = load({
      env: { OAUTH2_ALLOW_INSECURE_DEFAULTS: 'true', OAUTH2_JWT_ALGORITHM: 'HS256' },
    })
    assert.deepEqual(
      problems.map(({ severity }) => severity),
      ['warning'],
    )
    assert.equal(settings.jwt.secret, undefined)
  })

  test('T194 elsewhere, weak secrets stay errors', () => {
    const { problems } = failure({ env: { ...weak, OAUTH2_PUBLIC_URL: HTTPS } })
    assert.deepEqual(
      problems.map(({ severity }) => severity),
      ['error', 'error', 'error'],
    )
  })

  test('proxy trust is not a default it lifts', () => {
    const env = { OAUTH2_ALLOW_INSECURE_DEFAULTS: '1', OAUTH2_TRUST_PROXY_HEADERS: '1' }
    assert.equal(onlyProblem({ env }).code, 'E_CONFIG_TRUSTED_PROXIES')
  })
})

test('tools warn where serve refuses, so that they can repair a configuration', () => {
  for (const [, code, , world] of REFUSED.filter(([, , , { mode }]) => mode !== 'dev')) {
    const { problems } = load({ ...world, mode: 'tool' })
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.severity]),
      [[code, 'warning']],
    )
  }
})
