import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { StorageError } from '@grantd/domain'

/** Where a database is and how it is reached, read from a URL. */
export interface PostgresLocation {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: false | ConnectionOptions
  readonly applicationName: string
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  /** Nothing is written; a standby will do. */
  readonly isReadOnly: boolean
  /** `host:port/database`; for messages, since the URL may hold a password. */
  readonly label: string
}

const SETTINGS: readonly string[] = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'application_name',
  'statement_timeout',
  'lock_timeout',
  'mode',
]
const STATEMENT_TIMEOUT_MS = 5_000
const LOCK_TIMEOUT_MS = 2_000

const refused = (message: string, cause?: unknown) =>
  new StorageError('unavailable', { message, cause })

/**
 * Reads `postgresql://user:password@host:5432/database?sslmode=verify-full&…`. Throws StorageError
 * that says what is wrong and never holds the password.
 */
export function parsePostgresUrl(text: string): PostgresLocation {
  const url = URL.parse(text)
  if (url === null) throw refused('the PostgreSQL URL is not a URL; write postgresql://host/name')
  const database = decode(url.pathname.slice(1), 'database')
  if (database === '') throw refused('the PostgreSQL URL names no database; write …/name')
  if (url.hostname === '') throw refused('the PostgreSQL URL names no host')
  if (url.hostname.includes(',')) {
    throw refused('the PostgreSQL URL names several hosts; name the one that leads to the primary')
  }
  const settings = url.searchParams
  const unknown = [...settings.keys()].find((key) => !SETTINGS.includes(key))
  if (unknown !== undefined) {
    throw refused(
      `unknown setting "${unknown}" in the PostgreSQL URL; there are ${SETTINGS.join(', ')}`,
    )
  }
  const twice = [...settings.keys()].find((key, at, keys) => keys.indexOf(key) !== at)
  if (twice !== undefined) throw refused(`${twice} is twice in the PostgreSQL URL`)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? 5432 : Number(url.port)
  return {
    host,
    port,
    database,
    user: decode(url.username, 'user') || undefined,
    password: decode(url.password, 'password') || undefined,
    tls: tlsOf(settings),
    applicationName: settings.get('application_name') ?? 'grantd',
    statementTimeoutMs: milliseconds(settings, 'statement_timeout', STATEMENT_TIMEOUT_MS),
    lockTimeoutMs: milliseconds(settings, 'lock_timeout', LOCK_TIMEOUT_MS),
    isReadOnly: modeOf(settings) === 'ro',
    label: `${url.hostname}:${port}/${database}`,
  }
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refused(`the ${part} in the PostgreSQL URL is not percent-encoded correctly`)
  }
}

function milliseconds(settings: URLSearchParams, name: string, fallback: number): number {
  const text = settings.get(name)
  if (text === null) return fallback
  const value = Number(text)
  if (/^\d{1,7}$/.test(text) && value >= 10) return value
  throw refused(`${name} in the PostgreSQL URL must be milliseconds, from 10 to 9999999`)
}

function modeOf(settings: URLSearchParams): string {
  const mode = settings.get('mode') ?? 'rw'
  if (mode === 'rw' || mode === 'ro') return mode
  throw refused('mode in the PostgreSQL URL must be rw or ro')
}

/** The modes of libpq that do what they say; `allow` and `prefer` may silently send plain text. */
function tlsOf(settings: URLSearchParams): false | ConnectionOptions {
  const mode = settings.get('sslmode') ?? 'disable'
  if (mode === 'disable') {
    const needless = ['sslrootcert', 'sslcert', 'sslkey'].find((name) => settings.has(name))
    if (needless === undefined) return false
    throw refused(`${needless} needs sslmode=verify-full in the PostgreSQL URL`)
  }
  if (!['require', 'verify-ca', 'verify-full'].includes(mode)) {
    throw refused(`sslmode=${mode} is not offered; use disable, require, verify-ca or verify-full`)
  }
  const ca = settings.get('sslrootcert')
  const [cert, key] = [settings.get('sslcert'), settings.get('sslkey')]
  if ((cert === null) !== (key === null)) {
    throw refused('sslcert and sslkey of the PostgreSQL URL need each other')
  }
  return usable({
    rejectUnauthorized: mode !== 'require' || ca !== null,
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    ...(ca !== null && ca !== 'system' && { ca: fileOf(ca, 'sslrootcert') }),
    ...(cert !== null && { cert: fileOf(cert, 'sslcert') }),
    ...(key !== null && { key: fileOf(key, 'sslkey') }),
  })
}

/** Files that do not fit are told at once, not after waiting for a server. */
function usable(options: ConnectionOptions): ConnectionOptions {
  try {
    createSecureContext(options)
    return options
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw refused(`the certificates of the PostgreSQL URL cannot be used: ${why}`, cause)
  }
}

function fileOf(path: string, setting: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw refused(`cannot read ${setting} ${path} of the PostgreSQL URL`, cause)
  }
}
