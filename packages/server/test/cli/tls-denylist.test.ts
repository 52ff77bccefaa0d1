// A server that speaks TLS and HTTP/2 by itself, and the denylist beside it, as an operator uses them.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:http2'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { selfSigned } from '@grantd/testkit'
import { freePort } from '@grantd/testkit/ports'
import { Place, type Running, settles, start } from './cli.ts'

interface Finding {
  readonly check: string
  readonly status: string
  readonly detail: string
}

const first = selfSigned({ notAfter: new Date(Date.now() + 3 * 86_400_000) })
const second = selfSigned({ names: ['localhost', 'renewed.example'] })
const port = await freePort()
const place = new Place({
  OAUTH2_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
  OAUTH2_SERVER_PORT: String(port),
  OAUTH2_PUBLIC_URL: `https://localhost:${port}`,
  OAUTH2_SERVER_TLS_CERT: 'cert.pem',
  OAUTH2_SERVER_TLS_KEY: 'key.pem',
  OAUTH2_SERVER_HTTP2: 'true',
})
let current = first
const put = (pair: { cert: string; key: string }) => {
  current = pair
  writeFileSync(path.join(place.folder, 'cert.pem'), pair.cert)
  writeFileSync(path.join(place.folder, 'key.pem'), pair.key)
}
let server: Running

before(async () => {
  put(first)
  server = await start(place, ['serve'], 'ready in ')
})
after(async () => {
  await server?.[Symbol.asyncDispose]()
  place[Symbol.dispose]()
})

const inJson = async (): Promise<Finding[]> => {
  const { stdout } = await place.run(['doctor', '--output', 'json'])
  const parsed = JSON.parse(stdout) as Finding[] | { findings: Finding[] }
  return Array.isArray(parsed) ? parsed : parsed.findings
}

/** One request over HTTP/2, with the certificate that is in use. */
async function status(url: string): Promise<number> {
  const session = connect(`https://127.0.0.1:${port}`, {
    ca: current.cert,
    servername: 'localhost',
  })
  try {
    const [answer] = await once(session.request({ ':path': url }), 'response')
    return answer[':status']
  } finally {
    session.destroy()
  }
}

describe('a server with a certificate', { timeout: 120_000 }, () => {
  test('is found by healthcheck and doctor, which also tells when the certificate ends', async () => {
    assert.equal(await status('/health'), 200)
    assert.equal((await place.run(['healthcheck'])).stdout.trim(), 'ready')
    const findings = await inJson()
    const of = (name: string) => findings.find(({ check }) => check === name)
    assert.equal(of('listener')?.status, 'ok')
    assert.equal(of('certificate')?.status, 'warn')
    assert.match(of('certificate')?.detail ?? '', /cert\.pem expires on .* in [23] day/)
  })

  test('takes a renewed one over at SIGHUP, without a pause', async () => {
    put(second)
    const said = server.until('the certificate was read again')
    server.child.kill('SIGHUP')
    await said
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: second.cert })
    await once(socket, 'secureConnect')
    assert.match(socket.getPeerCertificate().subjectaltname ?? '', /renewed\.example/)
    socket.destroy()
    assert.equal(server.child.exitCode, null)
  })
})

describe('grantd denylist', { timeout: 120_000 }, () => {
  const documents = () => status('/.well-known/openid-configuration')

  test('add, list and remove: the server follows within half a second', async () => {
    const add = ['denylist', 'add', 'ip', '127.0.0.1/32']
    const { code, stderr } = await place.run(add)
    assert.equal(code, 2, 'without a terminal it needs --yes')
    assert.match(stderr, /--yes/)
    const entry = await place.json<Record<string, unknown>>([
      ...add,
      ...['--reason', 'a test', '--for', '1h', '--yes'],
    ])
    assert.deepEqual(
      [entry.kind, entry.value, entry.reason, entry.created_by, entry.active],
      ['ip', '127.0.0.1', 'a test', 'cli', true],
    )
    await settles(documents, 403)
    assert.equal(await status('/health'), 200)
    const again = await place.json<{ id: string }>([...add, '--yes'])
    assert.equal(again.id, entry.id)
    const listed = await place.json<object[]>(['denylist', 'list'])
    assert.deepEqual(listed, [again])
    assert.equal((await place.run(['denylist', 'remove', 'ip', '127.0.0.1', '--yes'])).code, 0)
    await settles(documents, 200)
    assert.equal((await place.run(['denylist', 'remove', 'ip', '127.0.0.1', '--yes'])).code, 3)
    const acts = await place.json<{ action: string }[]>(['audit', 'tail', '-n', '3'])
    assert.deepEqual(
      acts.map(({ action }) => action),
      ['denylist.added', 'denylist.added', 'denylist.removed'],
    )
  })

  test('what cannot be denied is refused with a reason', async () => {
    for (const [args, words] of [
      [['ip', 'example.com'], /it is no address/],
      [['ip', '0.0.0.0/0'], /everybody/],
      [['email', 'ada'], /no e-mail address/],
      [['country', 'de'], /name one of: ip, user_id, username, email, client_id/],
    ] as const) {
      const { code, stderr } = await place.run(['denylist', 'add', ...args, '--yes'])
      assert.equal(code, 2)
      assert.match(stderr, words)
    }
  })
})
