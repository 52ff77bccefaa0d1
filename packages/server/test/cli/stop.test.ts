// How a server ends: the pause in which proxies turn away, what a second signal does, what is cut off.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@grantd/testkit/ports'
import { Place, start } from './cli.ts'

const secure = (more: Record<string, string>) =>
  new Place({ OAUTH2_ENCRYPTION_KEY: randomBytes(32).toString('hex'), ...more })
/** Signals that come closer together are one wish, passed on by a launcher. */
const ANOTHER_WISH_MS = 600

describe('a server that is told to stop', () => {
  test('says so at /ready and serves on through the pause; a second signal ends it at once', async () => {
    using place = secure({ OAUTH2_SHUTDOWN_DELAY_SECS: '300' })
    const port = await freePort()
    await using server = await start(place, ['serve', '--port', String(port)], 'ready in ')
    const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
    assert.equal((await ask('/ready')).status, 200)
    server.child.kill('SIGTERM')
    const signalledAt = performance.now()
    let ready = await ask('/ready')
    while (ready.status === 200) ready = await ask('/ready')
    assert.equal(ready.status, 503)
    assert.deepEqual(await ready.json(), { status: 'draining', checks: {} })
    const discovery = await ask('/.well-known/openid-configuration')
    assert.equal(discovery.status, 200)
    assert.equal(discovery.headers.get('connection'), 'close')
    await wait(Math.max(0, signalledAt + ANOTHER_WISH_MS - performance.now()))
    assert.equal(await server.stop('SIGTERM'), 1)
  })

  test('cuts off what does not finish in its time, and ends with 0', async () => {
    using place = secure({ OAUTH2_SHUTDOWN_TIMEOUT_SECS: '1' })
    const port = await freePort()
    await using server = await start(place, ['serve', '--port', String(port)], 'ready in ')
    const socket = connect(port, '127.0.0.1')
    socket.write(
      'POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
        'Content-Length: 9\r\nExpect: 100-continue\r\n\r\n',
    )
    const [heard] = await once(socket, 'data')
    assert.match(String(heard), /^HTTP\/1\.1 100 /)
    const closed = once(socket, 'close')
    assert.equal(await server.stop('SIGTERM'), 0)
    await closed
  })
})
