// What docs/durability.md says of backups: a copy made through SQLite while the server writes holds
// all that was acknowledged before it was begun, and a server starts on it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { renameSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Caller } from './caller.ts'
import { Cast } from './cast.ts'
import { Journal } from './journal.ts'
import { ServerProcess, Site } from './server-process.ts'
import { verifyFile } from './verify.ts'

const LANES = 4
const BEFORE = 200

/** `VACUUM INTO` in a thread of its own, so that the load goes on meanwhile. */
async function copyTo(database: string, copy: string): Promise<void> {
  const code = `
    const { workerData: [database, copy] } = require('node:worker_threads')
    const { DatabaseSync } = require('node:sqlite')
    const source = new DatabaseSync(database, { timeout: 5_000 })
    source.prepare('VACUUM INTO ?').run(copy)
    source.close()`
  const worker = new Worker(code, { eval: true, workerData: [database, copy] })
  const [exitCode] = await once(worker, 'exit')
  assert.equal(exitCode, 0)
}

test('a copy by VACUUM INTO under load holds all that was acknowledged before', async () => {
  using site = await Site.create({ OAUTH2_JANITOR_INTERVAL_SECS: '0' })
  const copy = path.join(site.folder, 'copy.db')
  await using server = await ServerProcess.start(site)
  const { client } = await Cast.on(site)
  const caller = new Caller(server.port, LANES)
  const acknowledged: string[] = []
  const isUnderWay = Promise.withResolvers<void>()
  let isCopied = false
  async function lane(): Promise<void> {
    while (!isCopied) {
      const { status, accessToken } = await caller.clientCredentials(client)
      assert.equal(status, 200)
      acknowledged.push(accessToken)
      if (acknowledged.length >= BEFORE) isUnderWay.resolve()
    }
  }
  const lanes = Array.from({ length: LANES }, lane)
  await isUnderWay.promise
  const known = acknowledged.slice()
  await copyTo(site.database, copy)
  isCopied = true
  await Promise.all(lanes)
  caller.close()
  assert.ok(acknowledged.length > known.length, 'nothing was written while the copy was made')
  await server.kill()

  const journal = new Journal()
  verifyFile(journal, copy)
  assert.deepEqual(journal.findings, [])
  for (const end of ['', '-wal', '-shm']) renameSync(site.database + end, `${copy}.old${end}`)
  renameSync(copy, site.database)

  await using restored = await ServerProcess.start(site)
  const asker = new Caller(restored.port)
  for (const token of known) assert.equal(await asker.introspect(client, token), true)
  asker.close()
  await restored.stop()
})
