// `grantd serve` with OAUTH2_SERVER_WORKERS: what an operator sees, and single use across workers.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort, holdPort } from '@grantd/testkit/ports'
import { freshDatabase } from '@grantd/testkit/postgres'
import { type Outcome, Place, type Running, start } from '../cli/cli.ts'

const KEY = randomBytes(32).toString('hex')

/** A place whose commands work on a database of the test's own. */
async function place(t: TestContext, more: Record<string, string> = {}): Promise<Place> {
  const database = await freshDatabase()
  const made = new Place({
    OAUTH2_DATABASE_URL: database.url,
    OAUTH2_ENCRYPTION_KEY: KEY,
    OAUTH2_SERVER_WORKERS: '2',
    ...more,
  })
  t.after(async () => {
    made[Symbol.dispose]()
    await database[Symbol.asyncDispose]()
  })
  return made
}

/** The processes that answered, by the access log; each request comes on a connection of its own. */
async function pidsOf(server: Running, port: number, requests: number): Promise<number[]> {
  const seen = lines(server).length
  for (let n = 0; n < requests; n++) {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`, {
      headers: { connection: 'close' },
    })
    assert.equal(answer.status, 200)
    await answer.text()
  }
  await server.when(() => lines(server).length >= seen + requests)
  return lines(server)
    .slice(seen)
    .map((line) => JSON.parse(line).pid)
}

const lines = ({ stdout }: Running) => stdout.split('\n').slice(0, -1)
const workerLog = ({ stderr }: Running, text: string) =>
  stderr
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.includes(text))
    .map((line) => JSON.parse(line))

/** Also when it has just ended by itself. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH')
  }
}

/** None when it has ended. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .map(Number)
      .filter(Boolean)
  } catch {
    return []
  }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })

describe('grantd serve with two workers', () => {
  test('says once that it is ready; both serve, and name themselves in the log; SIGTERM ends it with 0', async (t) => {
    const here = await place(t)
    const port = await freePort()
    await using server = await start(here, ['serve', '--port', String(port)], 'ready in ')
    assert.match(server.stderr, /on 127\.0\.0\.1:\d+ with 2 workers, ready in /)
    assert.equal(server.stderr.match(/no administrator yet/g)?.length, 1)
    const pids = new Set(await pidsOf(server, port, 4))
    assert.equal(pids.size, 2)
    assert.ok(!pids.has(server.child.pid ?? 0), 'the primary serves nothing')
    assert.equal(await server.stop('SIGTERM'), 0)
    assert.equal(await accepts(port), false)
  })

  test('a killed worker is followed by another while the other one serves on', async (t) => {
    const here = await place(t)
    const port = await freePort()
    await using server = await start(here, ['serve', '--port', String(port)], 'ready in ')
    const [killed = 0] = await pidsOf(server, port, 2)
    process.kill(killed, 'SIGKILL')
    await server.until('a worker ended; it is started anew')
    const meanwhile = await pidsOf(server, port, 2)
    assert.ok(!meanwhile.includes(killed))
    await server.until('a worker serves again')
    assert.equal(new Set(await pidsOf(server, port, 4)).size, 2)

    // One that is told to stop ends in order and is followed as well.
    const [next = 0] = await pidsOf(server, port, 2)
    process.kill(next, 'SIGTERM')
    await server.when(() => workerLog(server, 'serves again').length === 2)
    assert.deepEqual(
      workerLog(server, 'a worker ended').map(({ code, signal }) => code ?? signal),
      ['SIGKILL', 0],
    )
    assert.equal(await server.stop('SIGINT'), 0)
  })

  test('a worker that ends again and again ends the server, which says so', async (t) => {
    const here = await place(t)
    await using server = await start(here, ['serve', '--server.port', '0'], 'ready in ')
    const primary = server.child.pid ?? 0
    const [, other] = childrenOf(primary)
    // Killed as soon as it is there: on a busy machine six whole starts may take more than a minute.
    while (server.child.exitCode === null && !server.stderr.includes('E_WORKERS')) {
      for (const pid of childrenOf(primary)) if (pid !== other) end(pid)
      await wait(20)
    }
    assert.equal(await server.ended(), 1)
    assert.match(server.stderr, /^E_WORKERS {2}worker \d ended six times.*\n {2}fix /m)
  })

  test('without its primary no worker goes on', async (t) => {
    const here = await place(t)
    const port = await freePort()
    await using server = await start(here, ['serve', '--port', String(port)], 'ready in ')
    await server.stop('SIGKILL')
    // Their end closes the outputs that they share with the primary.
    await server.closed()
    assert.equal(await accepts(port), false)
  })

  test('what is wrong at the start is said once, in the words and with the code of one process', async (t) => {
    const here = await place(t)
    const first = await start(here, ['serve', '--server.port', '0'], 'ready in ')
    assert.equal(await first.stop('SIGTERM'), 0)
    const wrong = { OAUTH2_ENCRYPTION_KEY: '0a'.repeat(32) }
    const args = ['serve', '--server.port', '0']
    const alone = await here.run(args, { env: { ...wrong, OAUTH2_SERVER_WORKERS: '1' } })
    const many = await here.run(args, { env: wrong })
    assert.equal(alone.code, 1)
    const said = ({ stderr }: Outcome) => stderr.split('\n').filter((line) => !line.startsWith('{'))
    assert.match(said(alone)[0] ?? '', /^E_KEYS_SEALED /)
    assert.deepEqual([many.code, said(many)], [alone.code, said(alone)])

    await using held = await holdPort()
    const taken = await here.run(['serve', '--port', String(held.port)])
    assert.equal(taken.code, 1)
    assert.equal(taken.stderr.match(/E_PORT_TAKEN/g)?.length, 1)
  })
})
