// Owns: the words that random requests are made of: every name that the features read, found in their
// source, and values that are good, nearly good, or known to trouble parsers.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

const FEATURES = path.resolve(import.meta.dirname, '../../../oauth/src')

function namesIn(folder: string, pattern: RegExp): string[] {
  const files = globSync('**/*.ts', { cwd: path.join(FEATURES, folder) })
  const sources = files.map((file) => readFileSync(path.join(FEATURES, folder, file), 'utf8'))
  const names = sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name))
  return [...new Set(names)].sort()
}

/** Names of parameters, in queries and forms. */
export const PARAMETERS: readonly string[] = [
  ...namesIn('.', /params\.(?:get|all)\('([^']+)'/g),
  ...['code_verifier', 'refresh_token', 'token_type_hint', 'client_secret', 'display', 'user_code'],
  ...['authorization_details', 'dpop_jkt', 'subject_token', 'assertion', 'logout_hint', 'user_id'],
]

/** Names of members, in JSON bodies. */
export const MEMBERS: readonly string[] = [
  ...namesIn(
    'register',
    /'([a-z]+(?:_[a-z]+)*_(?:uris?|alg|enc|types?|required|requests?|id|key|values|age|name|version))'/g,
  ),
  ...namesIn('register', /\bbody\.([a-z_]+)/g),
  ...['event', 'event_id', 'idempotency_key', 'producer', 'attributes', 'jwks', 'keys', 'contacts'],
]

/** A value that must never come back in the way it was sent where a browser would read it. */
export const MARKUP = `zq7"'><svg/onload=zq7>`

export const VALUES: readonly string[] = [
  ...['', '0', '-1', '1', '99999999999999999999', '1e309', 'NaN', 'true', 'null', 'undefined'],
  ...['code', 'token', 'code id_token', 'none', 'login', 'consent', 'query', 'form_post', 'S256'],
  ...['plain', 'openid', 'openid read', 'read', 'admin', 'allow', 'deny', 'authorization_code'],
  ...[
    'refresh_token',
    'client_credentials',
    'password',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  ...['urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'access_token', 'en', 'de', 'x-y'],
  ...[
    'ada',
    'ADA',
    'ada@example.test',
    'a@b@c',
    'a@x,b@y',
    '/profile',
    '//evil.example',
    '/\\evil',
  ],
  ...[
    'https://evil.example/',
    'javascript:alert(1)',
    'http://127.0.0.1:1/',
    'http://[::1]/',
    'file:///',
  ],
  ...[
    'e30.e30.e30',
    'a.b.c',
    '.'.repeat(500),
    'eyJhbGciOiJub25lIn0.e30.',
    '{}',
    '[]',
    '{"a":{"__proto__":1}}',
  ],
  ...[
    '{"userinfo":{"sub":{"value":"x"}}}',
    '{"id_token":{"acr":{"essential":true}}}',
    '"'.repeat(300),
  ],
  ...[
    'gac_',
    'grt_',
    `gac_${'A'.repeat(22)}.${'A'.repeat(43)}`,
    `grt_${'A'.repeat(22)}.${'A'.repeat(43)}`,
  ],
  ...[
    '\0',
    'a\0b',
    '\r\nX-A: b',
    '\ud800',
    '\u202e',
    '\ufeff',
    '\u{1f600}',
    '%',
    '%00',
    '%zz',
    '../..',
  ],
  ...[MARKUP, "' OR 1=1 --", '{"$ne":null}', '$where', '*', '_%', 'x'.repeat(300), 'é'.repeat(600)],
  ...[
    '𝒜𝒹𝒶',
    'ａｄａ',
    'ada\u200b',
    ' ada ',
    'a'.repeat(5_000),
    '+',
    ' ',
    '\t',
    '\\',
    '`',
    `\${7*7}`,
    '{{7*7}}',
  ],
]

export const HEADERS: readonly (readonly [string, string])[] = [
  ...([
    ['accept', 'text/html'],
    ['accept', 'application/json'],
    ['accept', '*/*;q=0.1, text/html'],
  ] as const),
  ...([
    ['accept-language', 'de'],
    ['accept-language', 'x'.repeat(600)],
    ['accept-encoding', 'gzip, br'],
  ] as const),
  ...([
    ['origin', 'null'],
    ['origin', 'https://evil.example'],
    ['origin', 'http://localhost:3000'],
  ] as const),
  ...([
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-origin'],
    ['sec-fetch-dest', 'iframe'],
  ] as const),
  ...([
    ['x-forwarded-for', '1.2.3.4, ::1'],
    ['x-forwarded-host', 'evil.example'],
    ['forwarded', 'host=evil.example'],
  ] as const),
  ...([
    ['x-forwarded-proto', 'https'],
    ['x-http-method-override', 'DELETE'],
    ['x-request-id', 'zq7'],
  ] as const),
  ...([
    ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['traceparent', 'x'],
  ] as const),
  ...([
    ['tracestate', 'a=1,'.repeat(200)],
    ['idempotency-key', 'x'.repeat(300)],
    ['idempotency-key', 'k'],
  ] as const),
  ...([
    ['cookie', 'sid=; sid=x; __Host-sid=y'],
    ['cookie', 'pending=a.b; device=c; browser=%00'],
  ] as const),
  ...([
    ['cookie', `language=${'a'.repeat(3_000)}`],
    ['user-agent', MARKUP],
    ['user-agent', 'x'.repeat(3_000)],
  ] as const),
  ...([
    ['if-none-match', '*'],
    ['range', 'bytes=0-1'],
    ['expect', '100-continue'],
    ['te', 'trailers'],
  ] as const),
  ...([
    ['authorization', 'Bearer'],
    ['authorization', 'Basic eDp5'],
    ['authorization', 'Bearer a,b'],
  ] as const),
  ...([
    ['authorization', `Basic ${'A'.repeat(3_000)}`],
    ['authorization', 'DPoP x'],
    ['dpop', 'e30.e30.e30'],
  ] as const),
  ...([
    ['__proto__', 'x'],
    ['constructor', 'y'],
    ['x-retry-on', '502'],
    ['content-encoding', 'gzip'],
  ] as const),
]

export const CONTENT_TYPES: readonly string[] = [
  ...[
    'application/x-www-form-urlencoded',
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
  ],
  ...[
    'application/x-www-form-urlencoded; charset=utf-8',
    'application/x-www-form-urlencoded;\ta',
    ' application/json',
  ],
  ...['application/json; charset=utf-16', 'application/jwt', 'application/JSON', '*/*', ''],
]
