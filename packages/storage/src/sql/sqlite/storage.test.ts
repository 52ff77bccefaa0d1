import assert from 'node:assert/strict'
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { after } from '@grantd/domain'
import { aClient, aCode, aToken, NOW } from '../../conformance/samples.ts'
import { openStorage } from '../../registry.ts'
import { temporaryFolder } from './testing.ts'

const insert = () => ({ kind: 'token.insert', token: aToken() }) as const

describe('a SQLite file', () => {
  test('keeps what was committed when it is closed and opened again', async () => {
    using folder = temporaryFolder()
    const url = `sqlite:${folder.path('a.db')}`
    const change = insert()
    const first = await openStorage(url)
    assert.deepEqual(first.migrations, {
      applied: [
        'V1__initial_schema.sql',
        'V2__openid.sql',
        'V3__people.sql',
        'V4__notes.sql',
        'V5__outbox_and_audit.sql',
        'V6__denylist.sql',
        'V7__upstream_identities.sql',
      ],
      version: '7',
    })
    await first.commit([change])
    await first.close()
    const second = await openStorage(url)
    assert.deepEqual(second.migrations, { applied: [], version: '7' })
    assert.deepEqual((await second.tokens.find(change.token.id))?.token, change.token)
    await second.close()
    await second.close()
    assert.ok(!existsSync(folder.path('a.db-wal')), 'the log is folded into the file')
  })

  test('what was erased is not read again, whatever was read a moment before', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`)
    const change = insert()
    await storage.commit([change])
    assert.ok(await storage.tokens.find(change.token.id))
    await storage.erase()
    assert.equal(await storage.tokens.find(change.token.id), undefined)
    await storage.close()
  })

  test('a client id registered anew starts from nothing, also when the clock was set back', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`)
    const client = aClient()
    const { id: clientId } = client
    const early = { kind: 'token.insert', token: aToken({ clientId }) } as const // of a smaller id
    const former = { kind: 'token.insert', token: aToken({ clientId }) } as const
    await storage.commit([{ kind: 'client.insert', client }, former])
    await storage.commit([{ kind: 'client.delete', clientId }])
    await storage.commit([{ kind: 'client.insert', client: aClient({ id: clientId }) }])
    await storage.commit([early])
    assert.ok(await storage.tokens.find(early.token.id))
    assert.equal(await storage.tokens.find(former.token.id), undefined)
    await storage.close()
  })

  test('a guard that held is asked again when the batch has changed something since', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`)
    const client = aClient()
    await storage.commit([{ kind: 'client.insert', client }])
    const token = () =>
      storage.commit([{ kind: 'client.requireEnabled', id: client.id }, insert()] as const)
    const { batches } = storage.statistics()
    const disabled = { ...client, isEnabled: false, version: client.version + 1 }
    const outcomes = await Promise.all([
      token(),
      token(), // held already
      storage.commit([{ kind: 'client.update', client: disabled }]),
      token(),
    ])
    assert.equal(storage.statistics().batches, batches + 1, 'one batch of them all')
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['committed', 'committed', 'committed', 'refused'],
    )
    assert.deepEqual(await token(), { outcome: 'refused', index: 0 })
    await storage.close()
  })

  test('finishes what was submitted before close', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`, { batchMax: 2 })
    const commits = Array.from({ length: 9 }, () => storage.commit([insert()]))
    const [, ...results] = await Promise.all([storage.close(), ...commits])
    assert.deepEqual(new Set(results.map(({ outcome }) => outcome)), new Set(['committed']))
  })

  test('concurrent units share commits', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`)
    await Promise.all(Array.from({ length: 300 }, () => storage.commit([insert()])))
    assert.deepEqual(storage.statistics(), { units: 300, batches: 1 })
    await storage.close()
  })

  test('no batch is larger than batchMax', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`, { batchMax: 100 })
    await Promise.all(Array.from({ length: 250 }, () => storage.commit([insert()])))
    assert.deepEqual(storage.statistics(), { units: 250, batches: 3 })
    await storage.close()
  })

  test('refuses units beyond the bound of its queue and keeps the rest', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`, { queueMax: 10 })
    const commits = Array.from({ length: 15 }, () => storage.commit([insert()]))
    const results = await Promise.allSettled(commits)
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    assert.deepEqual(
      lost.map(({ name, kind }) => [name, kind]),
      Array(5).fill(['StorageError', 'unavailable']),
    )
    await storage.commit([insert()])
    await storage.close()
  })

  test('with a list that is no JSON is corrupt, one row at a time', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`)
    const [bad, good] = [insert(), insert()]
    await storage.commit([bad, good])
    using database = new DatabaseSync(folder.path('a.db'))
    const id = Buffer.from(bad.token.id, 'base64url')
    database.prepare("UPDATE tokens SET audience = '[' WHERE id = ?").run(id)
    await assert.rejects(storage.tokens.find(bad.token.id), { kind: 'corrupt' })
    assert.ok(await storage.tokens.find(good.token.id))
    await storage.close()
  })

  test('opened for reading only, reads and never writes', async () => {
    using folder = temporaryFolder()
    const url = `sqlite:${folder.path('a.db')}`
    const writer = await openStorage(url)
    const change = insert()
    await writer.commit([change])
    const reader = await openStorage(`${url}?mode=ro`)
    assert.ok(await reader.tokens.find(change.token.id))
    const unavailable = { name: 'StorageError', kind: 'unavailable' }
    await assert.rejects(reader.commit([insert()]), unavailable)
    await reader.close()
    await writer.close()
  })

  test('its log stays bounded under a writer that never rests', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`)
    for (let i = 0; i < 60; i++) {
      await Promise.all(Array.from({ length: 500 }, () => storage.commit([insert()])))
    }
    assert.ok(statSync(folder.path('a.db-wal')).size < 32 * 1_048_576)
    await storage.close()
  })

  test('a purge of many expired rows goes in slices that writers overtake', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`)
    const code = aCode()
    const expired = { ...aToken(), expiresAt: 1 as typeof NOW }
    await storage.commit([{ kind: 'code.insert', code }])
    const many = Array.from({ length: 8_000 }, () => ({
      kind: 'token.insert' as const,
      token: { ...expired, id: aToken().id },
    }))
    await storage.commit(many)
    let isPurged = false
    const purge = storage.purgeExpired(NOW, 8_000).then((deleted) => {
      isPurged = true
      return deleted
    })
    await storage.commit([{ kind: 'code.consume', id: code.id, at: NOW }])
    assert.equal(isPurged, false)
    assert.equal(await purge, 8_000)
    await storage.close()
  })

  test('a purge deletes all that has expired, however many younger rows came since', async () => {
    using folder = temporaryFolder()
    const storage = await openStorage(`sqlite:${folder.path('a.db')}`)
    const insertMany = async (expiresAt: typeof NOW) => {
      const tokens = Array.from({ length: 20_000 }, () => aToken({ expiresAt }))
      await storage.commit(tokens.map((token) => ({ kind: 'token.insert', token }) as const))
    }
    const sweep = async (at: typeof NOW) => {
      const batch = 1_000
      let purged = 0
      for (let slice = batch; slice >= batch; purged += slice) {
        slice = await storage.purgeExpired(at, batch)
      }
      return purged
    }
    await insertMany(after(NOW, 60))
    assert.equal(await sweep(NOW), 0) // looks at many of them and remembers where it stopped
    await insertMany(after(NOW, 3_600))
    assert.equal(await sweep(after(NOW, 61)), 20_000)
    await storage.close()
  })
})

describe('a storage URL that cannot be opened', () => {
  const rejects = (url: string, expected: object) => assert.rejects(openStorage(url), expected)

  test('an unknown scheme is told which there are', async () => {
    await rejects('mysql://localhost/grantd', { message: /"mysql:"; there are memory:, sqlite:/ })
    await rejects('grantd.db', { message: /unknown storage scheme/ })
  })

  test('a missing path, an unknown mode and an unknown setting are named', async () => {
    await rejects('sqlite:', { message: /no path/ })
    await rejects('sqlite::memory:', { message: /use memory:/ })
    await rejects('sqlite:a.db?mode=rwx', { message: /rwc, rw, ro/ })
    await rejects('sqlite:a.db?cache=shared', { message: /"cache"/ })
  })

  test('a file that is no database is corrupt, and stays as it is', async () => {
    using folder = temporaryFolder()
    const path = folder.path('notes.txt')
    writeFileSync(path, 'not a database at all, but long enough to be looked at. '.repeat(40))
    for (const mode of ['rwc', 'ro']) {
      await rejects(`sqlite:${path}?mode=${mode}`, {
        name: 'StorageError',
        kind: 'corrupt',
        message: new RegExp(`${path}.*not a database`),
      })
    }
    assert.ok(!existsSync(`${path}-wal`))
  })

  test('a folder that is not there or cannot be written names the path', async () => {
    using folder = temporaryFolder()
    const missing = folder.path('none/a.db')
    const expected = { name: 'StorageError', kind: 'unavailable', message: /cannot open .*a\.db/ }
    await rejects(`sqlite:${missing}`, expected)
    writeFileSync(folder.path('file'), '')
    await rejects(`sqlite:${folder.path('file/a.db')}`, expected)
    if (process.platform === 'linux') await rejects('sqlite:/proc/a.db', expected)
  })

  test('a file that this user may only read is refused for writing', {
    skip: process.getuid?.() === 0 && 'root may write everything',
  }, async () => {
    using folder = temporaryFolder()
    const path = folder.path('a.db')
    await (await openStorage(`sqlite:${path}`)).close()
    chmodSync(path, 0o400)
    await rejects(`sqlite:${path}`, { kind: 'unavailable', message: /a\.db: .* may not write/ })
    await (await openStorage(`sqlite:${path}?mode=ro`)).close()
  })

  test('mode=rw and mode=ro create no file', async () => {
    using folder = temporaryFolder()
    for (const mode of ['rw', 'ro']) {
      const path = folder.path(`${mode}.db`)
      await rejects(`sqlite:${path}?mode=${mode}`, { kind: 'unavailable', message: /no such file/ })
      assert.ok(!existsSync(path))
    }
  })
})
