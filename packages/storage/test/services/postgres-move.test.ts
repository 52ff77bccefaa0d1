import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { insertionOf, systemClock } from '@grantd/domain'
import { isInUse, openStorage } from '@grantd/storage'
import { moveAll, restoreAll, writeBackup } from '@grantd/storage/copy'
import { freshDatabase } from '@grantd/testkit/postgres'
import { aToken } from '../../src/conformance/samples.ts'
import { bareRows, filledRows } from '../../src/conformance/samples-rows.ts'

test('from SQLite to PostgreSQL and back to SQLite, by move and by backup, every row is the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grantd-move-'))
  await using database = await freshDatabase()
  await using second = await freshDatabase()
  const sqlite = await openStorage(`sqlite:${join(folder, 'a.db')}`)
  const tokens = Array.from({ length: 2_500 }, () => aToken())
  await sqlite.commit([...filledRows(), ...bareRows()].map(insertionOf))
  await sqlite.commit(tokens.map((token) => ({ kind: 'token.insert', token }) as const))
  const postgres = await openStorage(database.url, { isCopyTarget: true })
  const back = await openStorage(`sqlite:${join(folder, 'b.db')}`, { isCopyTarget: true })
  const restored = await openStorage(second.url, { isCopyTarget: true })
  const clock = systemClock
  try {
    const there = await moveAll({ source: sqlite, target: postgres, from: 'a', clock })
    const again = await moveAll({ source: postgres, target: back, from: 'b', clock })
    const withoutAudit = (kinds: typeof there) => kinds.filter(({ kind }) => kind !== 'audit')
    assert.deepEqual(withoutAudit(again), withoutAudit(there))
    const file = join(folder, 'a.backup')
    await writeBackup(postgres, file, { now: new Date() })
    const options = { file, target: restored, clock, replace: false, forgetConsents: false }
    const kinds = await restoreAll(options)
    const rowsOf = (name: string) => kinds.find(({ kind }) => kind === name)?.rows
    assert.deepEqual([rowsOf('user'), rowsOf('client'), rowsOf('token')], [2, 2, 0])
  } finally {
    await Promise.all([sqlite.close(), postgres.close(), back.close(), restored.close()])
    rmSync(folder, { recursive: true })
  }
})

test('a database that another process has open is in use, its own connections gone it is not', async () => {
  await using database = await freshDatabase()
  const storage = await openStorage(database.url)
  assert.equal(await isInUse(database.url), true)
  await storage.close()
  // A connection is listed until the server has noticed that it was closed.
  const deadline = performance.now() + 10_000
  while ((await isInUse(database.url)) && performance.now() < deadline) await wait(20)
  assert.equal(await isInUse(database.url), false)
})
