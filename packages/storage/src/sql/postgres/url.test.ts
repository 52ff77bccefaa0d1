import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parsePostgresUrl } from './url.ts'

/** A file that is there and holds neither a certificate nor a key. */
const NO_PEM = encodeURIComponent(fileURLToPath(import.meta.url))

describe('a PostgreSQL URL', () => {
  test('names everything, percent-encoded', () => {
    const url =
      'postgres://us%40er:p%2F%3F%40@[::1]:5433/my%20db?application_name=a&lock_timeout=50'
    const { tls, statementTimeoutMs, ...location } = parsePostgresUrl(url)
    assert.deepEqual(location, {
      host: '::1',
      port: 5433,
      database: 'my db',
      user: 'us@er',
      password: 'p/?@',
      applicationName: 'a',
      lockTimeoutMs: 50,
      isReadOnly: false,
      label: '[::1]:5433/my db',
    })
    assert.deepEqual([tls, statementTimeoutMs], [false, 5_000])
  })

  test('says how far the server is trusted', () => {
    const tls = (query: string) => parsePostgresUrl(`postgresql://h/d?${query}`).tls
    assert.deepEqual(tls('sslmode=verify-full'), { rejectUnauthorized: true })
    assert.deepEqual(tls('sslmode=verify-full&sslrootcert=system'), { rejectUnauthorized: true })
    const [any, ca] = [tls('sslmode=require'), tls('sslmode=verify-ca')]
    assert.ok(any && ca)
    assert.deepEqual([any.rejectUnauthorized, ca.rejectUnauthorized], [false, true])
    assert.ok(any.checkServerIdentity && ca.checkServerIdentity)
  })

  const REFUSED: readonly (readonly [string, RegExp])[] = [
    ['postgresql://h', /names no database/],
    ['postgresql:///d', /names no host|is not a URL/],
    ['postgresql://h:port/d', /is not a URL/],
    ['postgresql://%zz@h/d', /user .* not percent-encoded/],
    ['postgresql://h/d?sslmode=prefer', /sslmode=prefer is not offered/],
    ['postgresql://a,b/d', /names several hosts/],
    ['postgresql://h/d?sslrootcert=x', /sslrootcert needs sslmode=verify-full/],
    ['postgresql://h/d?sslcert=x&sslkey=y', /sslcert needs sslmode=verify-full/],
    ['postgresql://h/d?sslmode=disable&sslkey=y', /sslkey needs sslmode=verify-full/],
    ['postgresql://h/d?sslmode=verify-full&sslcert=x', /sslcert and sslkey .* need each other/],
    [
      `postgresql://h/d?sslmode=verify-full&sslcert=${NO_PEM}&sslkey=${NO_PEM}`,
      /certificates .* cannot be used/,
    ],
    ['postgresql://h/d?sslmode=verify-full&sslmode=disable', /sslmode is twice/],
    ['postgresql://h/d?sslmode=verify-full&sslrootcert=/none', /cannot read sslrootcert \/none/],
    ['postgresql://h/d?lock_timeout=1s', /lock_timeout .* milliseconds/],
    ['postgresql://h/d?mode=rwc', /must be rw or ro/],
    ['postgresql://h/d?password=x', /unknown setting "password"/],
  ]
  for (const [url, message] of REFUSED) {
    test(`${url} is refused`, () => {
      assert.throws(() => parsePostgresUrl(url), { name: 'StorageError', message })
    })
  }

  test('is never repeated with its password', () => {
    for (const url of ['postgresql://u:hunter2@h', 'postgresql://u:hunter2@h/d?x=1']) {
      assert.throws(
        () => parsePostgresUrl(url),
        (error: Error) => !error.message.includes('hunter2'),
      )
    }
  })
})
