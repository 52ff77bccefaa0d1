// SIGKILL leaves the page cache of the system alone, so no kill can show that a commit reached the
// disk. This counts the calls that make it: each commit syncs the log before it is answered.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { Caller } from './caller.ts'
import { Cast } from './cast.ts'
import { ServerProcess, Site } from './server-process.ts'

const TOKENS = 50
// Daemonized, the server stays our own child: signals reach it and not strace.
const TRACE = [
  'strace',
  '--daemonize',
  '--follow-forks',
  '--decode-fds=path',
  '--trace=fsync,fdatasync',
]

/** strace may be missing, or tracing be forbidden, as in many containers. */
const canTrace = spawnSync('strace', ['--output=/dev/null', 'true']).status === 0
const skip = canTrace ? false : 'needs strace and the right to trace'

test('every commit syncs the write-ahead log before it is answered', { skip }, async (t) => {
  using site = await Site.create({ OAUTH2_JANITOR_INTERVAL_SECS: '0' })
  const trace = path.join(site.folder, 'trace')
  const wrapper = [...TRACE, `--output=${trace}`]
  await using server = await ServerProcess.start(site, { wrapper })
  const { client } = await Cast.on(site)
  const caller = new Caller(server.port, 1)
  const syncsOfLog = () =>
    readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line.includes('g.db-wal') && line.endsWith('= 0')).length

  // One after another, so that no two share a commit.
  const before = syncsOfLog()
  const counts: number[] = []
  for (let n = 0; n < TOKENS; n++) {
    assert.equal((await caller.clientCredentials(client)).status, 200)
    counts.push(syncsOfLog() - before)
  }
  caller.close()
  counts.forEach((count, n) => {
    assert.ok(count > n, `answer ${n + 1} came after only ${count} syncs of the log`)
  })
  t.diagnostic(`${TOKENS} answers, ${counts.at(-1)} syncs of the log`)
  await server.stop()
})
