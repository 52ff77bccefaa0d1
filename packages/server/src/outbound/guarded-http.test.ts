import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { CallableAddresses } from './callable-addresses.ts'
import { createGuardedHttp } from './guarded-http.ts'

const accept = { accept: 'application/json' }
const open = { allowedNetworks: ['127.0.0.0/8'] }

async function listen(listener: RequestListener) {
  let connections = 0
  const server = createServer(listener)
  server.on('connection', () => {
    connections++
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

describe('T125: addresses that are never called', () => {
  const closed = createGuardedHttp({ allowedNetworks: [] })
  const HOSTS = [
    '127.0.0.1',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '0.0.0.0',
    '2130706433',
    '0177.0.0.1',
    '0x7f.1',
    '[::1]',
    '[::]',
    '[::ffff:10.0.0.1]',
    '[::ffff:a00:1]',
    '[::10.0.0.1]',
    '[::ffff:0:10.0.0.1]',
    '[64:ff9b::a00:1]',
    '[64:ff9b:1::a00:1]',
    '[64:ff9b::5db8:d822]',
    '[100::1]',
    '[2001::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '192.0.0.8',
    '198.18.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '127.1',
    '[::ffff:7f00:1]',
    '[2002:a00:1::]',
    '[fc00::1]',
    '[fe80::1]',
    '[ff02::1]',
    'localhost',
  ]
  for (const host of HOSTS) {
    test(`https://${host}/`, async () => {
      const url = `https://${host}/`
      assert.match((await closed.refusal(url)) ?? '', /private or special network/)
      await assert.rejects(closed.get(url, accept), { name: 'OutboundError', reason: 'forbidden' })
    })
  }

  test('a name is refused as soon as one of its addresses is special', async () => {
    const mixed = createGuardedHttp({
      allowedNetworks: [],
      resolve: async () => [
        { address: '93.184.216.34', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    })
    await assert.rejects(mixed.get('https://rebind.example/', accept), { reason: 'forbidden' })
  })

  test('a name that changes its mind is called where it was checked, and nowhere else', async () => {
    await using server = await listen((_request, response) => response.end('{}'))
    let answers = 0
    const rebinding = createGuardedHttp({
      allowedNetworks: [],
      resolve: async () => [
        { address: answers++ === 0 ? '93.184.216.34' : '127.0.0.1', family: 4 },
      ],
      timeoutMs: 50,
    })
    await assert.rejects(rebinding.get('https://rebind.example/', accept))
    assert.deepEqual([answers, server.connections()], [1, 0])
  })

  test('plain http, another port and user information are refused on public hosts', async () => {
    const named = createGuardedHttp({
      allowedNetworks: [],
      resolve: async () => [{ address: '93.184.216.34', family: 4 }],
    })
    assert.match((await named.refusal('http://client.example/')) ?? '', /https/)
    assert.match((await named.refusal('https://client.example:8443/')) ?? '', /port 443/)
    assert.match((await named.refusal('https://a@client.example/')) ?? '', /user information/)
    assert.match((await named.refusal('file:///etc/passwd')) ?? '', /no https URL/)
    assert.equal(await named.refusal('https://client.example/jwks'), undefined)
  })

  test('public addresses are callable', () => {
    const addresses = new CallableAddresses([])
    assert.ok(addresses.isPublic('93.184.216.34') && addresses.isPublic('2606:4700::1111'))
  })
})

describe('T126: answers that are not taken', () => {
  const caller = createGuardedHttp({ ...open, timeoutMs: 300 })
  const CASES: readonly [string, RequestListener, string][] = [
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
      'unexpected',
    ],
    ['a body over 64 KiB', (_request, response) => response.end('x'.repeat(65_537)), 'too_large'],
    [
      'a packed body',
      (_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}')),
      'unexpected',
    ],
    ['a body that stalls', (_request, response) => void response.write('{'), 'timeout'],
    ['silence', () => undefined, 'timeout'],
  ]
  for (const [name, listener, reason] of CASES) {
    test(name, async () => {
      await using server = await listen(listener)
      await assert.rejects(caller.get(server.url, accept), { name: 'OutboundError', reason })
    })
  }

  test('a plain answer comes with its type; a form arrives as one', async () => {
    await using server = await listen(async (request, response) => {
      const sent = await request.toArray()
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.end(`${request.method} ${request.headers['content-type']} ${Buffer.concat(sent)}`)
    })
    const got = await caller.get(server.url, accept)
    assert.deepEqual([got.status, got.contentType], [200, 'text/plain'])
    const posted = await caller.postForm(server.url, { logout_token: 'a b' })
    assert.equal(posted.body.toString(), 'POST application/x-www-form-urlencoded logout_token=a+b')
  })

  test('nobody at home is unreachable', async () => {
    const { url } = await (async () => {
      await using server = await listen(() => undefined)
      return { url: server.url }
    })()
    await assert.rejects(caller.get(url, accept), { reason: 'unreachable' })
  })
})

describe('requests to operators’ own hosts', () => {
  const message = { headers: { 'content-type': 'application/json' }, body: '{}' }

  test('go on one connection after another, which others do not', async () => {
    await using server = await listen((request, response) => {
      request.resume().on('end', () => response.writeHead(204).end())
    })
    const caller = createGuardedHttp(open)
    for (let n = 0; n < 5; n++) assert.equal((await caller.post(server.url, message)).status, 204)
    assert.equal(server.connections(), 1)
    await caller.get(server.url, accept)
    await caller.get(server.url, accept)
    assert.equal(server.connections(), 3)
  })

  test('a connection that the host closes in between is no failure', async () => {
    let requests = 0
    await using server = await listen((request, response) => {
      requests++
      request.resume().on('end', () => {
        // The second one meets a connection that is cut as it arrives.
        if (requests === 2) response.destroy()
        else response.writeHead(204).end()
      })
    })
    const caller = createGuardedHttp(open)
    await caller.post(server.url, message)
    assert.equal((await caller.post(server.url, message)).status, 204)
    assert.deepEqual([requests, server.connections()], [3, 2])
  })

  test('a host that never answers is given up in time, and its connection with it', async () => {
    let open = 0
    await using server = await listen((request, response) => {
      if (request.url === '/') return void request.resume().on('end', () => response.end())
      open++
      request.socket.once('close', () => open--)
    })
    const caller = createGuardedHttp({ allowedNetworks: ['127.0.0.0/8'], timeoutMs: 100 })
    await caller.post(server.url, message)
    await assert.rejects(caller.post(`${server.url}hang`, message), { reason: 'timeout' })
    while (open > 0) await new Promise((resolve) => setImmediate(resolve))
  })

  test('a name is checked anew when it has been believed for a while', async () => {
    await using server = await listen((_request, response) => response.end())
    let addresses = ['127.0.0.1']
    let asked = 0
    const caller = createGuardedHttp({
      ...open,
      resolve: async () => {
        asked++
        return addresses.map((address) => ({ address, family: 4 }))
      },
    })
    const url = `http://hooks.example:${server.port}/`
    await caller.post(url, message)
    await caller.post(url, message)
    assert.equal(asked, 1)
    addresses = ['10.0.0.1']
    await assert.rejects(caller.get(url, accept), { reason: 'forbidden' }, 'others believe nothing')
  })
})
