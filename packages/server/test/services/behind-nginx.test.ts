// What a proxy in front may change: the shipped nginx configuration with one real server behind it. Each case is
// tested without a proxy elsewhere; here the two must not disagree on what a request is.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { connect } from 'node:tls'
import { freePort } from '@grantd/testkit/ports'
import { Caller } from '../crash/caller.ts'
import {
  addClient,
  addUsers,
  type ClientKeys,
  type SignedInUser,
  withStorage,
} from '../crash/prepare.ts'
import { addCodes } from '../crash/prepare-grants.ts'
import { ServerProcess, Site } from '../crash/server-process.ts'
import { Wire } from '../crash/wire.ts'
import { Nginx } from './nginx.ts'

let nginx: Nginx
let wire: Wire
let issuer: string
let client: ClientKeys
let user: SignedInUser
let codes: readonly string[]
const open = new AsyncDisposableStack()

before(async () => {
  const [tls, plain, port] = [await freePort(), await freePort(), await freePort()]
  issuer = `https://localhost:${tls}`
  const site = open.use(
    await Site.create({
      OAUTH2_PUBLIC_URL: issuer,
      OAUTH2_SERVER_TRUST_PROXY_HEADERS: 'true',
      OAUTH2_SERVER_TRUSTED_PROXIES: '127.0.0.1',
      OAUTH2_OPEN_REGISTRATION: 'true',
    }),
  )
  await withStorage(site, async (storage) => {
    client = await addClient(storage, 'behind-nginx')
    const [ada] = await addUsers(storage, ['ada'])
    user = ada ?? assert.fail('nobody was added')
    codes = await addCodes(storage, client, user, 1)
  })
  open.use(await ServerProcess.start(site, { port }))
  // One server: what it decides does not depend on how many there are.
  nginx = open.use(await Nginx.start({ tls, plain, instances: [port, port, port] }))
  wire = new Wire(nginx.port, 16, nginx.proxy)
  open.defer(() => wire.close())
})
after(() => open.disposeAsync())

const QUIET_MS = 20_000

/** Bytes as they are, through TLS; all that came back until the other side closed. */
async function raw(bytes: string): Promise<string> {
  const socket = connect({
    port: nginx.port,
    host: '127.0.0.1',
    ca: nginx.proxy.certificate,
    servername: 'localhost',
  })
  await once(socket, 'secureConnect')
  let heard = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text
  })
  socket.on('error', () => undefined) // a refusal may reset what is still on its way
  const closed = once(socket, 'close')
  socket.write(bytes)
  // A proxy that waits for more than there is would wait for long.
  const quiet = setTimeout(() => socket.end(), QUIET_MS)
  await closed
  clearTimeout(quiet)
  return heard
}

const answersIn = (heard: string) => heard.match(/^HTTP\/1\.[01] \d{3}/gm) ?? []

describe('behind nginx', () => {
  test('T146 no header that passes nginx moves the issuer, a URL or a redirect', async () => {
    const target = '/.well-known/openid-configuration'
    const { text } = await wire.send('GET', target)
    assert.equal(JSON.parse(text).issuer, issuer)
    for (const headers of [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example' },
      { forwarded: 'host=evil.example;proto=http' },
      { 'x-forwarded-proto': 'http' },
      { 'x-original-url': '/health', 'x-rewrite-url': '/health' },
    ] as Record<string, string>[]) {
      const answer = await wire.send('GET', target, headers)
      assert.equal(answer.text, text, JSON.stringify(headers))
      const toLogin = await wire.send('GET', '/profile', { accept: 'text/html', ...headers })
      assert.match(String(toLogin.headers.location), /^\/auth\/login\?/)
    }
    const absolute = await raw(
      `GET http://evil.example${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    assert.ok(!absolute.includes('evil.example'), absolute)
  })

  test('T27 T221 headers arrive as they were sent, and nothing says what runs', async () => {
    const page = await wire.send('GET', '/auth/login', { accept: 'text/html' })
    assert.match(String(page.headers['content-security-policy']), /frame-ancestors 'none'/)
    assert.equal(page.headers['cache-control'], 'no-store')
    assert.equal(page.headers['x-content-type-options'], 'nosniff')
    assert.equal(page.headers['referrer-policy'], 'no-referrer')
    assert.match(String(page.headers['strict-transport-security']), /^max-age=31536000/)
    for (const line of page.headers['set-cookie'] ?? []) assert.match(line, /^__Host-.*; Secure/)
    assert.equal(page.headers.server, 'nginx', 'and no version')
    const missing = await wire.send('GET', '/nowhere')
    assert.deepEqual(JSON.parse(missing.text).error, 'not_found')
  })

  const POST =
    'POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n'
  const SMUGGLED = 'GET /auth/login?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n'
  for (const [name, bytes] of [
    [
      'both lengths',
      `${POST}Content-Length: ${SMUGGLED.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'two lengths',
      `${POST}Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    ],
    [
      'an odd transfer encoding',
      `${POST}Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\na=b&${SMUGGLED}`,
    ],
    [
      'a blank before the colon',
      `${POST}Transfer-Encoding : chunked\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    ],
    [
      'a folded header',
      `${POST}X-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    ],
    [
      'a chunk length that is none',
      `${POST}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'a chunk that ends in a bare line feed',
      `${POST}Transfer-Encoding: chunked\r\n\r\n5;\n0\r\n\r\n\r\n${SMUGGLED}`,
    ],
  ] as const) {
    test(`T211 with ${name} no second request comes through`, async () => {
      const heard = await raw(bytes)
      assert.ok(answersIn(heard).length <= 1, heard)
      assert.doesNotMatch(heard, /<form/, 'the page that was smuggled')
    })
  }

  test('T48 T212 T216 limits answer 4xx on both sides, and the next request is served', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const ours = await wire.send('POST', '/oauth/token', type, `a=${'x'.repeat(70_000)}`)
    assert.deepEqual([ours.status, JSON.parse(ours.text).error], [413, 'invalid_request'])
    const theirs = await wire.send(
      'POST',
      '/oauth/token',
      { ...type, connection: 'close' },
      `a=${'x'.repeat(200_000)}`,
    )
    assert.equal(theirs.status, 413)
    const long = await wire.send('GET', '/health', {
      'x-a': 'x'.repeat(7_000),
      'x-b': 'x'.repeat(7_000),
      'x-c': 'x'.repeat(7_000),
    })
    assert.equal(long.status, 431)
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-${n}`, 'a']))
    assert.ok([400, 431].includes((await wire.send('GET', '/health', many)).status))
    const packed = await wire.send(
      'POST',
      '/oauth/token',
      { ...type, 'content-encoding': 'gzip' },
      'x',
    )
    assert.equal(packed.status, 415)
    assert.equal((await wire.send('GET', '/health')).status, 200)
  })

  test('T149 T181 T222 a path is what was sent: nginx decodes nothing on the way', async () => {
    for (const path of [
      ...[
        '//oauth/token',
        '/oauth//token',
        '/%6fauth/token',
        '/oauth/token/',
        '/oauth/token;a',
        '/OAUTH/token',
      ],
      ...[
        '/x/../oauth/token',
        '/oauth/%2e%2e/oauth/token',
        '/oauth%2ftoken',
        '/.well-known/openid-configuration/',
      ],
      ...[
        '/static/..%2f..%2fpackage.json',
        '/static/%2e%2e/main.ts',
        '/static/..%5c..%5cpackage.json',
      ],
    ]) {
      const heard = await raw(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      )
      assert.match(heard, /^HTTP\/1\.1 (?:400|404) /, path)
    }
  })

  test('T182 T217 other methods and upgrades end at the proxy or are refused', async () => {
    for (const method of ['TRACE', 'CONNECT', 'PATCH']) {
      const heard = await raw(
        `${method} /oauth/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      )
      assert.match(heard, /^HTTP\/1\.1 4\d\d /, method)
    }
    for (const protocol of ['websocket', 'h2c']) {
      const heard = await raw(
        `GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: ${protocol}\r\n\r\n`,
      )
      assert.doesNotMatch(heard, /^HTTP\/1\.1 101/m)
      assert.equal(answersIn(heard).length, 1)
    }
  })

  test('T9 T166 repeated headers and cookies mean the same on both sides, or nothing', async () => {
    const cookie = (value: string) => `Cookie: ${value}\r\n`
    const good = `__Host-sid=${user.cookie}`
    const ask = (extra: string) =>
      raw(
        `GET /profile HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n${extra}\r\n`,
      )
    assert.match(await ask(cookie(good)), /^HTTP\/1\.1 200 /)
    assert.doesNotMatch(await ask(cookie(`sid=${user.cookie}`)), /^HTTP\/1\.1 200 /)
    assert.doesNotMatch(await ask(cookie(`${good}; __Host-sid=other`)), /^HTTP\/1\.1 200 /)
    const twice = `Authorization: Bearer a\r\nAuthorization: Bearer b\r\n`
    assert.match(await ask(twice), /^HTTP\/1\.1 (?:400|303) /)
  })

  test('T52 T51 of sixteen redemptions through nginx one wins, and a repeat ends its tokens', async () => {
    const caller = new Caller(wire)
    const [code = ''] = codes
    const answers = await Promise.all(Array.from({ length: 16 }, () => caller.redeem(client, code)))
    const won = answers.filter(({ status }) => status === 200)
    assert.equal(won.length, 1)
    assert.ok(answers.every(({ status, error }) => status === 200 || error === 'invalid_grant'))
    assert.equal(
      await caller.introspect(client, won[0]?.accessToken ?? ''),
      false,
      'the losers were reuse',
    )
  })

  test('T34 T225 the log of the shipped file has no query, so no link, hint or state', async () => {
    await wire.send('GET', '/auth/reset?ticket=canary-ticket', { accept: 'text/html' })
    await wire.send('GET', '/oauth/logout?id_token_hint=canary-hint', {
      referer: 'https://a.example/?canary-referer',
    })
    await fetch(`http://127.0.0.1:${nginx.plainPort}/auth/reset?ticket=canary-plain`, {
      redirect: 'manual',
    })
    const { log } = nginx
    assert.match(log, /"GET \/auth\/reset" \d{3} /)
    assert.doesNotMatch(log, /canary|smuggled/)
  })
})
