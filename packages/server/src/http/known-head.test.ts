import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { endpoint, fixture, speak } from './http-fixture.ts'
import { learnHead, useHead } from './known-head.ts'

const settings = { allowedOrigins: ['https://app.example'] }
const keys = endpoint(
  { path: '/jwks', cors: true },
  { kind: 'document', body: Buffer.from('{"keys":[]}'), etag: '"k"', maxAge: 300 },
)
const user = endpoint(
  { path: '/user', cors: true },
  { kind: 'json', status: 200, body: { name: 'Łucja' } },
)

/** The answers of one connection to requests with these lines between Host and the end. */
async function answers(requests: readonly string[]): Promise<string[]> {
  const server = fixture([keys, user], { settings })
  const { port } = await server.listen(0, '127.0.0.1')
  const bytes = requests.map((lines, number) => {
    const end = number === requests.length - 1 ? 'Connection: close\r\n' : ''
    const [first, ...more] = lines.split('\n')
    return `${first} HTTP/1.1\r\nHost: a\r\n${more.map((line) => `${line}\r\n`).join('')}${end}\r\n`
  })
  const heard = await speak(port, bytes.join(''))
  await server.close(100)
  return heard.split(/(?=HTTP\/1\.1 )/).map((text) => text.replace(/Date: .*GMT/, 'Date: now'))
}

const CLOSING = /\r\nConnection: close\r\n/
const STAYING = /\r\nConnection: keep-alive\r\nKeep-Alive: timeout=\d+\r\n/

for (const path of ['/jwks', '/user']) {
  test(`a head that is used again is the one that node wrote: ${path}`, async () => {
    const [first = '', second = '', third = '', last = ''] = await answers([
      `GET ${path}`,
      `GET ${path}`,
      `GET ${path}`,
      `GET ${path}`,
    ])
    assert.match(first, STAYING)
    assert.match(first, /\r\nDate: now\r\n/)
    assert.deepEqual([second, third], [first, first])
    assert.equal(last.replace(CLOSING, '\r\n'), first.replace(STAYING, '\r\n'))
    assert.match(last, CLOSING)
  })
}

test('what the answers differ in is in each of them', async () => {
  const origin = 'Origin: https://app.example'
  const [plain = '', shared = '', again = '', head = '', old = '', plainAgain = ''] = await answers(
    [
      'GET /user',
      `GET /user\n${origin}`,
      `GET /user\n${origin}`,
      'HEAD /user',
      'GET /jwks\nIf-None-Match: "k"',
      'GET /user',
    ],
  )
  const allowed = /\r\nAccess-Control-Allow-Origin: https:\/\/app\.example\r\n/
  assert.match(shared, allowed)
  assert.equal(again, shared)
  assert.doesNotMatch(plain, allowed)
  assert.doesNotMatch(plainAgain, allowed)
  assert.ok(plain.endsWith('{"name":"\xc5\x81ucja"}'), 'a body that is not ASCII leaves as UTF-8')
  assert.match(plain, /\r\nContent-Length: 17\r\n/)
  assert.match(head, /\r\nContent-Length: 17\r\n/)
  assert.ok(head.endsWith('\r\n\r\n'), 'and no body')
  assert.match(old, /^HTTP\/1\.1 304 /)
  assert.doesNotMatch(old, /Content-Length/)
})

test('HTTP/1.0 and a client that waits for 100 Continue get what node writes for them', async () => {
  const server = fixture([keys], { settings })
  const { port } = await server.listen(0, '127.0.0.1')
  const get = 'GET /jwks HTTP/1.1\r\nHost: a\r\n'
  await speak(port, `${get}Connection: close\r\n\r\n`)
  const known = await speak(port, `${get}\r\n${get}Connection: close\r\n\r\n`)
  const old = await speak(port, 'GET /jwks HTTP/1.0\r\n\r\n')
  const careful = await speak(port, `${get}Expect: 100-continue\r\nConnection: close\r\n\r\n`)
  await server.close(100)
  assert.equal(known.split('HTTP/1.1 200 OK').length, 3)
  assert.match(old, CLOSING)
  assert.match(careful, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
})

test('a value that no header may have is left to node, which refuses it', async () => {
  const constant = ['X-A', 'b']
  const used: boolean[] = []
  const server = createServer((_request, response) => {
    response.writeHead(200, [...constant, 'Content-Length', '0'])
    learnHead(response, 200, constant, undefined)
    response.end()
    for (const value of ['fine', 'a\r\nSet-Cookie: b', 'Ł'])
      used.push(useHead(new ServerResponse(_request), 200, constant, ['X-Note', value], 0))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer()
  server.closeAllConnections()
  server.close()
  assert.deepEqual(used, [true, false, false])
})
