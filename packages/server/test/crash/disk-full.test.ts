// A full disk: nothing is acknowledged that is not stored, what is stored stays readable, and when
// there is room again the server goes on by itself. A limit on file sizes stands in for the disk.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { Caller } from './caller.ts'
import { Cast } from './cast.ts'
import { Journal } from './journal.ts'
import { ServerProcess, Site } from './server-process.ts'
import { verifyFile } from './verify.ts'

const PRLIMIT = '/usr/bin/prlimit'
const skip = existsSync(PRLIMIT) ? false : `needs ${PRLIMIT} (util-linux)`

// The soft limit alone, so that it can be raised again.
const setLimit = (pid: number, bytes: number | 'unlimited') =>
  execFileSync(PRLIMIT, ['--pid', String(pid), `--fsize=${bytes}:`])

test('a full disk refuses writes with 503, is not ready, loses nothing, and is recovered from', {
  skip,
  timeout: 60_000,
}, async () => {
  using site = await Site.create({ OAUTH2_JANITOR_INTERVAL_SECS: '0' })
  await using server = await ServerProcess.start(site)
  const { client } = await Cast.on(site)
  const caller = new Caller(server.port)
  const pid = server.child.pid ?? 0
  const tokens: string[] = []
  const ask = async () => {
    const { status, accessToken } = await caller.clientCredentials(client)
    if (status === 200) tokens.push(accessToken)
    return status
  }
  const assertAllActive = async () => {
    for (const token of tokens) assert.equal(await caller.introspect(client, token), true)
  }
  assert.equal(await ask(), 200)
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/ready`)
    return { status: answer.status, ...((await answer.json()) as { checks: object }).checks }
  }
  // An answer is good for a second.
  const readyOnce = async (wanted: object) => {
    while (!isDeepStrictEqual(await ready(), wanted)) await wait(100)
  }
  assert.deepEqual(await ready(), { status: 200, database: 'ok' })

  const logBytes = statSync(`${site.database}-wal`).size
  setLimit(pid, logBytes + 100_000)
  let status = 200
  while (status === 200) status = await ask()
  assert.equal(status, 503)
  const [first = ''] = tokens
  assert.equal((await caller.revoke(client, first)).status, 503)
  await readyOnce({ status: 503, database: 'read_only' })
  assert.ok(tokens.length > 5, `only ${tokens.length} tokens fitted`)
  await assertAllActive()

  setLimit(pid, 'unlimited')
  await readyOnce({ status: 200, database: 'ok' })
  assert.equal(await ask(), 200)
  await assertAllActive()
  assert.equal((await caller.revoke(client, first)).status, 200)
  assert.equal(await caller.introspect(client, first), false)
  caller.close()
  const journal = new Journal()
  verifyFile(journal, site.database)
  assert.deepEqual(journal.findings, [])
  await server.stop()
})
