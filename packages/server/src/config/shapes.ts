import { isIP } from 'node:net'
import { parseEmail } from '@grantd/domain'
import { bareHost } from './address.ts'
import { LOOK_SHAPES } from './look-shapes.ts'
import type { ConfigCode } from './problem.ts'
import type { ShapeName } from './setting.ts'
import { EVENT_SHAPES } from './shapes-events.ts'
import { RESILIENCE_SHAPES } from './shapes-resilience.ts'
import { SOCIAL_SHAPES } from './shapes-social.ts'
import { TELEMETRY_SHAPES } from './shapes-telemetry.ts'

/** Why a value is refused. `what` completes the sentence "<key> <value> …". */
export interface Refusal {
  readonly code: ConfigCode
  readonly what: string
  readonly why: string
  readonly fix: string
}

/** The value in its normal form, or the refusal. */
export type Shaped = { readonly value: string } | { readonly refusal: Refusal }

/** Checks the form of one text; for lists it is called per item. */
export const SHAPES: Readonly<Record<ShapeName, (text: string) => Shaped>> = {
  host,
  base_url: (text) => issuerUrl(text, 'normal'),
  issuer: (text) => issuerUrl(text, 'unchanged'),
  proxy,
  network,
  origin,
  database_url: databaseUrl,
  replica_url: postgresUrl,
  redis_url: redisUrl,
  encryption_key: encryptionKey,
  session_key: sessionKey,
  resource,
  log_level: logLevel,
  smtp_url: smtpUrl,
  email,
  ...LOOK_SHAPES,
  ...EVENT_SHAPES,
  ...TELEMETRY_SHAPES,
  ...RESILIENCE_SHAPES,
  ...SOCIAL_SHAPES,
}

function refuse(
  what: string,
  why: string,
  fix: string,
  code: ConfigCode = 'E_CONFIG_VALUE',
): Shaped {
  return { refusal: { code, what, why, fix } }
}

function host(text: string): Shaped {
  const bare = bareHost(text)
  if (isIP(bare) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(bare)) {
    return { value: bare }
  }
  const why = 'the server can only listen on an IP address or a host name'
  return refuse(
    'is not a host',
    why,
    'use 127.0.0.1, 0.0.0.0, :: or a host name, without scheme and port',
  )
}

function issuerUrl(text: string, form: 'normal' | 'unchanged'): Shaped {
  const fix = 'use a URL such as https://auth.example.com, without query, fragment and user name'
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return refuse('is not an http or https URL', 'clients compare and open this URL', fix)
  }
  if (/[?#]/.test(text) || url.username !== '' || url.password !== '') {
    const why = 'an issuer identifier has none of them (RFC 8414 §2)'
    return refuse('has a query, a fragment or a user name', why, fix)
  }
  if (form === 'unchanged') return { value: text }
  return { value: `${url.origin}${url.pathname}`.replace(/\/+$/, '') }
}

function proxy(text: string): Shaped {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  const bits = prefix === undefined ? 1 : Number(/^\d{1,3}$/.test(prefix) ? prefix : Number.NaN)
  const fix = 'list the addresses of your proxies, such as 10.0.0.5 or 10.0.0.0/24'
  if (version === 0 || rest.length > 0 || !(bits >= 0 && bits <= (version === 4 ? 32 : 128))) {
    return refuse('is not an IP address or CIDR range', 'proxies are recognised by address', fix)
  }
  if (bits === 0) {
    const why = 'everybody could then forge the client address and the protocol'
    return refuse('trusts every address', why, fix)
  }
  return { value: text }
}

function network(text: string): Shaped {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  const bits = prefix === undefined ? 1 : Number(/^\d{1,3}$/.test(prefix) ? prefix : Number.NaN)
  const fix = 'list networks of your own, such as 10.1.0.0/16 or 127.0.0.1'
  if (version === 0 || rest.length > 0 || !(bits >= 0 && bits <= (version === 4 ? 32 : 128))) {
    return refuse('is not an IP address or CIDR range', 'hosts are compared by address', fix)
  }
  if (bits === 0) {
    const why = 'anybody who registers a client could then reach every host of this network'
    return refuse('opens every address', why, fix)
  }
  return { value: text }
}

function origin(text: string): Shaped {
  if (text === '*') return { value: text }
  const url = URL.parse(text)
  const web = url !== null && /^https?:$/.test(url.protocol)
  if (web && `${url.origin}/` === url.href) return { value: url.origin }
  // Extensions and native shells have origins such as app://name, which URL calls opaque.
  if (!web && /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,]+$/.test(text)) return { value: text }
  const why = 'browsers send scheme, host and port only, and the comparison is exact'
  return refuse('is not an origin', why, 'use entries such as https://app.example.com')
}

function databaseUrl(text: string): Shaped {
  if (text === 'memory:' || /^sqlite:\S/.test(text)) return { value: text }
  if (/^postgres(ql)?:/.test(text)) return postgresUrl(text)
  if (/^mongodb(\+srv)?:/.test(text)) return mongoUrl(text)
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(text)?.[0]
  const fix =
    'use sqlite:<file>?mode=rwc, postgresql://user:password@host/name, mongodb://user:password@host/name, ' +
    'or memory: for data that may be lost'
  if (scheme === undefined || scheme === 'sqlite:' || scheme === 'memory:') {
    return refuse('is not a database URL', 'the scheme selects the backend', fix)
  }
  const why = 'this version has the backends sqlite:, postgresql:, mongodb: and memory: only'
  return refuse(
    `names the backend ${scheme}, which is not available`,
    why,
    fix,
    'E_CONFIG_DATABASE',
  )
}

function postgresUrl(text: string): Shaped {
  const url = /^postgres(ql)?:\/\//.test(text) ? URL.parse(text) : null
  if (url !== null && url.hostname !== '' && url.pathname.length > 1) return { value: text }
  const why = 'it must name a host and a database, with / ? @ : in the password percent-encoded'
  const fix = 'use a URL such as postgresql://user:password@db.example.com:5432/grantd'
  return refuse('is not a PostgreSQL URL', why, fix)
}

function redisUrl(text: string): Shaped {
  const fix = 'use redis://user:password@cache.example.com:6379, or rediss:// for TLS'
  const url = URL.parse(text)
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    return refuse('is not a Redis URL', 'it names the server that processes share', fix)
  }
  if (url.search !== '' || url.hash !== '' || !/^(\/\d*)?$/.test(url.pathname)) {
    return refuse(
      'has more than user, password, host, port and a number',
      'nothing else is read',
      fix,
    )
  }
  return { value: text }
}

function mongoUrl(text: string): Shaped {
  // Several hosts are usual here, which URL.parse does not take.
  const host = String.raw`(\[[0-9a-f:.]+\]|[^@/?#:,\s]+)(:\d{1,5})?`
  const rest = String.raw`(/[^@/?#\s]*)?(\?[^@?#\s]*)?`
  const shape = new RegExp(`^mongodb(\\+srv)?://([^@/?#\\s]+@)?${host}(,${host})*${rest}$`, 'i')
  if (shape.test(text)) return { value: text }
  const why = 'it must name a host, with / ? # @ : in the password percent-encoded'
  const fix = 'use a URL such as mongodb://user:password@db1,db2,db3/grantd?replicaSet=rs0'
  return refuse('is not a MongoDB URL', why, fix)
}

function encryptionKey(text: string): Shaped {
  const isKey = /^[0-9a-fA-F]{64}$/.test(text) || /^[A-Za-z0-9_-]{43}$/.test(text)
  if (isKey) return { value: text }
  const why = 'AES-256 needs exactly 32 bytes, as 64 hex digits or 43 base64url characters'
  return refuse('is not an encryption key', why, 'make one with: openssl rand -hex 32')
}

function sessionKey(text: string): Shaped {
  if (/^[0-9a-fA-F]{128}$/.test(text)) return { value: text }
  const why = 'sessions need exactly 64 bytes, as 128 hex digits'
  return refuse('is not a session key', why, 'make one with: openssl rand -hex 64')
}

function resource(text: string): Shaped {
  if (URL.canParse(text) && !text.includes('#')) return { value: text }
  const why = 'a resource is named by an absolute URI without fragment (RFC 8707 §2)'
  return refuse('is not a resource identifier', why, 'use entries such as https://api.example.com/')
}

function logLevel(text: string): Shaped {
  // RUST_LOG: "name=debug,info" sets one module and, without "name=", the level of all others.
  const directives = text.split(',').map((directive) => directive.trim())
  const globals = directives.filter((directive) => !directive.includes('='))
  const level = (globals.at(-1) ?? 'info').toLowerCase()
  return {
    value:
      new Map([
        ['off', 'silent'],
        ['warning', 'warn'],
      ]).get(level) ?? level,
  }
}

function smtpUrl(text: string): Shaped {
  const fix = 'use smtp://user:password@mail.example.com:587, or smtps:// for TLS from the start'
  const url = URL.parse(text)
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    return refuse('is not an SMTP URL', 'mail is handed to the server that it names', fix)
  }
  if (url.search !== '' || url.hash !== '' || url.pathname.length > 1) {
    return refuse('has more than user, password, host and port', 'nothing else is read', fix)
  }
  return { value: text }
}

function email(text: string): Shaped {
  const address = parseEmail(text)
  if (address !== undefined) return { value: address }
  const why = 'mail servers take one plain address'
  return refuse('is not one e-mail address', why, 'use an address such as no-reply@example.com')
}
