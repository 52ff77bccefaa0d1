import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { databaseFile, findDamage, migrateUp, openStorage, readOnlyUrl } from '../../registry.ts'
import { temporaryFolder } from './testing.ts'

const PAGE = 4_096

describe('findDamage', () => {
  test('says nothing about a sound database', async () => {
    using folder = temporaryFolder()
    const url = `sqlite:${folder.path('sound.db')}`
    await migrateUp(url)
    assert.deepEqual(await findDamage(url), [])
  })

  test('tells of a page that was overwritten', async () => {
    using folder = temporaryFolder()
    const path = folder.path('damaged.db')
    {
      using database = new DatabaseSync(path)
      database.exec('CREATE TABLE t (x TEXT); CREATE INDEX i ON t (x); BEGIN')
      const insert = database.prepare('INSERT INTO t VALUES (?)')
      for (let row = 0; row < 500; row++) insert.run(`${row}`.padStart(100, 'x'))
      database.exec('COMMIT')
    }
    const bytes = readFileSync(path)
    bytes.fill(0xab, 5 * PAGE, 6 * PAGE)
    writeFileSync(path, bytes)
    assert.notDeepEqual(await findDamage(`sqlite:${path}`), [])
  })

  test('of a file that is no database rejects with corrupt', async () => {
    using folder = temporaryFolder()
    const path = folder.path('text.db')
    writeFileSync(path, 'not a database at all, but long enough to be looked at'.repeat(20))
    await assert.rejects(findDamage(`sqlite:${path}`), { kind: 'corrupt' })
  })
})

describe('readOnlyUrl', () => {
  test('opens the same file and writes nothing', async () => {
    using folder = temporaryFolder()
    const url = `sqlite:${folder.path('a.db')}?mode=rwc`
    await migrateUp(url)
    const storage = await openStorage(readOnlyUrl(url))
    assert.equal(await databaseFile(readOnlyUrl(url)), await databaseFile(url))
    await assert.rejects(storage.commit([{ kind: 'throttle.clear', key: 'k' }]), {
      kind: 'unavailable',
    })
    await storage.close()
  })

  test('memory has no file and needs no other URL', async () => {
    assert.equal(await databaseFile('memory:'), undefined)
    assert.equal(readOnlyUrl('memory:'), 'memory:')
  })
})
