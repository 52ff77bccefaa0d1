// Owns: requests as bytes, spoilt below the level of HTTP.
import fc from 'fast-check'
import type { FuzzRequest } from './cast.ts'

const PIECES: readonly string[] = [
  ...['\r\n', '\n', '\r', '\0', ' ', '\t', ':', '\r\n\r\n', '\n\n', ' \r\n', '\r\n '],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'transfer-encoding: chunked, identity\r\n',
    'Transfer-Encoding : chunked\r\n',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 0x10\r\n',
    'Content-Length: 5, 6\r\n',
  ],
  ...[
    '0\r\n\r\n',
    'ffffffffffffffff\r\n',
    '5;a=b\r\nhello\r\n',
    'HTTP/1.0',
    'HTTP/2.0',
    'HTTP/9.9',
  ],
  ...[
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\n',
    'GET http://evil.example/ HTTP/1.1\r\n',
  ],
  ...[
    'Host: evil.example\r\n',
    'Upgrade: h2c\r\nConnection: Upgrade\r\n',
    'Expect: 100-continue\r\n',
    '\xff\xfe',
    '\x16\x03\x01',
  ],
]

const MOST_CHANGES = 3

/** A request as it goes over the wire, changed in one to three places, at times cut short. */
export function brokenBytes(request: fc.Arbitrary<FuzzRequest>): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('insert', 'insert', 'replace', 'remove', 'cut'),
    piece: fc.constantFrom(...PIECES),
  })
  return fc
    .tuple(request, fc.array(change, { minLength: 1, maxLength: MOST_CHANGES }))
    .map(([whole, changes]) => {
      let text = onTheWire(whole)
      for (const { at, how, piece } of changes) {
        const place = Math.floor(at * text.length)
        const skipped = how === 'insert' ? 0 : how === 'cut' ? text.length : piece.length
        const added = how === 'insert' || how === 'replace' ? piece : ''
        text = text.slice(0, place) + added + text.slice(place + skipped)
      }
      return Buffer.from(text, 'latin1')
    })
}

function onTheWire({ method, target, headers, body }: FuzzRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const length = body === undefined ? [] : [`content-length: ${body.length}`]
  const head = [
    `${method} ${target} HTTP/1.1`,
    'host: 127.0.0.1',
    'connection: close',
    ...lines,
    ...length,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body?.toString('latin1') ?? ''}`
}
