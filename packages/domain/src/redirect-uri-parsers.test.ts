// Three readers of one address: ours, the browser's (WHATWG URL) and a naive one (RFC 3986 appendix B, as
// found in many proxies and libraries). Where the two others differ, ours must refuse: that gap is how
// redirects are stolen.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { matchRedirectUri, parseRedirectUri, type RedirectUri } from './redirect-uri.ts'

// Two seconds in the suite; FUZZ_RUNS=10000000 for an evening.
const RUNS = Number(process.env.FUZZ_RUNS ?? 20_000)
const SEED = 9_700

interface Place {
  readonly scheme: string
  readonly host: string
  readonly port: string
  readonly path: string
}

const APPENDIX_B = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?[^#]*)?(?:#.*)?$/s

/** Scheme and host as the naive reader has them; user information ends at the first @. */
function naive(uri: string): Place | undefined {
  const [, scheme, authority, path = ''] = APPENDIX_B.exec(uri) ?? []
  if (scheme === undefined || authority === undefined) return undefined
  const at = authority.indexOf('@')
  const place = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority.slice(at + 1))
  if (place === null) return undefined
  return {
    scheme: scheme.toLowerCase(),
    host: (place[1] ?? '').toLowerCase(),
    port: place[2] ?? '',
    path,
  }
}

function browser(uri: string): Place | undefined {
  if (!URL.canParse(uri)) return undefined
  const { protocol, hostname, port, pathname } = new URL(uri)
  return { scheme: protocol.slice(0, -1), host: hostname, port, path: pathname }
}

/** Whether a request to the one would go where a request to the other goes. */
function agree(uri: string): boolean {
  const [one, other] = [naive(uri), browser(uri)]
  if (one === undefined || other === undefined) return false
  const defaults: Record<string, string> = { https: '443', http: '80' }
  const portOf = ({ scheme, port }: Place) =>
    port === '' ? defaults[scheme] : String(Number(port))
  return (
    one.scheme === other.scheme &&
    one.host === other.host &&
    portOf(one) === portOf(other) &&
    (one.path === '' ? '/' : one.path) === other.path
  )
}

const REGISTERED = [
  'https://app.example/cb',
  'https://app.example:8443/a/b?tenant=1',
  'http://127.0.0.1:3000/cb',
  'http://[::1]/cb',
  'http://localhost:3000/callback',
].map(parseRedirectUri)

const PIECES: readonly string[] = [
  ...[
    '/',
    '//',
    '\\',
    '@',
    ':',
    '?',
    '#',
    '%2f',
    '%5c',
    '%40',
    '%00',
    '%2e%2e',
    '..',
    '..;',
    '.',
    ';',
  ],
  ...[
    '\t',
    '\n',
    '\0',
    ' ',
    '\u3002',
    '\uff0e',
    '\u2044',
    '\u00ad',
    'ａ',
    'ß',
    '\u200b',
    '[',
    ']',
    '%',
  ],
  ...[
    'evil.example',
    '@evil.example',
    ':80',
    ':443',
    ':0',
    ':65536',
    ':3001',
    '127.0.0.1',
    '127.1',
  ],
  ...[
    '0x7f.1',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
    'xn--',
    'HTTPS:',
    'javascript:',
  ],
  ...[
    'https:',
    'http:',
    'https:/',
    'https:///',
    'a',
    'A',
    '*',
    "'",
    '"',
    '<',
    '&',
    '=',
    ',',
    '|',
    '^',
    '`',
  ],
]

/** A registered address with up to three pieces put in, taken out or exchanged. */
const spoilt = fc
  .tuple(
    fc.constantFrom<string>(...REGISTERED),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        removed: fc.constantFrom(0, 0, 0, 1, 2, 8),
        piece: fc.oneof(
          fc.constantFrom(...PIECES),
          fc.constant(''),
          fc.string({ unit: 'binary', maxLength: 2 }),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([uri, changes]) =>
    changes.reduce((text, { at, removed, piece }) => {
      const place = Math.floor(at * (text.length + 1))
      return text.slice(0, place) + piece + text.slice(place + removed)
    }, uri),
  )

describe('T3 T4 T5 T6 addresses that parsers read differently', () => {
  test('are refused at registration, wherever browser and naive reader differ', () => {
    let accepted = 0
    fc.assert(
      fc.property(spoilt, (uri) => {
        if (!isRegistrable(uri)) return
        accepted++
        const scheme = browser(uri)?.scheme
        if (scheme !== 'https' && scheme !== 'http') return // no host to disagree on
        assert.ok(
          agree(uri),
          `${JSON.stringify(uri)} leads ${JSON.stringify([naive(uri), browser(uri)])}`,
        )
      }),
      { numRuns: RUNS, seed: SEED },
    )
    assert.ok(accepted > RUNS / 100, `only ${accepted} of ${RUNS} came so far`)
  })

  test('match nothing but the very text, or the loopback of a native app on another port', () => {
    let matched = 0
    for (const kind of ['web', 'native'] as const) {
      fc.assert(
        fc.property(spoilt, (uri) => {
          const match = matchRedirectUri(REGISTERED, uri, kind)
          if (match === undefined) return
          matched++
          assert.equal(match, uri)
          if (REGISTERED.includes(uri as RedirectUri)) return
          assert.equal(kind, 'native')
          assert.ok(agree(uri), uri)
          const { scheme, host, path } = browser(uri) ?? assert.fail(uri)
          assert.ok(['127.0.0.1', '[::1]'].includes(host), uri)
          assert.deepEqual([scheme, path], ['http', '/cb'], uri)
        }),
        { numRuns: RUNS, seed: SEED },
      )
    }
    assert.ok(matched > 0)
  })

  test('the comparison sees what is known to differ', () => {
    for (const uri of [
      'https://app.example\\@evil.example/cb',
      'https://a@b@evil.example/',
      'https://app.example/%2e%2e/cb',
      'https:/app.example/cb',
      'http://127.1/cb',
      'https://ＡPP.example/cb',
    ]) {
      assert.equal(agree(uri), false, uri)
      assert.equal(isRegistrable(uri), false, uri)
    }
  })
})

function isRegistrable(uri: string): boolean {
  try {
    return parseRedirectUri(uri) === uri
  } catch {
    return false
  }
}
