import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { selfSigned } from '@grantd/testkit'
import * as Value from 'typebox/value'
import { SETTINGS, valueAt } from './catalog.ts'
import { load } from './load-fixture.ts'
import { NOT_AVAILABLE } from './not-available.ts'
import { SettingsSchema } from './settings.ts'
import { EVENT_SETTINGS } from './settings-events.fixture.ts'
import { SOCIAL_COMPANIONS, SOCIAL_SETTINGS } from './settings-social.fixture.ts'
import { TELEMETRY_SETTINGS } from './settings-telemetry.fixture.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'grantd-settings-'))
after(() => rmSync(folder, { recursive: true }))
const TLS = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') }
const pair = selfSigned()
writeFileSync(TLS.cert, pair.cert)
writeFileSync(TLS.key, pair.key)
const URL_A = 'https://a.example.com'
// Written by hand from the contract, so that a slip in the schema shows: key, default, names, and a
// value to set (the default would prove nothing).
const CONTRACT: readonly (readonly [
  key: string,
  fallback: unknown,
  names: string,
  sample: string,
])[] = [
  ['server.host', '127.0.0.1', 'OAUTH2_SERVER_HOST', '127.0.0.2'],
  ['server.port', 8080, 'OAUTH2_SERVER_PORT', '9000'],
  ['server.public_url', undefined, 'OAUTH2_PUBLIC_URL OAUTH2_ISSUER_URL', URL_A],
  [
    'server.public_base_url',
    undefined,
    'OAUTH2_SERVER_PUBLIC_BASE_URL OAUTH2_PUBLIC_BASE_URL OAUTH2_BASE_URL',
    URL_A,
  ],
  [
    'server.trust_proxy_headers',
    false,
    'OAUTH2_SERVER_TRUST_PROXY_HEADERS OAUTH2_TRUST_PROXY_HEADERS',
    'true',
  ],
  ['server.trusted_proxies', [], 'OAUTH2_SERVER_TRUSTED_PROXIES', '10.0.0.0/8'],
  ['server.enforce_https', false, 'OAUTH2_SERVER_ENFORCE_HTTPS OAUTH2_ENFORCE_HTTPS', 'true'],
  ['server.allowed_origins', [], 'OAUTH2_ALLOWED_ORIGINS', '*'],
  // The contract's default is one per processor, which its default database does not bear.
  ['server.workers', 1, 'OAUTH2_SERVER_WORKERS', '2'],
  ['server.shutdown_delay_secs', 0, 'OAUTH2_SHUTDOWN_DELAY_SECS', '2'],
  ['server.shutdown_timeout_secs', 10, 'OAUTH2_SHUTDOWN_TIMEOUT_SECS', '30'],
  ['server.client_origins', false, 'OAUTH2_CLIENT_ORIGINS', 'true'],
  ['server.tls.cert', undefined, 'OAUTH2_SERVER_TLS_CERT', TLS.cert],
  ['server.tls.key', undefined, 'OAUTH2_SERVER_TLS_KEY', TLS.key],
  ['server.tls.min_version', '1.2', 'OAUTH2_SERVER_TLS_MIN_VERSION', '1.3'],
  ['server.tls.http2', false, 'OAUTH2_SERVER_HTTP2', 'true'],
  ['data.dir', '.grantd', 'OAUTH2_DATA_DIR', '/data'],
  ['database.url', 'sqlite:oauth2.db?mode=rwc', 'OAUTH2_DATABASE_URL', 'postgres://db/x'],
  ['database.read_url', undefined, 'OAUTH2_DATABASE_READ_URL', 'postgres://replica/grantd'],
  ['database.max_connections', 50, 'OAUTH2_DATABASE_MAX_CONNECTIONS', '10'],
  ['database.min_connections', 1, 'OAUTH2_DATABASE_MIN_CONNECTIONS', '2'],
  [
    'database.acquire_timeout_secs',
    30,
    'OAUTH2_DATABASE_ACQUIRE_TIMEOUT_SECS OAUTH2_DATABASE_CONNECT_TIMEOUT',
    '5',
  ],
  [
    'database.idle_timeout_secs',
    600,
    'OAUTH2_DATABASE_IDLE_TIMEOUT_SECS OAUTH2_DATABASE_IDLE_TIMEOUT',
    '60',
  ],
  ['cache.redis_url', undefined, 'OAUTH2_CACHE_REDIS_URL', 'rediss://u:p@cache.example.com/1'],
  ['cache.sessions', false, 'OAUTH2_CACHE_SESSIONS', 'true'],
  // The contract has 1 and 4; 4 is what was measured.
  ['cache.token_actor_shards', 4, 'OAUTH2_TOKEN_ACTOR_SHARDS', '1'],
  ['secrets.encryption_key', undefined, 'OAUTH2_ENCRYPTION_KEY', 'ab'.repeat(32)],
  ['jwt.secret', undefined, 'OAUTH2_JWT_SECRET', 'a secret of more than thirty-two bytes'],
  ['jwt.algorithm', 'ES256', 'OAUTH2_JWT_ALGORITHM', 'PS256'],
  ['jwt.id_token_algorithm', 'RS256', 'OAUTH2_ID_TOKEN_ALG', 'EdDSA'],
  ['jwt.issuer', undefined, 'OAUTH2_JWT_ISSUER', `${URL_A}/`],
  ['jwt.audience', undefined, 'OAUTH2_JWT_AUDIENCE', 'api'],
  ['jwt.resources', [], 'OAUTH2_RESOURCES', 'urn:example:api'],
  ['jwt.key_rotation_grace_hours', 24, 'OAUTH2_JWT_KEY_ROTATION_GRACE_HOURS', '48'],
  ['jwt.key_rotation_interval_hours', 2_160, 'OAUTH2_JWT_KEY_ROTATION_INTERVAL_HOURS', '24'],
  [
    'jwt.public_introspection',
    false,
    'OAUTH2_PUBLIC_INTROSPECTION OAUTH2_INTROSPECTION_PUBLIC',
    'true',
  ],
  ['jwt.access_tokens_opaque', false, 'OAUTH2_ACCESS_TOKENS_OPAQUE', 'true'],
  [
    'jwt.access_token_ttl_secs',
    3600,
    'OAUTH2_ACCESS_TOKEN_TTL_SECS OAUTH2_ACCESS_TOKEN_EXPIRATION',
    '61',
  ],
  [
    'jwt.refresh_token_ttl_secs',
    2_592_000,
    'OAUTH2_REFRESH_TOKEN_TTL_SECS OAUTH2_REFRESH_TOKEN_EXPIRATION',
    '61',
  ],
  ['jwt.refresh_token_max_age_secs', 7_776_000, 'OAUTH2_REFRESH_TOKEN_MAX_AGE_SECS', '61'],
  ['jwt.refresh_token_grace_secs', 10, 'OAUTH2_REFRESH_TOKEN_GRACE_SECS', '0'],
  [
    'jwt.authorization_code_ttl_secs',
    60,
    'OAUTH2_AUTHORIZATION_CODE_TTL_SECS OAUTH2_AUTHORIZATION_CODE_EXPIRATION',
    '61',
  ],
  ['jwt.id_token_ttl_secs', 3600, 'OAUTH2_ID_TOKEN_TTL_SECS', '61'],
  ['session.key', undefined, 'OAUTH2_SESSION_KEY', 'ab'.repeat(64)],
  ['session.idle_timeout_secs', 1800, 'OAUTH2_SESSION_TIMEOUT', '61'],
  ['session.absolute_timeout_secs', 43_200, 'OAUTH2_SESSION_MAX_AGE_SECS', '61'],
  ['session.management', false, 'OAUTH2_SESSION_MANAGEMENT_ENABLED', 'true'],
  ['registration.open', false, 'OAUTH2_OPEN_REGISTRATION', 'true'],
  ['registration.dynamic', false, 'OAUTH2_DYNAMIC_REGISTRATION_ENABLED', 'true'],
  ['registration.secret_ttl_secs', 0, 'OAUTH2_REGISTRATION_SECRET_TTL_SECS', '60'],
  ['registration.hourly_per_network', 20, 'OAUTH2_REGISTRATION_HOURLY_PER_NETWORK', '7'],
  ['registration.hourly_total', 200, 'OAUTH2_REGISTRATION_HOURLY_TOTAL', '7'],
  ['registration.unused_ttl_secs', 604_800, 'OAUTH2_REGISTRATION_UNUSED_TTL_SECS', '60'],
  ['outbound.allowed_networks', [], 'OAUTH2_OUTBOUND_ALLOWED_NETWORKS', '10.1.0.0/16'],
  ['admin.client_ids', [], 'OAUTH2_ADMIN_CLIENT_IDS', 'ops'],
  ['admin.require_second_factor', true, 'OAUTH2_ADMIN_REQUIRE_SECOND_FACTOR', 'false'],
  ['accounts.sign_up', false, 'OAUTH2_SIGNUP_ENABLED', 'true'],
  ...SOCIAL_SETTINGS,
  ['mail.smtp_url', undefined, 'OAUTH2_SMTP_URL', 'smtps://mail.example.com'],
  ['mail.from', undefined, 'OAUTH2_MAIL_FROM', 'no-reply@example.com'],
  ['ui.default_locale', 'en', 'OAUTH2_UI_DEFAULT_LOCALE', 'de'],
  ['branding.name', 'grantd', 'OAUTH2_BRANDING_NAME', 'Example ID'],
  ['branding.logo', undefined, 'OAUTH2_BRANDING_LOGO', '/etc/grantd/logo.svg'],
  ['branding.logo_dark', undefined, 'OAUTH2_BRANDING_LOGO_DARK', '/etc/grantd/dark.svg'],
  ['branding.texts', undefined, 'OAUTH2_BRANDING_TEXTS', '/etc/grantd/texts.json'],
  ['branding.font', undefined, 'OAUTH2_BRANDING_FONT', 'Inter, sans-serif'],
  ['branding.radius', undefined, 'OAUTH2_BRANDING_RADIUS', '0.25rem'],
  ['branding.contrast', 'AA', 'OAUTH2_BRANDING_CONTRAST', 'AAA'],
  ['branding.light.ground', undefined, 'OAUTH2_BRANDING_LIGHT_GROUND', '#fafafa'],
  ['branding.light.surface', undefined, 'OAUTH2_BRANDING_LIGHT_SURFACE', '#fefefe'],
  ['branding.light.ink', undefined, 'OAUTH2_BRANDING_LIGHT_INK', '#111111'],
  ['branding.light.ink_soft', undefined, 'OAUTH2_BRANDING_LIGHT_INK_SOFT', '#333333'],
  ['branding.light.line', undefined, 'OAUTH2_BRANDING_LIGHT_LINE', '#dddddd'],
  ['branding.light.line_strong', undefined, 'OAUTH2_BRANDING_LIGHT_LINE_STRONG', '#777777'],
  ['branding.light.accent', undefined, 'OAUTH2_BRANDING_LIGHT_ACCENT', '#003366'],
  ['branding.light.on_accent', undefined, 'OAUTH2_BRANDING_LIGHT_ON_ACCENT', '#fffffe'],
  ['branding.light.focus', undefined, 'OAUTH2_BRANDING_LIGHT_FOCUS', '#0000cc'],
  ['branding.dark.ground', undefined, 'OAUTH2_BRANDING_DARK_GROUND', '#050505'],
  ['branding.dark.surface', undefined, 'OAUTH2_BRANDING_DARK_SURFACE', '#111111'],
  ['branding.dark.ink', undefined, 'OAUTH2_BRANDING_DARK_INK', '#fafafa'],
  ['branding.dark.ink_soft', undefined, 'OAUTH2_BRANDING_DARK_INK_SOFT', '#cccccc'],
  ['branding.dark.line', undefined, 'OAUTH2_BRANDING_DARK_LINE', '#333333'],
  ['branding.dark.line_strong', undefined, 'OAUTH2_BRANDING_DARK_LINE_STRONG', '#999999'],
  ['branding.dark.accent', undefined, 'OAUTH2_BRANDING_DARK_ACCENT', '#99ccff'],
  ['branding.dark.on_accent', undefined, 'OAUTH2_BRANDING_DARK_ON_ACCENT', '#000001'],
  ['branding.dark.focus', undefined, 'OAUTH2_BRANDING_DARK_FOCUS', '#ffff00'],
  ...EVENT_SETTINGS,
  ['seed.username', 'admin', 'OAUTH2_SEED_USERNAME', 'ada'],
  ['seed.email', 'admin@example.com', 'OAUTH2_SEED_EMAIL', 'ada@example.com'],
  ['seed.password', undefined, 'OAUTH2_SEED_PASSWORD', 'correct horse 91'],
  ['login.max_attempts', 10, 'OAUTH2_LOGIN_RATE_LIMIT_MAX_ATTEMPTS', '3'],
  ['login.window_secs', 900, 'OAUTH2_LOGIN_RATE_LIMIT_WINDOW_SECS', '61'],
  ['rate_limit.enabled', true, 'OAUTH2_RATE_LIMIT_ENABLED', 'false'],
  ['rate_limit.backend', 'in_memory', 'OAUTH2_RATE_LIMIT_BACKEND', 'redis'],
  ['rate_limit.redis_url', undefined, 'OAUTH2_RATE_LIMIT_REDIS_URL', 'redis://127.0.0.1'],
  ['rate_limit.redis_timeout_ms', 100, 'OAUTH2_RATE_LIMIT_REDIS_TIMEOUT_MS', '250'],
  ['rate_limit.max_requests', 100, 'OAUTH2_RATE_LIMIT_MAX_REQUESTS', '7'],
  ['rate_limit.window_secs', 60, 'OAUTH2_RATE_LIMIT_WINDOW_SECS', '7'],
  [
    'rate_limit.invalid_client_max_requests',
    5,
    'OAUTH2_RATE_LIMIT_INVALID_CLIENT_MAX_REQUESTS',
    '7',
  ],
  ['rate_limit.client_max_requests', 0, 'OAUTH2_RATE_LIMIT_CLIENT_MAX_REQUESTS', '7'],
  ['rate_limit.credentials_max_requests', 20, 'OAUTH2_RATE_LIMIT_CREDENTIALS_MAX_REQUESTS', '7'],
  ['rate_limit.registration_max_requests', 10, 'OAUTH2_RATE_LIMIT_REGISTRATION_MAX_REQUESTS', '7'],
  ['janitor.interval_secs', 60, 'OAUTH2_JANITOR_INTERVAL_SECS', '0'],
  ['janitor.batch', 500, 'OAUTH2_JANITOR_BATCH', '7'],
  ['conformance.enabled', false, 'OAUTH2_CONFORMANCE_ENABLED', '1'],
  ['conformance.allow_remote', false, 'OAUTH2_CONFORMANCE_ALLOW_REMOTE', '1'],
  ['resilience.enabled', true, 'OAUTH2_RESILIENCE_ENABLED', 'false'],
  ['resilience.back_pressure.enabled', true, 'OAUTH2_RESILIENCE_BP_ENABLED', 'false'],
  ['resilience.back_pressure.max_concurrent', 1_000, 'OAUTH2_RESILIENCE_MAX_CONCURRENT', '7'],
  ['resilience.back_pressure.adaptive', true, 'OAUTH2_RESILIENCE_BP_ADAPTIVE', 'false'],
  ['resilience.circuit_breaker.enabled', true, 'OAUTH2_RESILIENCE_CB_ENABLED', 'false'],
  [
    'resilience.circuit_breaker.failure_threshold',
    5,
    'OAUTH2_RESILIENCE_CB_FAILURE_THRESHOLD',
    '7',
  ],
  [
    'resilience.circuit_breaker.success_threshold',
    2,
    'OAUTH2_RESILIENCE_CB_SUCCESS_THRESHOLD',
    '7',
  ],
  ['resilience.circuit_breaker.open_secs', 30, 'OAUTH2_RESILIENCE_CB_OPEN_SECS', '7'],
  [
    'resilience.circuit_breaker.half_open_max_probes',
    3,
    'OAUTH2_RESILIENCE_CB_HALF_OPEN_MAX_PROBES',
    '7',
  ],
  ['resilience.bulkheads', [], 'OAUTH2_RESILIENCE_BULKHEADS', 'login=/auth/:50'],
  ['metrics.enabled', true, 'OAUTH2_METRICS_ENABLED', 'false'],
  ['metrics.public', false, 'OAUTH2_METRICS_PUBLIC', 'true'],
  ['metrics.bearer_token', undefined, 'OAUTH2_METRICS_BEARER_TOKEN', 'ab'.repeat(32)],
  ['management.port', 0, 'OAUTH2_MANAGEMENT_PORT', '9090'],
  ['management.host', '127.0.0.1', 'OAUTH2_MANAGEMENT_HOST', '10.0.0.1'],
  ['api_docs.document', true, 'OAUTH2_API_DOCS', 'false'],
  ['api_docs.swagger_ui', false, 'OAUTH2_SWAGGER_UI', 'true'],
  ['log.level', 'info', 'LOG_LEVEL OAUTH2_LOG_LEVEL RUST_LOG', 'debug'],
  ['log.format', 'json', 'OAUTH2_LOG_FORMAT', 'pretty'],
  ['log.access', true, 'OAUTH2_LOG_ACCESS', 'false'],
  ...TELEMETRY_SETTINGS,
  ['allow_insecure_defaults', false, 'OAUTH2_ALLOW_INSECURE_DEFAULTS', '1'],
  ['debug.config', false, 'OAUTH2_DEBUG_CONFIG', '1'],
]

// Settings that a rule ties to another one.
const COMPANIONS: Record<string, Record<string, string>> = {
  'server.tls.cert': { OAUTH2_SERVER_TLS_KEY: TLS.key },
  'server.tls.key': { OAUTH2_SERVER_TLS_CERT: TLS.cert },
  'server.tls.http2': { OAUTH2_SERVER_TLS_CERT: TLS.cert, OAUTH2_SERVER_TLS_KEY: TLS.key },
  'accounts.sign_up': { OAUTH2_SMTP_URL: 'smtp://127.0.0.1' },
  'cache.sessions': { OAUTH2_CACHE_REDIS_URL: 'redis://127.0.0.1' },
  'rate_limit.backend': { OAUTH2_CACHE_REDIS_URL: 'redis://127.0.0.1' },
  'server.trust_proxy_headers': { OAUTH2_SERVER_TRUSTED_PROXIES: '10.0.0.1' },
  'database.read_url': { OAUTH2_DATABASE_URL: 'postgres://db/x' },
  'server.workers': { OAUTH2_DATABASE_URL: 'postgres://db/x' },
  ...SOCIAL_COMPANIONS,
}

describe('the settings of the contract', () => {
  test('the list of this test and the schema have the same keys in the same order', () => {
    assert.deepEqual(
      SETTINGS.map((setting) => setting.key),
      CONTRACT.map(([key]) => key),
    )
  })

  for (const [key, fallback, names, sample] of CONTRACT) {
    test(`${key} has its default and is read from ${names}`, () => {
      assert.deepEqual(valueAt(load().settings, key), fallback)
      assert.equal(load().sources.get(key), undefined)
      for (const name of names.split(' ')) {
        const loaded = load({ env: { ...COMPANIONS[key], [name]: sample } })
        assert.notDeepEqual(valueAt(loaded.settings, key), fallback)
        assert.deepEqual(loaded.sources.get(key), { from: 'env', name })
      }
      assert.equal(SETTINGS.find((setting) => setting.key === key)?.env.join(' '), names)
    })
  }

  test('loaded settings satisfy the schema, with defaults and with every value set', () => {
    const env: Record<string, string> = Object.fromEntries(
      CONTRACT.map(([, , names, sample]) => [names.split(' ')[0] ?? '', sample]),
    )
    delete env.OAUTH2_ALLOW_INSECURE_DEFAULTS
    assert.ok(Value.Check(SettingsSchema, load().settings))
    assert.ok(Value.Check(SettingsSchema, load({ env }).settings))
  })

  test('loaded settings cannot be changed', () => {
    const { settings } = load()
    assert.throws(() => Reflect.set(settings, 'x', 1) || assert.fail('frozen'), /frozen/)
    assert.throws(() => Object.assign(settings.server, { port: 1 }), TypeError)
  })

  test('no setting is also listed as not available', () => {
    const names = new Set(NOT_AVAILABLE.flatMap((entry) => [entry.key, ...(entry.env ?? [])]))
    assert.deepEqual(
      SETTINGS.flatMap(({ key, env }) => [key, ...env]).filter((name) => names.has(name)),
      [],
    )
  })
})
