import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { HostCircuits } from '../resilience/host-circuits.ts'
import { createGuardedHttp } from './guarded-http.ts'

const accept = { accept: 'application/json' }

function circuits(): HostCircuits {
  return new HostCircuits({
    failureThreshold: 5,
    successThreshold: 2,
    openMs: 30_000,
    halfOpenMaxProbes: 3,
  })
}

async function listen(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // of a TCP server that listens
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

describe('hosts that fail', () => {
  test('a host that hangs is waited for five times, then answered for at once', async () => {
    let asked = 0
    await using slow = await listen(() => void asked++)
    const hosts = circuits()
    const http = createGuardedHttp({
      allowedNetworks: ['127.0.0.0/8'],
      timeoutMs: 50,
      circuits: hosts,
    })
    for (let n = 0; n < 5; n++)
      await assert.rejects(http.get(slow.url, accept), { reason: 'timeout' })
    await assert.rejects(http.get(slow.url, accept), {
      reason: 'unreachable',
      message: /did not answer lately; it is called again in 30 s/,
    })
    assert.ok(asked <= 5, 'the sixth was not sent') // a busy machine may cut one before it leaves
    assert.equal(hosts.state, 'open')
  })

  test('errors of its paths, redirects and refused addresses open nothing', async () => {
    await using host = await listen((request, response) => {
      response.writeHead(request.url === '/away' ? 302 : 500, { location: '/' }).end()
    })
    const hosts = circuits()
    const http = createGuardedHttp({ allowedNetworks: ['127.0.0.0/8'], circuits: hosts })
    for (let n = 0; n < 6; n++) {
      assert.equal((await http.get(host.url, accept)).status, 500)
      await assert.rejects(http.get(`${host.url}away`, accept), { reason: 'unexpected' })
      await assert.rejects(http.get('https://10.0.0.1/', accept), { reason: 'forbidden' })
    }
    assert.equal(hosts.state, 'closed')
    assert.equal(hosts.trips, 0)
  })

  test('a name server that hangs is waited for no longer than a host', async () => {
    const http = createGuardedHttp({
      allowedNetworks: [],
      timeoutMs: 20,
      resolve: () => new Promise(() => undefined),
    })
    // The time-out's own timer keeps no process alive.
    const awake = setInterval(() => undefined, 1_000)
    await assert.rejects(http.get('https://slow.example/', accept), { reason: 'timeout' })
    assert.equal(await http.refusal('https://slow.example/'), undefined)
    clearInterval(awake)
  })
})
