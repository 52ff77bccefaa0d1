// `grantd events tail` beside a running `grantd dev`.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { freePort } from '@grantd/testkit/ports'
import { Place, Running, start } from './cli.ts'

interface Line {
  readonly event: {
    readonly id: string
    readonly event_type: string
    readonly client_id: string | null
  }
}

const place = new Place({ OAUTH2_ADMIN_CLIENT_IDS: 'ops', OAUTH2_EVENTS_BACKEND: 'in_memory' })
let dev: Running
let port: number
let secret: string

before(async () => {
  port = await freePort()
  dev = await startDev()
  const made = await place.json<{ client_secret: string }>([
    ...['client', 'create', '--name', 'Ops', '--type', 'm2m', '--id', 'ops'],
    ...['--scope', 'read admin'],
  ])
  secret = made.client_secret
})
after(async () => {
  await dev?.[Symbol.asyncDispose]() // nothing was started where no test was chosen by name
  place[Symbol.dispose]()
})

const startDev = () => start(place, ['dev', '--json', '--port', String(port)], '"issuer"')

async function tokenOf(scope: string): Promise<string> {
  const fields = {
    grant_type: 'client_credentials',
    client_id: 'ops',
    client_secret: secret,
    scope,
  }
  const body = new URLSearchParams(fields)
  const reply = await fetch(`http://127.0.0.1:${port}/oauth/token`, { method: 'POST', body })
  const { access_token } = (await reply.json()) as { access_token: string }
  return access_token
}

/** Follows until the test is over; the token comes by the environment. */
async function tail(args: readonly string[], token: string): Promise<Running> {
  const child = place.spawn(['events', 'tail', '--dev', ...args], { GRANTD_ADMIN_TOKEN: token })
  return new Running(child).until('following http://')
}

const linesOf = ({ stdout }: Running): Line[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('grantd events tail', () => {
  test('shows what is asked for as it happens, before that what is in memory, and ends by Ctrl-C', async () => {
    const token = await tokenOf('admin')
    await using follower = await tail(
      ['--type', 'token_created', '--severity', 'info', '--since', '1h', '--output', 'json'],
      token,
    )
    await follower.when(() => linesOf(follower).length >= 1)
    await tokenOf('read')
    await follower.when(() => linesOf(follower).length >= 2)
    assert.equal(await follower.stop('SIGINT'), 0)
    const events = linesOf(follower).map(({ event }) => event)
    assert.deepEqual([...new Set(events.map(({ event_type }) => event_type))], ['token_created'])
    assert.equal(new Set(events.map(({ id }) => id)).size, events.length, 'none of them twice')
  })

  test('is readable for people, who may stop reading', async () => {
    await using follower = await tail([], await tokenOf('admin'))
    await tokenOf('read')
    await follower.until('token_created')
    assert.match(follower.stdout, /Z {2}info {5}token_created +client=ops scope=read /)
    follower.child.stdout?.destroy()
    // Only writing tells it that nobody reads.
    const ended = follower.ended()
    while (follower.child.exitCode === null) {
      await tokenOf('read')
      await Promise.race([ended, new Promise((resolve) => setImmediate(resolve))])
    }
    assert.equal(await ended, 0)
  })

  test('comes back when the server does, and says that something may be missing', async () => {
    await using follower = await tail(['--output', 'json'], await tokenOf('admin'))
    await dev.stop('SIGTERM')
    await follower.until('interrupted')
    dev = await startDev()
    await follower.until('back again; some events may be missing')
    await tokenOf('read')
    await follower.when(() => linesOf(follower).some(({ event }) => event.client_id === 'ops'))
    assert.equal(await follower.stop('SIGTERM'), 0)
  })

  test('says why it cannot follow', async () => {
    const ask = async (args: readonly string[], input: string) => {
      const { code, stderr } = await place.run(['events', 'tail', '--dev', ...args], { input })
      return [code, stderr] as const
    }
    const url = ['--url', `http://127.0.0.1:${port}`]
    const [wrong, saidWrong] = await ask(url, 'not-a-token\n')
    assert.equal(wrong, 1)
    assert.match(
      saidWrong,
      /the token is not valid for the event stream \(401\)\n +fix +ask \/oauth\/token/,
    )
    const [narrow, saidNarrow] = await ask(url, await tokenOf('read'))
    assert.equal(narrow, 1)
    assert.match(saidNarrow, /needs the scope admin/)
    const [severity, saidSeverity] = await ask(['--severity', 'loud'], await tokenOf('admin'))
    assert.equal(severity, 1)
    assert.match(saidSeverity, /severity must be info, warning or error/)
    const [clear, saidClear] = await ask(['--url', 'http://auth.example.com'], 'x')
    assert.equal(clear, 2)
    assert.match(saidClear, /in the clear/)
    const [nobody, saidNobody] = await ask(['--url', `http://127.0.0.1:${await freePort()}`], 'x')
    assert.equal(nobody, 1)
    assert.match(saidNobody, /nobody listens there\n +fix +start the server/)
    const [named, saidPort] = await ask(['--port', String(await freePort())], 'x')
    assert.equal(named, 1)
    assert.match(saidPort, /nobody listens there/, 'the port that is named, not that of grantd dev')
    const [without, saidWithout] = await ask([], '')
    assert.equal(without, 2)
    assert.match(saidWithout, /fix +set GRANTD_ADMIN_TOKEN/)
  })

  test('does not wait for events of a site that shows a page at every address', async () => {
    const site = createServer((_request, response) => response.end('<h1>Welcome</h1>'))
    site.listen(0, '127.0.0.1')
    await once(site, 'listening')
    const { port: other } = site.address() as AddressInfo
    const url = ['--url', `http://127.0.0.1:${other}`]
    const { code, stderr } = await place.run(['events', 'tail', '--dev', ...url], { input: 'x\n' })
    site.close()
    assert.match(stderr, /there is no stream of events at this address \(200\)/)
    assert.equal(code, 1)
  })
})
