import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { insertionOf, type Storage } from '@grantd/domain'
import { aUser } from '../conformance/samples.ts'
import { bareRows, filledRows } from '../conformance/samples-rows.ts'
import { openStorage } from '../registry.ts'
import { temporaryFolder } from '../sql/sqlite/testing.ts'
import { backupRows, checkBackup, writeBackup } from './backup-file.ts'
import { tallyOf } from './transfer.ts'

const now = new Date('2026-05-01T12:00:00Z')

async function filled(): Promise<Storage> {
  const storage = await openStorage('memory:')
  await storage.commit([...filledRows(), ...bareRows()].map(insertionOf))
  const user = aUser({ username: 'line\nfeed \u0000 漢字 🔑 \ud800' })
  await storage.commit([{ kind: 'user.insert', user }])
  return storage
}

describe('a backup', () => {
  test('is private, says what is in it, and gives every row back', async () => {
    using folder = temporaryFolder()
    const storage = await filled()
    const file = folder.path('a.backup')
    const kinds = await writeBackup(storage, file, { now })
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.ok(!existsSync(`${file}.part`))
    const checked = await checkBackup(file)
    assert.deepEqual([checked.madeAt, checked.kinds], [now.toISOString(), kinds])
    assert.deepEqual(kinds, (await tallyOf(storage)).report())
    assert.equal(checked.keys.length, 2)
    const copy = await openStorage('memory:')
    for await (const slice of backupRows(file)) await copy.commit(slice.map(insertionOf))
    assert.deepEqual((await tallyOf(copy)).report(), kinds)
  })

  test('that was cut off anywhere, or changed by a byte, is refused', async () => {
    using folder = temporaryFolder()
    const file = folder.path('a.backup')
    await writeBackup(await filled(), file, { now })
    const whole = readFileSync(file)
    const bad = folder.path('bad.backup')
    const isRefused = async (bytes: Uint8Array, what: string) => {
      writeFileSync(bad, bytes)
      const codes = ['E_BACKUP_DAMAGED', 'E_BACKUP_UNKNOWN']
      await assert.rejects(
        checkBackup(bad),
        ({ code }: { code: string }) => codes.includes(code),
        what,
      )
    }
    for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 40)) {
      await isRefused(whole.subarray(0, length), `cut at ${length}`)
    }
    const text = gunzipSync(whole).toString()
    const lines = text.trimEnd().split('\n')
    await isRefused(gzipSync(text.replace('My laptop', 'My laptob')), 'a changed letter')
    await isRefused(gzipSync(`${lines.toSpliced(3, 1).join('\n')}\n`), 'a missing row')
    await isRefused(gzipSync(`${lines.slice(0, -1).join('\n')}\n`), 'no end')
    await isRefused(gzipSync(text.trimEnd()), 'no last line end')
  })

  test('of a newer format, or something else altogether, is told apart from damage', async () => {
    using folder = temporaryFolder()
    const file = folder.path('a')
    const cases = [
      [gzipSync('{"grantd_backup":2,"made_at":"2030-01-01T00:00:00Z"}\n'), /newer grantd/],
      [gzipSync('{"something":"else"}\n'), /not made by grantd backup/],
      [Buffer.from('SQLite format 3\u0000'), /not made by grantd backup/],
    ] as const
    for (const [bytes, says] of cases) {
      writeFileSync(file, bytes)
      await assert.rejects(checkBackup(file), { code: 'E_BACKUP_UNKNOWN', message: says })
    }
    await assert.rejects(checkBackup(folder.path('none')), { code: 'ENOENT' })
  })

  test('that cannot be written leaves nothing behind', async () => {
    using folder = temporaryFolder()
    const storage = await filled()
    const broken: Storage = {
      ...storage,
      snapshot: async () => {
        const snapshot = await storage.snapshot()
        return {
          ...snapshot,
          rows: async (kind, slice) => {
            if (kind === 'audit') throw new Error('the disk is gone')
            return snapshot.rows(kind, slice)
          },
        }
      },
    }
    const file = folder.path('a.backup')
    await assert.rejects(writeBackup(broken, file, { now }), /the disk is gone/)
    assert.ok(!existsSync(file) && !existsSync(`${file}.part`))
  })
})
