// A full disk under PostgreSQL: a tablespace on a small file system in memory stands in for it.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { after, test } from 'node:test'
import { sql } from '@grantd/testkit/postgres'
import { PrivateServer } from '@grantd/testkit/private-postgres'
import { aToken } from '../../src/conformance/samples.ts'
import { openStorage } from '../../src/index.ts'

const folder = mkdtempSync('/var/tmp/grantd-small-')
const mount = (options: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
const isMounted = mount('size=24m').status === 0
after(() => {
  if (isMounted) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
})

test('a full disk refuses writes, loses nothing, and is recovered from without a restart', {
  skip: isMounted ? false : 'needs the right to mount a small file system',
}, async () => {
  execFileSync('chown', ['postgres:', folder])
  using server = await PrivateServer.start()
  await sql(server.url, `CREATE TABLESPACE small LOCATION '${folder}'`)
  await sql(server.url, 'CREATE DATABASE small TABLESPACE small')
  const url = new URL(server.url)
  url.pathname = '/small'
  const storage = await openStorage(url.href)
  const acknowledged: ReturnType<typeof aToken>[] = []
  const write = async () => {
    const tokens = Array.from({ length: 500 }, () => aToken())
    await storage.commit(tokens.map((token) => ({ kind: 'token.insert', token }) as const))
    acknowledged.push(...tokens)
  }
  const assertAllThere = async () => {
    for (const { id } of acknowledged.filter((_, n) => n % 97 === 0)) {
      assert.ok(await storage.tokens.find(id))
    }
  }
  try {
    const full = { name: 'StorageError', kind: 'unavailable' }
    await assert.rejects(async () => {
      for (let n = 0; n < 1_000; n++) await write()
    }, full)
    assert.ok(acknowledged.length > 1_000, 'it was full from the start')
    await assert.rejects(write(), full)
    await assertAllThere()
    await storage.ping()
    assert.equal(mount('remount,size=96m').status, 0)
    await write()
    await assertAllThere()
  } finally {
    await storage.close()
  }
})
